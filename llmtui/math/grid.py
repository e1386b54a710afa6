"""Matrices, cases and aligned equations: boxes in rows and columns."""

from __future__ import annotations

from itertools import zip_longest

from llmtui.math.box import Box, beside, blank, bounded, line, widened

_GAP = 2
"""Cells between two columns."""


def gridded(rows: list[list[Box]], aligns: str) -> Box:
    """Cells in columns; ``aligns`` as in :attr:`llmtui.math.nodes.Grid.aligns`.

    >>> grid = gridded([[line("1"), line("20")], [line("300"), line("4")]], "c")
    >>> grid.rows
    (' 1   20', '300  4 ')
    """
    columns = max(map(len, rows))
    bounded(columns, sum(max(box.height for box in row) for row in rows))
    widths = [
        max(box.width for box in column)
        for column in zip_longest(*rows, fillvalue=line(""))
    ]
    sides, bars = _columns(aligns, columns)
    gaps = _gaps(aligns, columns, bars)
    lines: list[Box] = []
    for row in rows:
        boxes: list[Box] = []
        for at, width in enumerate(widths):
            box = row[at] if at < len(row) else line("")
            boxes += [line(gaps[at]), widened(box, width, sides[at])]
        lines.append(_straight(beside([*boxes, line(gaps[-1])]), gaps, widths))
    found: list[str] = []
    apart = any(box.height > 1 for box in lines)
    empty = _straight(beside([blank(box.width) for box in lines[:1]]), gaps, widths)
    for at, box in enumerate(lines):
        if at and apart:
            found += empty.rows
        found += box.rows
    base = lines[0].base if len(lines) == 1 else (len(found) - 1) // 2
    return Box(tuple(found), base, lines[0].width)


def _columns(aligns: str, columns: int) -> tuple[str, set[int]]:
    """On which side each column stands, and before which ones there is a line."""
    if not aligns:
        return ("rl" * columns)[:columns], set()
    sides = aligns.replace("|", "")
    bars = {
        len(aligns[:at].replace("|", "")) for at, c in enumerate(aligns) if c == "|"
    }
    last = sides[-1:] or "c"
    return sides + last * columns, bars


def _gaps(aligns: str, columns: int, bars: set[int]) -> list[str]:
    """What stands before each column, and behind the last."""
    gaps = []
    for at in range(columns + 1):
        inside = 0 < at < columns
        if at in bars:
            gaps.append(" " * inside + "│" + " " * (at < columns))
        elif not inside or (not aligns and at % 2):
            gaps.append("")
        else:
            gaps.append(" " * (_GAP if aligns else 2 * _GAP))
    return gaps


def _straight(box: Box, gaps: list[str], widths: list[int]) -> Box:
    """The lines between columns in all rows of a box."""
    if not any("│" in gap for gap in gaps):
        return box
    at = 0
    marks = []
    for gap, width in zip_longest(gaps, widths, fillvalue=0):
        text = str(gap)
        marks += [at + offset for offset, c in enumerate(text) if c == "│"]
        at += len(text) + int(width)
    return Box(tuple(_with_bars(row, marks) for row in box.rows), box.base, box.width)


def _with_bars(row: str, marks: list[int]) -> str:
    characters = list(row)
    for at in marks:
        characters[at] = "│"
    return "".join(characters)
