"""The source of what the mouse has selected."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from textual.geometry import Offset
from textual.selection import Selection

from llmtui.markdown.block import Block
from llmtui.ui.widgets.log.drawn import DrawnBlock, Place
from llmtui.ui.widgets.log.drawn_table import DrawnTable
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.layout import Layout, Spot
from llmtui.ui.widgets.log.parts import Edge, Thought, block_of
from llmtui.ui.widgets.log.selection import to_spot, to_y

_BETWEEN = "\n\n"
"""What is put between two messages."""


class _Bound(NamedTuple):
    """An end of a selection: a row, and a character in it."""

    spot: Spot
    x: int

    @property
    def place(self) -> Place:
        return Place(self.spot.line, self.x)


def selected_source(layout: Layout, selection: Selection) -> str:
    """What was written where there is a selection, marks and tabs included.

    Labels, bars and blanks of the screen are not in it. Where nothing but the foot
    of a message is selected (an error, say), it is the text of that.
    """
    first = _bound(selection.start, _Bound(Spot(0), 0))
    last = _bound(selection.end, _Bound(layout.end, 0))
    found: list[str] = []
    for index in range(first.spot.entry, last.spot.entry + 1):
        if index >= len(layout.entries):
            break
        start = first if index == first.spot.entry and selection.start else None
        end = last if index == last.spot.entry else None
        if start or end:
            found += _of_entry(layout, index, start, end)
        else:
            found += _whole(layout.entries[index])
    return _BETWEEN.join(filter(None, found)) or _of_foot(layout, selection)


def _bound(place: Offset | None, default: _Bound) -> _Bound:
    return _Bound(to_spot(place.y), place.x) if place else default


def _whole(entry: Entry) -> list[str]:
    text, thinking = entry.written()
    return [thinking.strip("\n") if entry.unfolded else "", text.strip("\n")]


def _of_entry(
    layout: Layout, index: int, start: _Bound | None, end: _Bound | None
) -> Iterator[str]:
    """What is selected of the thinking and of the text of an entry."""
    entry = layout.read_whole(index)
    text, thinking = entry.written()
    first = start.spot.part if start else 0
    last = end.spot.part if end else len(entry.parts) - 1
    for kind, source in ((Thought, thinking), (Block, text)):
        every = [at for at, part in enumerate(entry.parts) if isinstance(part, kind)]
        parts = [at for at in every if first <= at <= last]
        if parts:
            blocks = _Blocks(layout, index, parts, source)
            blocks.has_begin = parts[0] == every[0]
            blocks.has_end = parts[-1] == every[-1]
            yield blocks.text(
                start.place if start and start.spot.part == parts[0] else None,
                end.place if end and end.spot.part == parts[-1] else None,
            )


class _Blocks:
    """Blocks one after the other, of one source."""

    def __init__(
        self, layout: Layout, index: int, parts: list[int], source: str
    ) -> None:
        self._layout = layout
        self._index = index
        self._parts = parts
        self._source = source
        self.has_begin = self.has_end = False
        """Whether they are the first and the last there are."""

    def text(self, start: Place | None, end: Place | None) -> str:
        """What is between two places in the first and the last block.

        None is outside of these: before the first, behind the last.
        """
        outside = start is None and end is None
        if start and len(self._parts) > 1 and self._drawn(0).is_end(start):
            del self._parts[0]
            start, self.has_begin = None, False
        if end and len(self._parts) > 1 and self._drawn(-1).is_start(end):
            del self._parts[-1]
            end, self.has_end = None, False
        first, last = self._drawn(0), self._drawn(-1)
        if first.is_code_with(last) and not outside:
            return self._code(start, end)
        if len(self._parts) == 1 and start and end:
            return self._source[slice(*first.within(start, end))]
        if not start and not end and self.has_begin and self.has_end:
            return self._source.strip("\n")
        found = [(a.start, b.end) for a, b in self._runs()]
        if start or self.has_begin:
            found[0] = first.starts(start) if start else 0, found[0][1]
        if end:
            found[-1] = found[-1][0], last.ends(end)
        return _BETWEEN.join(self._source[at:to].strip("\n") for at, to in found)

    def _runs(self) -> Iterator[tuple[Block, Block]]:
        """First and last of blocks that are one after the other in the source too.

        Notes are not: they are shown at the end, wherever they were written.
        """
        parts = self._layout.entries[self._index].parts
        kind = type(parts[self._parts[0]])
        every = (block_of(part) for part in parts if isinstance(part, kind))
        starts = sorted(block.start for block in every if block)
        next_to = dict(pairwise(starts))
        first = before = self._block(0)
        for at in range(1, len(self._parts)):
            block = self._block(at)
            if next_to.get(before.start) != block.start:
                yield first, before
                first = block
            before = block
        yield first, before

    def _code(self, start: Place | None, end: Place | None) -> str:
        """Of one code block, without what it stands in: as it would be saved."""
        text = ""
        for at in range(len(self._parts)):
            drawn = self._drawn(at)
            text += "\n" if at and not drawn.block.joined else ""
            text += drawn.code(
                start if at == 0 else None,
                end if at == len(self._parts) - 1 else None,
            )
        return text

    def _drawn(self, at: int) -> DrawnBlock:
        block = self._block(at)
        kind = DrawnTable if block.kind == "table" else DrawnBlock
        lines = self._layout.lines(self._index, self._parts[at])
        return kind(block, lines, self._source)

    def _block(self, at: int) -> Block:
        block = block_of(self._layout.entries[self._index].parts[self._parts[at]])
        assert block is not None
        return block


def _of_foot(layout: Layout, selection: Selection) -> str:
    """The text of a selection that is all in the foot of one message."""
    if selection.start is None or selection.end is None:
        return ""
    first, last = to_spot(selection.start.y), to_spot(selection.end.y)
    if first.entry != last.entry or first.entry >= len(layout.entries):
        return ""
    part = layout.entries[first.entry].parts[first.part]
    if first.part != last.part or not isinstance(part, Edge) or part.kind != "foot":
        return ""
    text = ""
    for number, line in enumerate(layout.lines(first.entry, first.part)):
        span = selection.get_span(to_y(Spot(first.entry, first.part, number)))
        if span is not None:
            end = span[1] if span[1] >= 0 else None
            shown = line.drawn[max(span[0], line.left) : end].rstrip()
            text += ("\n" if line.join is None else line.join) + shown
    return text.strip("\n")
