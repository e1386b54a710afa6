"""Words that are lit in the log, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.strip import Strip

from llmtui.ui.widgets.log.layout import Layout, Spot
from llmtui.ui.widgets.log.parts import Edge, Thought
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

        Markup that is not shown may hold words too: then it is the last one shown,
        or the beginning of the entry.
        """
        self.now = None
        if self.query is None:
            return Spot(at)
        left = match.nth
        for part, kind in enumerate(layout.read_whole(at).parts):
            thought = isinstance(kind, Thought)
            if isinstance(kind, Edge) or thought != (match.part == "thinking"):
                continue
            for number, line in enumerate(layout.lines(at, part)):
                for span in spans_of(self.query, line):
                    self.now = Spot(at, part, number), span
                    if not left:
                        return self.now[0]
                    left -= 1
        return self.now[0] if self.now else Spot(at)


def spans_of(query: Query, line: Line) -> Sequence[Span]:
    """Where words are in a row, in characters of the whole row."""
    return [(a + line.left, b + line.left) for a, b in query.spans(line.text)]
