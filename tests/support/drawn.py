"""Replies as the log draws them, without an app around it."""

from __future__ import annotations

from typing import Literal

from textual.geometry import Offset
from textual.selection import Selection

from llmtui.chat.message import Message, Status
from llmtui.markdown.blocks import Blocks
from llmtui.markdown.code import codes
from llmtui.sanitise import clean
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.layout import Layout, Spot
from llmtui.ui.widgets.log.painter import Painter
from llmtui.ui.widgets.log.render.palette import PLAIN
from llmtui.ui.widgets.log.selected import selected_source
from llmtui.ui.widgets.log.selection import to_y
from tests.support.log_host import message


class Streamed:
    """A reply as the log draws it while it comes."""

    def __init__(self, width: int = 60) -> None:
        message = Message(id="a", parent=None, role="assistant", text="", created="")
        self._entry = Entry(message)
        self._source = self._entry.begin()
        self._layout = Layout(Painter(PLAIN, UNICODE, width))
        self._layout.append(self._entry)
        self._layout.refit(0)

    def feed(self, text: str) -> None:
        self._source.feed(text)
        self._layout.refit(0)

    def end(self) -> list[str]:
        """It ends here; all its rows."""
        self._entry.live = False
        self._source.end()
        self._layout.refit(0)
        return self.rows()

    def drawn(self) -> list[str]:
        """All its rows with what stands before the text."""
        self.rows()
        parts = range(len(self._entry.parts))
        lines = [row for part in parts for row in self._layout.lines(0, part)]
        return [line.drawn.rstrip() for line in lines]

    def rows(self) -> list[str]:
        """The text of all its rows."""
        self._layout.settle(Spot(0), 10_000)
        parts = range(len(self._entry.parts))
        return [row.text for part in parts for row in self._layout.lines(0, part)]


class Drawn:
    """A message, drawn."""

    def __init__(
        self,
        source: str,
        width: int = 80,
        role: Literal["assistant", "user"] = "assistant",
        status: Status = "complete",
    ) -> None:
        self.layout = Layout(Painter(PLAIN, UNICODE, width))
        self.layout.reset([Entry(message("a", source, role, status=status))])
        self.layout.read_whole(0)
        self.layout.settle(Spot(0), 10_000)
        self.places: list[tuple[int, str]] = []
        """Of each row its number for Textual, and its characters."""
        for row in range(self.layout.rows):
            found = self.layout.line_at(row)
            assert found is not None
            self.places.append((to_y(found[0]), found[1].drawn))

    def copied(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """What is between two characters of two rows (the second not included)."""
        (row, x), (last, to) = start, end
        selection = Selection(
            Offset(x, self.places[row][0]), Offset(to, self.places[last][0])
        )
        return selected_source(self.layout, selection)

    def find(self, words: str) -> tuple[int, int]:
        for row, (_, text) in enumerate(self.places):
            if words in text:
                return row, text.index(words)
        raise AssertionError(words)

    def over(self, first: str, last: str) -> str:
        """What is copied from the begin of some words to the end of others."""
        row, x = self.find(last)
        return self.copied(self.find(first), (row, x + len(last)))


def is_source(text: str, source: str) -> bool:
    """Whether it is a piece of the source, or of its code."""
    source = clean(source)
    return text in source or any(
        text in code.text for code in codes(Blocks(source).all())
    )
