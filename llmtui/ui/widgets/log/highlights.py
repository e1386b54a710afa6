"""Words that are lit in the log, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.strip import Strip

from llmtui.markdown.block import Block
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.layout import Layout, Spot
from llmtui.ui.widgets.log.parts import Thought, block_of
from llmtui.ui.widgets.log.render.line import Line
from llmtui.ui.widgets.log.render.palette import Palette
from llmtui.ui.widgets.log.selection import highlighted

if TYPE_CHECKING:
    from llmtui.chat.matches import Match
    from llmtui.chat.query import Query

Span = tuple[int, int]


class Highlights:
    """What is searched for, drawn over the rows that are in sight.

    The words are looked for in each row that is painted, so that nothing is read
    but what is seen.
    """

    def __init__(self) -> None:
        self.query: Query | None = None
        """None while nothing is lit."""
        self.now: tuple[Spot, Span] | None = None
        """The one of them that the reader is at."""

    def paint(self, strip: Strip, spot: Spot, line: Line, palette: Palette) -> Strip:
        """A row with its words lit."""
        if self.query is None:
            return strip
        for span in spans_of(self.query, line):
            name = "match-now" if self.now == (spot, span) else "match"
            strip = highlighted(strip, *span, palette[name])
        return strip

    def find(self, layout: Layout, at: int, match: Match) -> Spot:
        """The row of a match in entry ``at``, which becomes the one one is at.

        No more is drawn than the block it is in, however long the message is. Markup
        that is not shown may hold words too: then it is the last one of the block
        that is, or the beginning of that.
        """
        self.now = None
        entry = layout.read_whole(at)
        part = _part_of(entry, match)
        if self.query is None or part is None:
            return Spot(at)
        shown = [
            (Spot(at, part, number), span)
            for number, line in enumerate(layout.lines(at, part))
            for span in spans_of(self.query, line)
        ]
        if not shown:
            return Spot(at, part)
        self.now = shown[min(_before(entry, part, match, self.query), len(shown) - 1)]
        return self.now[0]


def _part_of(entry: Entry, match: Match) -> int | None:
    """The part that a match is in, None if there is none of its kind."""
    kind = Thought if match.part == "thinking" else Block
    starts = {
        block.start: part
        for part, one in enumerate(entry.parts)
        if isinstance(one, kind) and (block := block_of(one))
    }
    above = [start for start in starts if start <= match.at] or list(starts)[:1]
    return starts[max(above)] if above else None


def _before(entry: Entry, part: int, match: Match, query: Query) -> int:
    """How many places with the words a block has before a match."""
    block = block_of(entry.parts[part])
    assert block is not None
    source = entry.written()[match.part == "thinking"]
    spans = query.spans(source[block.start : block.end])
    return sum(block.start + start < match.at for start, _ in spans)


def spans_of(query: Query, line: Line) -> Sequence[Span]:
    """Where words are in a row, in characters of the whole row."""
    return [(a + line.left, b + line.left) for a, b in query.spans(line.text)]
