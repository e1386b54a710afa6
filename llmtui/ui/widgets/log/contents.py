"""The headings of an answer: its table of contents."""

from __future__ import annotations

import re
from typing import NamedTuple

from llmtui.markdown.block import Block
from llmtui.markdown.notes import in_order
from llmtui.markdown.references import Definitions
from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.render.inline import inline
from llmtui.ui.widgets.log.render.palette import PLAIN
from llmtui.ui.widgets.log.view import MessageLog

_MOST = 2_000
"""Headings that are listed: what has more is no text to read."""
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
        """Those of the answer one is at, else of the first one in sight that has any,
        else of the last one above."""
        window, at = self._log.window, self._log.at
        entries = window.layout.entries
        if at is not None and not entries[at].spoken:
            return self._of(at)
        start = window.top.entry if at is None else at
        below = range(start, min(window.last_entry + 1, len(entries)))
        above = range(max(0, start - _BACK), start)
        for index in (*below, *reversed(above)):
            if not entries[index].spoken and (found := self._of(index)):
                return found
        return []

    def go_to(self, heading: Heading) -> None:
        """Bring a heading to the first row."""
        log, layout = self._log, self._log.window.layout
        at = log.conversation.place_of(heading.message)
        if at is None:
            return
        if layout.entries[at].folded:
            log.appearance.folding.fold(at, folded=False)
        places = [
            Spot(at, part, int(block.gap))
            for part, block in enumerate(layout.read_whole(at).parts)
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
        entry = self._log.window.layout.read_whole(at)
        answer = entry.source.answer if entry.source else None
        if answer is None:
            return []
        blocks = [block for block in in_order(answer) if block.kind == "heading"]
        known = answer.references.definitions
        return [
            Heading(entry.message.id, nth, block.level, _words(block, known))
            for nth, block in enumerate(blocks[:_MOST])
        ]


def anchor(words: str) -> str:
    """What links call a heading, as GitHub does it.

    >>> anchor("What's new in 2.0?")
    'whats-new-in-20'
    """
    return re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")


def _words(block: Block, known: Definitions | None) -> str:
    """A heading as it is read, without its markup."""
    runs = inline(block.text, PLAIN, definitions=known)
    return "".join(text for text, _ in runs).replace("\n", " ").strip()
