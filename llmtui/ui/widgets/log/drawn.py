"""A block as it is drawn, and which of its source stands behind each character."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from llmtui.markdown.alignment import Stretch, align
from llmtui.markdown.balance import balanced
from llmtui.markdown.block import Block
from llmtui.markdown.places import Places, text_of
from llmtui.ui.widgets.log.render.line import Line

_VERBATIM = ("code", "drawing", "plain", "math")
_HIDES_ITS_MARKS = ("heading", "code", "math", "table")


class Place(NamedTuple):
    """A place in what is drawn of a block."""

    row: int
    x: int
    """Characters from the left of the row, -1 for its end."""


class DrawnBlock:
    """The rows of a block, to find the source of what is selected of them."""

    def __init__(self, block: Block, lines: Sequence[Line], source: str) -> None:
        self.block = block
        self._lines = lines
        self._source = source
        self._text = text_of(block)
        self._rows: list[int] = []
        """Where each row begins in what is shown."""
        self._shown = self._read()

    # -- between two blocks ------------------------------------------------------

    def starts(self, place: Place) -> int:
        """Where in the source a selection starts that goes on behind the block."""
        at, block = self._at(place), self.block
        if not at and (self._on_mark(place) or block.kind in _HIDES_ITS_MARKS):
            return block.start
        return self._in_source(self.text_range(at, len(self._shown))[0])

    def ends(self, place: Place) -> int:
        """Where in the source a selection ends that began before the block."""
        at = self._at(place)
        if at >= len(self._shown):
            return self.block.end
        return self._in_source(self.text_range(0, at)[1]) if at else self.block.start

    def is_start(self, place: Place) -> bool:
        """Whether a place is before all that is shown of the block."""
        return self._at(place) == 0

    def is_end(self, place: Place) -> bool:
        """Whether a place is behind all that is shown of the block."""
        return self._at(place) >= len(self._shown)

    def is_code_with(self, last: DrawnBlock) -> bool:
        """Whether it is a piece of the same code as another."""
        a, b = self.block, last.block
        return a.kind == b.kind == "code" and a.number == b.number

    # -- within it ---------------------------------------------------------------

    def within(self, start: Place, end: Place) -> tuple[int, int]:
        """Where in the source a selection starts and ends that is all in the block."""
        first, last = self._at(start), self._at(end)
        if first >= last:
            return self.block.start, self.block.start
        a, b = self.text_range(first, last)
        marked = not first and self._on_mark(start)
        return self.block.start if marked else self._in_source(a), self._in_source(b)

    def code(self, start: Place | None, end: Place | None) -> str:
        """Of a piece of code what is between two places (None: its own ends)."""
        first = self._at(start) if start else 0
        last = self._at(end) if end else len(self._shown)
        a, b = self.text_range(first, last) if first < last else (0, 0)
        return self._text[a if start else 0 : b if end else None]

    def text_range(self, first: int, last: int) -> tuple[int, int]:
        """Where in the text the shown characters ``first`` to ``last`` are."""
        places, shown = self._places, self._shown
        while last > first and shown[last - 1] == "\n":
            last -= 1
        while first < last and shown[first] == "\n":
            first += 1
        if places is None:  # what is drawn is not the text: it is taken as a whole
            return 0, len(self._text)
        if first >= last:
            at = places[first].start if first < len(places) else len(self._text)
            return at, at
        if self.block.kind in _VERBATIM:
            return self._whole_lines(first, last, places)
        return balanced(self._text, places, first, last)

    def _whole_lines(
        self, first: int, last: int, places: list[Stretch]
    ) -> tuple[int, int]:
        """The same where lines are drawn as they are: what is at the begin or the end
        of a row has the rest of its line with it, which may be out of sight."""
        shown, text = self._shown, self._text
        start, end = places[first].start, places[last - 1].end
        if not first or shown[first - 1] == "\n":
            start = text.rfind("\n", 0, start) + 1
        if last == len(shown) or shown[last] == "\n":
            behind = text.find("\n", end)
            end = behind if behind >= 0 else len(text)
        return start, end

    def _in_source(self, at: int) -> int:
        return Places(self.block, self._source).of(at)

    # -- what is drawn -----------------------------------------------------------

    def _read(self) -> str:
        """The rows in one text, without what was put between them."""
        shown: list[str] = []
        size = 0
        for line in self._lines:
            if not _is_label(line):
                between = "\n" if line.join is None else line.join
                shown += [between if shown else "", line.text]
                size += len(shown[-2])
            self._rows.append(size)
            size += 0 if _is_label(line) else len(line.text)
        return "".join(shown)

    def _at(self, place: Place) -> int:
        """Which shown character is at a place, or the one behind it."""
        if place.row >= len(self._lines):
            return len(self._shown)
        line = self._lines[place.row]
        if _is_label(line):
            return self._rows[place.row]
        within = len(line.text) if place.x < 0 else place.x - line.left
        return self._rows[place.row] + max(0, min(within, len(line.text)))

    def _on_mark(self, place: Place) -> bool:
        if place.row >= len(self._lines):
            return False
        line = self._lines[place.row]
        return _is_label(line) or 0 <= place.x < line.left

    @cached_property
    def _places(self) -> list[Stretch] | None:
        """Where in the text each shown character is, None if that can't be said."""
        if self.block.kind in _VERBATIM:
            return verbatim_places(self._shown_lines(), self._text)
        return align(self._shown, self._text)

    def _shown_lines(self) -> list[str]:
        """The rows, those put together that were one line."""
        lines: list[str] = []
        for line in self._lines:
            if _is_label(line):
                continue
            if lines and line.join is not None:
                lines[-1] += line.join + line.text
            else:
                lines.append(line.text)
        return lines


def _is_label(line: Line) -> bool:
    """Whether nothing of a row is text: panels' labels and the blank above a block."""
    return line.left >= len(line.drawn)


def verbatim_places(lines: list[str], text: str) -> list[Stretch] | None:
    """Where in ``text`` the characters of its lines are, as these are drawn.

    Tabs may be drawn as blanks, and a line may be scrolled sideways; None if it
    is something else that is drawn.

    >>> verbatim_places(["    x"], "\\tx")[3:]
    [Stretch(start=0, end=1), Stretch(start=1, end=2)]
    """
    places: list[Stretch] = []
    at = 0
    written = text.split("\n")
    if len(lines) > len(written):
        return None
    for shown, line in zip(lines, written, strict=False):
        if places or at:
            places.append(Stretch(at - 1, at))
        drawn, origins = _with_tabs(line, at)
        begin = drawn.find(shown)
        if begin < 0:
            return None
        places += origins[begin : begin + len(shown)]
        at += len(line) + 1
    return places


def _with_tabs(line: str, at: int) -> tuple[str, list[Stretch]]:
    """A line with its tabs as blanks, and where (from ``at`` on) each character was."""
    origins: list[Stretch] = []
    for index, char in enumerate(line, at):
        size = 4 - len(origins) % 4 if char == "\t" else 1
        origins += [Stretch(index, index + 1)] * size
    return line.expandtabs(4), origins
