"""The status line: the one place for what is going on now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from llmtui.human import context_size, count, duration, rate
from llmtui.markdown.addresses import Link, suspicion
from llmtui.sanitise import clean_line
from llmtui.ui.widgets.command_asked import CommandAsked
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from llmtui.chat.usage import Usage
    from llmtui.jobs.reply_state import ReplyState

TICK = 0.2
"""Seconds between two paintings while something goes on."""


_WORTH_SAYING = 500
"""Tokens that take a while to be read."""


class Status(Widget):
    """Left: what one is waiting for, with seconds. Right: the context in use."""

    note: reactive[str] = reactive("")
    """What is said while no reply runs."""
    context: reactive[str] = reactive("")
    """``context 1.2k of 8k``."""
    link: reactive[Link | None] = reactive(None)
    """The link that is pointed at; where it leads is shown instead of all else."""
    too_full: reactive[bool] = reactive(False)
    """Whether that does not fit."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._reply: ReplyState | None = None
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        self._timer = self.set_interval(TICK, self.refresh, pause=True)

    def show_reply(self, reply: ReplyState | None) -> None:
        """Show a living reply, or (None) the note."""
        self._reply = reply
        self.set_class(reply is not None, "-busy")
        if self._timer is not None:
            if reply is None:
                self._timer.pause()
            else:
                self._timer.resume()
        self.refresh()

    def render(self) -> Content:
        left = self.note
        if self._reply is not None:
            left = progress(self._reply, time.monotonic())
        width = self.size.width
        if self.link is not None:
            words = shortened(clean_line(self.link.target), width)
            doubtful = suspicion(self.link.words, self.link.url)
            return Content.assemble((words, "$text-warning" if doubtful else ""))
        right = self._right(width)
        # Numbers are whole or not there; of a sentence the beginning says most.
        wrong = self._reply is not None and self._reply.misfit is not None
        fit = shortened if wrong else whole_parts
        left = fit(clean_line(left), width - cell_len(right) - 2)
        gap = " " * max(0, width - cell_len(left) - cell_len(right))
        return Content.assemble(left, gap, (right, "$text-error" * self.too_full))

    def _right(self, width: int) -> str:
        """As much of the meter as has room beside what one waits for."""
        for words in (self.context, self.context.partition(" · ")[0]):
            if cell_len(words) < width // 2:
                return words
        return ""

    def on_click(self, event: Click) -> None:
        """A click on the meter shows what fills the context."""
        meter = self._right(self.size.width)
        if meter and event.x >= self.size.width - cell_len(meter):
            event.stop()
            self.post_message(CommandAsked("context"))


def whole_parts(text: str, cells: int) -> str:
    """As many of the parts between the dots as ``cells`` hold.

    >>> whole_parts("20 tokens · 38/s · first after 1.4 s", 20)
    '20 tokens · 38/s'
    """
    while cell_len(text) > cells and " · " in text:
        text = text.rpartition(" · ")[0]
    return shortened(text, cells)


def progress(reply: ReplyState, now: float) -> str:
    """What one is waiting for, in a word, with its seconds."""
    seconds = duration(now - reply.phase_since)
    match reply.phase:
        case "loading":
            return f"loading {reply.phase_detail} · {seconds}"
        case "preparing":
            return f"{reply.phase_detail or 'preparing'} · {seconds}"
        case "waiting" if reply.phase_detail:
            return f"waiting: {reply.phase_detail} · {seconds}"
        case "reading" if reply.prompt_tokens_estimate:
            tokens = count(reply.prompt_tokens_estimate)
            return f"reading about {tokens} tokens · {seconds}"
        case "waiting" if reply.prompt_tokens_estimate >= _WORTH_SAYING:
            tokens = count(reply.prompt_tokens_estimate)
            return f"waiting, about {tokens} tokens to read · {seconds}"
        case "writing" | "thinking":
            if reply.misfit is not None:
                return (
                    f"{reply.phase} {seconds} · does not fit: {reply.misfit.sentence}"
                )
            return f"{reply.phase} {seconds}{_speed(reply, now)}"
        case _:
            return f"{reply.phase} {seconds}"


def _speed(reply: ReplyState, now: float) -> str:
    """Pieces per second since the first one; a piece is about a token."""
    since = now - reply.first_token if reply.first_token is not None else 0
    pieces = len(reply.text_pieces) + len(reply.thinking_pieces)
    return f" · {rate(pieces / since)}" if since >= 1 else ""


def next_words(tokens: int, length: int, exact: bool) -> str:
    """How much of the context will be in use once what is typed is sent.

    >>> next_words(1234, 8192, False), next_words(1234, 0, True)
    ('context about 1.2k of 8k', 'context 1.2k')
    """
    words = f"context {'' if exact else 'about '}{count(tokens)}"
    return f"{words} of {context_size(length)}" if length else words


def context_words(usage: Usage | None, length: int) -> str:
    """How much of the context is in use, or "" if that is not known.

    >>> from llmtui.chat.usage import Usage
    >>> context_words(Usage(prompt_eval_count=1200, prompt_eval_cached_count=900), 8192)
    'context 1.2k of 8k · 900 cached'
    """
    if usage is None or not usage.context_used:
        return ""
    words = f"context {count(usage.context_used)}"
    words = f"{words} of {context_size(length)}" if length else words
    cached = usage.prompt_eval_cached_count
    return words if cached is None else f"{words} · {count(cached)} cached"
