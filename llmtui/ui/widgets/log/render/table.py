"""Tables: columns as wide as they need, narrower where the screen is, never cut."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment

from llmtui.markdown.lines import cells_of
from llmtui.ui.glyphs import Glyphs
from llmtui.ui.widgets.log.render.inline import cell
from llmtui.ui.widgets.log.render.palette import Palette
from llmtui.ui.widgets.log.render.wrap import Runs, slice_runs, wrap

_NARROW = 6
"""Cells a column should have; a table that cannot give them becomes a list."""

Lines = list[list[Segment]]


class Table(NamedTuple):
    """A table (or a piece of one) as cells of runs."""

    aligns: list[str]
    """``left``, ``right`` or ``center`` for each column."""
    head: list[Runs]
    rows: list[list[Runs]]


def read(source: str, head: str, palette: Palette) -> Table:
    """Rows and, from the two lines of ``head``, names and alignments."""
    names, _, delimiters = head.partition("\n")
    aligns = [_align(c) for c in cells_of(delimiters)]
    columns = len(aligns)

    def runs(line: str, style: str) -> list[Runs]:
        cells = cells_of(line)
        if len(cells) > columns:
            cells[columns - 1 :] = [" | ".join(cells[columns - 1 :])]
        cells += [""] * (columns - len(cells))
        return [cell(c, palette, palette[style]) for c in cells]

    rows = [runs(line, "text") for line in source.split("\n")] if source else []
    return Table(aligns, runs(names, "table-head"), rows)


def _align(delimiter: str) -> str:
    if delimiter.endswith(":"):
        return "center" if delimiter.startswith(":") else "right"
    return "left"


def layout(table: Table, width: int, palette: Palette, glyphs: Glyphs) -> Lines:
    """The lines of a table in ``width`` cells."""
    columns = len(table.aligns)
    room = width - 3 * columns - 1
    widths = _widths([table.head, *table.rows], columns, room)
    if widths is None:
        return _as_list(table, width, palette)
    rule = palette["rule"]
    line = [Segment(_rule(widths, glyphs), rule)]
    out: Lines = _row(table.head, widths, table.aligns, palette, glyphs)
    out.append(line)
    tall = False
    for index, row in enumerate(table.rows):
        lines = _row(row, widths, table.aligns, palette, glyphs)
        if index and (tall or len(lines) > 1):
            out.append(line)
        tall = len(lines) > 1
        out.extend(lines)
    return out


def _rule(widths: list[int], glyphs: Glyphs) -> str:
    middle = glyphs.cross.join(glyphs.horizontal * (w + 2) for w in widths)
    return f"{glyphs.left}{middle}{glyphs.right}"


def _widths(rows: list[list[Runs]], columns: int, room: int) -> list[int] | None:
    """Cells for each column, or None where there are too few for a table.

    The widest columns give way first, down to one common width.
    """
    natural = [
        max(1, *(_cells(row[column]) for row in rows)) for column in range(columns)
    ]
    if sum(natural) <= room:
        return natural
    if room < sum(min(_NARROW, n) for n in natural):
        return None
    left, open_columns = room, sorted(range(columns), key=natural.__getitem__)
    widths = natural.copy()
    while open_columns:
        share = left // len(open_columns)
        column = open_columns.pop(0)
        widths[column] = min(natural[column], share)
        left -= widths[column]
    return widths


def _cells(runs: Runs) -> int:
    return sum(cell_len(text) for text, _ in runs)


def _row(
    row: list[Runs],
    widths: list[int],
    aligns: list[str],
    palette: Palette,
    glyphs: Glyphs,
) -> Lines:
    """One row of cells, as many lines as the tallest needs."""
    base, rule = palette.text, palette["rule"]
    wrapped = []
    for runs, width in zip(row, widths, strict=True):
        text = "".join(part for part, _ in runs)
        if len(text) <= width and text.isascii():
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


def _as_list(table: Table, width: int, palette: Palette) -> Lines:
    """Each row as lines of ``name: value``: for more columns than fit."""
    out: Lines = []
    separator = (": ", palette["table-head"])
    for index, row in enumerate(table.rows):
        if index:
            out.append([])
        for name, value in zip(table.head, row, strict=True):
            runs = [*name, separator, *value]
            out.extend(slice_runs(runs, wrap("".join(t for t, _ in runs), width)))
    if not table.rows:
        runs = [run for name in table.head for run in (*name, (" ", palette.text))]
        out.extend(slice_runs(runs, wrap("".join(t for t, _ in runs), width)))
    return out
