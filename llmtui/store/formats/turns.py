"""What the readable formats say of a message beside its text, in one place."""

from __future__ import annotations

from llmtui.chat.message import Message
from llmtui.chat.names import short
from llmtui.chat.session import Session
from llmtui.chat.usage import usage_words
from llmtui.clock import moment


def title_of(session: Session) -> str:
    """What a session is called."""
    return session.title or "untitled"


def about(session: Session) -> str:
    """A line about a session: its model, when it was last used, its tags."""
    tags = " ".join(f"#{tag}" for tag in session.tags)
    parts = (short(session.model), day(session.last_used), tags)
    return " · ".join(part for part in parts if part)


def statistics(message: Message) -> list[str]:
    """What a reply cost, and with what it was asked for."""
    found = [words] if (words := usage_words(message.usage)) else []
    if sent := message.request:
        found += [f"{name} {value}" for name, value in sent.options.items()]
        found.append(sent.host)
    found.append(day(message.created))
    return [words for words in found if words]


def day(time: str) -> str:
    """A day and a minute, in UTC since a file travels; "" for no time.

    >>> day("2026-10-01T03:04:05.000000Z")
    '2026-10-01 03:04 UTC'
    """
    found = moment(time)
    return f"{found:%Y-%m-%d %H:%M} UTC" if found else ""
