"""Tables: columns as wide as they need, narrower where the screen is, never cut.

A long table comes in pieces. They have the columns of the whole of it, and one head.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment

from llmtui.markdown.block import Block
from llmtui.markdown.lines import cells_of, open_cell, row_cells
from llmtui.ui.glyphs import Glyphs
from llmtui.ui.widgets.log.render.column_sizes import measured
from llmtui.ui.widgets.log.render.columns import Shape
from llmtui.ui.widgets.log.render.inline import cell, growing_cell
from llmtui.ui.widgets.log.render.line import Frame
from llmtui.ui.widgets.log.render.palette import Paint, Palette
from llmtui.ui.widgets.log.render.slide import slide
from llmtui.ui.widgets.log.render.targets import with_targets
from llmtui.ui.widgets.log.render.wrap import Runs, slice_runs, wrap

Lines = list[list[Segment]]


class DrawnLine(NamedTuple):
    """A line of a drawn table."""

    segments: list[Segment]
    source: int
    """See :attr:`Line.source`."""
    reach: int = 0
    """See :attr:`Line.reach`."""


class Table(NamedTuple):
    """A table (or a piece of one) as cells of runs."""

    aligns: list[str]
    """``left``, ``right`` or ``center`` for each column."""
    head: list[Runs]
    rows: list[list[Runs]]
    above: list[Runs] | None
    """The row before the first one of a piece, None for the first piece."""

    @property
    def first(self) -> int:
        """Which line of the source the first row is."""
        return 2 if self.above is None else 0


def draw(block: Block, frame: Frame, width: int, paint: Paint) -> list[DrawnLine]:
    """The lines of a table in ``width`` cells; a piece has the shape of its table.

    Where that is too little, cells are wrapped and a table of many columns becomes a
    list, unless it is moved sideways.
    """
    shape = frame.shape or Shape(
        measured(
            block,
            targets=paint.printed,
            definitions=frame.definitions,
            as_source=frame.as_source,
        )
    )
    table = read(block, paint, shape.above, frame)
    bars = 3 * len(table.aligns) + 1
    reach = max(0, sum(shape.columns.natural) + bars - width)
    shift = frame.shift
    if shift is None and frame.scroll_tables and not paint.printed:
        shift = 0
    if reach and shift is not None:
        lines = _as_table(table, shape.columns.natural, paint)
        lines = [_slid(line, shift, width, reach, paint) for line in lines]
    elif widths := shape.columns.fit(width - bars):
        lines = _as_table(table, widths, paint)
    else:
        lines = _as_list(table, width, paint.palette, block)
    return [line._replace(reach=reach) for line in lines] if reach else lines


def _slid(
    line: DrawnLine, shift: int, width: int, reach: int, paint: Paint
) -> DrawnLine:
    """What is in sight of a line, with a sign where it goes on."""
    back, forth = (Segment(each, paint.palette["rule"]) for each in paint.glyphs.beyond)
    before, after = shift > 0, shift < reach
    room = width - before - after
    shown = slide(line.segments, shift + before, room).segments
    segments = [*[back] * before, *shown, *[forth] * after]
    return line._replace(segments=segments)


def read(block: Block, paint: Paint, above: str, frame: Frame) -> Table:
    """The cells of a table; ``above`` is the source of the row before a piece."""
    palette = paint.palette
    names, _, delimiters = block.info.partition("\n")
    aligns = [_align(c) for c in cells_of(delimiters)]

    def runs(line: str, style: str, *, grows: bool = False) -> list[Runs]:
        last = open_cell(line, len(aligns)) if grows else -1
        found = [
            (growing_cell if n == last else cell)(
                source,
                palette,
                palette[style],
                as_source=frame.as_source,
                definitions=frame.definitions,
            )
            for n, source in enumerate(row_cells(line, len(aligns)))
        ]
        if not paint.printed:
            return found
        return [with_targets(each, palette[style]) for each in found]

    lines = block.text.split("\n") if block.text else []
    last = len(lines) - 1
    return Table(
        aligns,
        runs(names, "table-head"),
        [
            runs(line, "text", grows=block.grows and n == last)
            for n, line in enumerate(lines)
        ],
        runs(above, "text") if block.piece else None,
    )


def _align(delimiter: str) -> str:
    if delimiter.endswith(":"):
        return "center" if delimiter.startswith(":") else "right"
    return "left"


def _as_table(table: Table, widths: Sequence[int], paint: Paint) -> list[DrawnLine]:
    """Rows of cells; between those of several lines there is a rule."""
    line = [Segment(_rule(widths, paint.glyphs), paint.palette["rule"])]
    out: list[DrawnLine] = []
    if table.above is None:
        head = _row(table.head, widths, table.aligns, paint)
        out += [DrawnLine(each, 0) for each in head]
        out.append(DrawnLine(line, 1))
        tall = None
    else:
        above = _row(table.above, widths, table.aligns, paint)
        tall = len(above) > 1
    for index, row in enumerate(table.rows, table.first):
        lines = _row(row, widths, table.aligns, paint)
        if tall is not None and (tall or len(lines) > 1):
            out.append(DrawnLine(line, index))
        tall = len(lines) > 1
        out += [DrawnLine(each, index) for each in lines]
    return out


def _rule(widths: Sequence[int], glyphs: Glyphs) -> str:
    middle = glyphs.cross.join(glyphs.horizontal * (w + 2) for w in widths)
    return f"{glyphs.left}{middle}{glyphs.right}"


def _row(
    row: list[Runs],
    widths: Sequence[int],
    aligns: list[str],
    paint: Paint,
) -> Lines:
    """One row of cells, as many lines as the tallest needs."""
    base, rule, glyphs = paint.palette.text, paint.palette["rule"], paint.glyphs
    wrapped = []
    for runs, width in zip(row, widths, strict=True):
        text = "".join(part for part, _ in runs)
        if len(text) <= width and text.isascii() and "\n" not in text:
            wrapped.append([[Segment(part, style) for part, style in runs]])
        else:
            wrapped.append(slice_runs(runs, wrap(text, width)))
    bar = Segment(f"{glyphs.vertical} ", rule)
    lines: Lines = []
    for index in range(max(map(len, wrapped))):
        line = [bar]
        for cell_lines, width, align in zip(wrapped, widths, aligns, strict=True):
            segments = cell_lines[index] if index < len(cell_lines) else []
            space = width - sum(cell_len(s.text) for s in segments)
            before = {"left": 0, "right": space, "center": space // 2}[align]
            if before > 0:
                line.append(Segment(" " * before, base))
            line.extend(segments)
            line.append(Segment(" " * (max(0, space - before) + 1), base))
            line.append(bar)
        line[-1] = Segment(glyphs.vertical, rule)
        lines.append(line)
    return lines


def _as_list(
    table: Table, width: int, palette: Palette, block: Block
) -> list[DrawnLine]:
    """Each row as lines of ``name: value``: for more columns than fit.

    While the table grows there are no names without a value that has come.
    """
    out: list[DrawnLine] = []
    separator = (": ", palette["table-head"])

    def add(runs: Runs, index: int) -> None:
        spans = wrap("".join(t for t, _ in runs), width)
        out.extend(DrawnLine(each, index) for each in slice_runs(runs, spans))

    for index, row in enumerate(table.rows, table.first):
        if out or table.above is not None:
            out.append(DrawnLine([], index))
        is_open = block.grows and row is table.rows[-1]
        come = len(cells_of(block.text.rpartition("\n")[2])) if is_open else None
        for name, value in zip(table.head[:come], row, strict=False):
            add([*name, separator, *value], index)
    if not table.rows and table.above is None and not block.grows:
        add([run for name in table.head for run in (*name, (" ", palette.text))], 0)
    return out
