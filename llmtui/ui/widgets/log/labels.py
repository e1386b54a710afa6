"""The words around a message: who and when above it, what it cost below."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from llmtui import human
from llmtui.chat.outcome import lack_of
from llmtui.chat.transcript import who
from llmtui.clock import moment
from llmtui.commands.keymap import shown
from llmtui.commands.table import BY_ID
from llmtui.sanitise import clean_line
from llmtui.ui.glyphs import Glyphs

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.ui.widgets.log.stream import Living

UNREAD = "reading the rest"
LEFT_OUT = "what is above no longer fits: the model did not read it"
"""Above the first message that the last answer's model still read."""

ERASED = "what it said was taken out for good"

ELSEWHERE = "another window is writing this reply"


def _way(command: str) -> str:
    """What one can do, and the key that does it."""
    return f"{shown(command)} {BY_ID[command].label}"


def clock(created: str, now: datetime | None = None) -> str:
    """When a message came: the time of day, and the day if it was not today.

    >>> at = datetime.fromisoformat("2026-11-22T18:00:00+00:00").astimezone()
    >>> clock("nonsense", at)
    ''
    """
    at = moment(created)
    if at is None:
        return ""
    at = at.astimezone()
    today = now or datetime.now().astimezone()
    if at.date() == today.date():
        return f"{at:%H:%M}"
    if at.year == today.year:
        return f"{at.day} {at:%b %H:%M}"
    return f"{at.day} {at:%b %Y %H:%M}"


def author(message: Message) -> str:
    """Who wrote it, in one line."""
    return clean_line(who(message))


def marks(message: Message) -> list[str]:
    """What is to be said of it beside its time: one line each, cleaned."""
    found = [clean_line(message.name)] if message.name else []
    found += ["pinned"] * message.pinned
    return [*found, *["left out"] * message.excluded]


def numbers(message: Message, glyphs: Glyphs, *, all_of_them: bool = False) -> str:
    """What a reply cost; "" if unknown."""
    from llmtui.chat.usage import all_usage_words, usage_words

    words = all_usage_words if all_of_them else usage_words
    return words(message.usage, glyphs.dot)


def help_for(reply: Living) -> str:
    """What helps after a reply failed, by a key where there is one; may be ""."""
    if reply.fetchable:
        return f"{shown('pull')} fetches it"
    return f"{shown('sign-in')} opens that page" if reply.signin_url else reply.advice


def ending(message: Message, advice: str, glyphs: Glyphs) -> tuple[str, str]:
    """How it ended, if there is more to say than that it did: style and words."""
    dot = f" {glyphs.dot} "
    error = clean_line(message.error).strip()
    if message.status == "streaming":
        return "muted", ELSEWHERE
    if message.status == "stopped":
        return "muted", dot.join(["stopped by you", _way("continue")])
    if message.status == "incomplete":
        why = error or "the answer did not end"
        return "warning", dot.join([f"cut off: {why}", _way("retry"), _way("continue")])
    if message.status == "failed":
        why = error or "no answer came"
        advice = clean_line(advice).strip()
        what = _way("retry") if not advice or advice in why else advice
        return "error", dot.join([f"failed: {why}", what])
    if missing := lack_of(message):
        what = "continue" if missing.goes_on else "retry"
        what = "mend" if missing.misfits else what
        return "warning", dot.join([clean_line(missing.sentence), _way(what)])
    return "muted", ""


def folded(rows: int, glyphs: Glyphs) -> str:
    """What stands for the text of a folded message behind its first line.

    >>> from llmtui.ui.glyphs import UNICODE
    >>> folded(1212, UNICODE), folded(0, UNICODE)
    ('… 1,212 more lines', '… more is being written')
    """
    what = f"{rows:,} more lines" if rows > 0 else "more is being written"
    return f"{glyphs.cut} {what}"


def thought(seconds: float | None, live: bool) -> str:
    """The fold of a model's thinking.

    >>> thought(3.21, False), thought(None, False), thought(1.0, True)
    ('thought for 3.2 s', 'thought', 'thinking')
    """
    if live:
        return "thinking"
    return "thought" if seconds is None else f"thought for {human.duration(seconds)}"
