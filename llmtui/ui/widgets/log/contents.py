"""The headings of an answer: its table of contents."""

from __future__ import annotations

import re
from typing import NamedTuple

from llmtui.markdown.block import Block
from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.line import Frame
from llmtui.ui.widgets.log.render.palette import PLAIN, Paint
from llmtui.ui.widgets.log.view import MessageLog

_WIDE = Frame(1_000)
"""Room in which no heading is wrapped."""
_BACK = 20
"""Messages above that are looked at for headings."""


class Heading(NamedTuple):
    """One line of a table of contents."""

    message: str
    """The id of the message it is in."""
    nth: int
    """Which one of its headings it is, from 0."""
    level: int
    words: str


class Contents:
    """Finds the headings of an answer, and goes to them."""

    def __init__(self, log: MessageLog) -> None:
        self._log = log

    def headings(self) -> list[Heading]:
        """Those of the message one is at, else of the first answer in sight that has
        any, else of the last one above."""
        layout, top = self._log.window.layout, self._log.window.top.entry
        if (at := self._log.at) is not None:
            return self._of(at)
        below = range(top, self._log.window.last_entry + 1)
        for at in (*below, *reversed(range(max(0, top - _BACK), top))):
            if not layout.entries[at].spoken and (found := self._of(at)):
                return found
        return []

    def go_to(self, heading: Heading) -> None:
        """Bring a heading to the first row."""
        log, layout = self._log, self._log.window.layout
        at = log.place_of(heading.message)
        if at is None:
            return
        if layout.entries[at].folded:
            log.fold(at, folded=False)
        layout.settle(Spot(at), 1)
        places = [
            Spot(at, part, int(block.gap))
            for part, block in enumerate(layout.entries[at].parts)
            if isinstance(block, Block) and block.kind == "heading"
        ]
        if heading.nth < len(places):
            log.window.to_spot(places[heading.nth])
            log.reflow()

    def go_to_anchor(self, name: str) -> bool:
        """Bring the heading that a link like ``#name`` leads to into sight, if there
        is one."""
        for heading in self.headings():
            if anchor(heading.words) == name:
                self.go_to(heading)
                return True
        return False

    def _of(self, at: int) -> list[Heading]:
        layout = self._log.window.layout
        layout.settle(Spot(at), 1)
        entry = layout.entries[at]
        answer = entry.source.answer if entry.source else None
        blocks = [b for b in answer.all() if b.kind == "heading"] if answer else []
        paint = Paint(PLAIN, self._log.glyphs)
        return [
            Heading(entry.message.id, nth, block.level, _words(block, paint))
            for nth, block in enumerate(blocks)
        ]


def anchor(words: str) -> str:
    """What links call a heading, as GitHub does it.

    >>> anchor("What's new in 2.0?")
    'whats-new-in-20'
    """
    return re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")


def _words(block: Block, paint: Paint) -> str:
    """A heading as it is read, without its markup."""
    return " ".join(line.text for line in render(block, _WIDE, paint)).strip()
