"""What a block becomes: lines ready for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from llmtui.ui.widgets.log.render.columns import Shape

if TYPE_CHECKING:
    from llmtui.markdown.references import Definitions
    from llmtui.ui.widgets.log.render.lexer_states import LexerStates

MARGIN = 3
"""Cells left of the text: focus, bar, space."""
MEASURE = 100
"""Cells of a line of text; longer ones are hard to read."""
NARROWEST = 8


class Line(NamedTuple):
    """One row of the log.

    Not a strip: each of these is some thirty objects for the garbage collector to
    walk, and only what is in sight needs one.
    """

    segments: list[Segment]
    width: int
    """Cells of all of it."""
    left: int = MARGIN
    """Characters before the text: margin, bars, marks. They are not copied."""
    join: str | None = None
    """None where the source has a line end before it, else what stood there."""
    end: int | None = None
    """Where the text ends, if something stands beside it."""
    reach: int = 0
    """How many cells of its block are too many for the row, if it is not wrapped."""
    folds: bool = False
    """Whether a click on it folds or unfolds its block."""
    source: int | None = None
    """Of a table: which line of its source is in it (0 is the head, 1 the rule; of
    a later piece the first row is 0)."""

    @property
    def text(self) -> str:
        """The text that is copied."""
        return self.drawn[self.left : self.end].rstrip()

    @property
    def drawn(self) -> str:
        """All its characters."""
        return "".join([segment.text for segment in self.segments])


class Frame(NamedTuple):
    """The room that a message is laid out in."""

    width: int
    """Cells of the whole row."""
    as_source: bool = False
    """Whether formulas and diagrams are drawn as they were written."""
    definitions: Definitions | None = None
    """Where the links lead that are named elsewhere in the text."""
    shape: Shape | None = None
    """Of a piece of a table: the columns of the whole of it."""
    shift: int | None = None
    """By how many cells a block that is too wide is moved to the left; None wraps
    what can be wrapped."""
    fold_code: int = 0
    """Code of more lines can be folded, 0 for none."""
    scroll_tables: bool = False
    """Whether tables that are too wide are moved rather than wrapped."""
    lexer: LexerStates | None = None
    """Of a piece of code: how the pieces before it were read."""

    @property
    def wide(self) -> int:
        """Cells for code and tables."""
        return max(NARROWEST, self.width - MARGIN - 1)

    @property
    def measure(self) -> int:
        """Cells for text."""
        return min(MEASURE, self.wide)


def row(
    segments: list[Segment],
    frame: Frame,
    base: Style,
    left: int = MARGIN,
    join: str | None = None,
) -> Line:
    """A line as wide as the frame: what is missing is filled, too much is cut."""
    width = frame.width
    used = 0
    for segment in segments:
        used += cell_len(segment.text)
    if used < width:
        segments.append(Segment(" " * (width - used), base))
    elif used > width:
        segments = list(Strip(segments, used).crop(0, width))
    return Line(segments, width, left, join)


def fit(text: str, width: int, cut: str) -> str:
    """``text`` in ``width`` cells at most, with a sign where it was cut.

    >>> fit("much too long", 8, "…")
    'much to…'
    """
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - len(cut))).rstrip() + cut[: max(0, width)]
