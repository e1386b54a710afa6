"""Matrices, cases and aligned equations: boxes in rows and columns."""

from __future__ import annotations

from itertools import zip_longest

from llmtui.math.box import Box, beside, bounded, line, widened

_GAP = 2
"""Cells between two columns."""


def gridded(rows: list[list[Box]], aligns: str, rules: tuple[int, ...] = ()) -> Box:
    """Cells in columns; ``aligns`` and ``rules`` as in :class:`llmtui.math.nodes.Grid`.

    >>> rows = [[line("1"), line("20")], [line("300"), line("40")]]
    >>> grid = gridded(rows, "c|c", (1,))
    >>> print("\\n".join(grid.rows))
     1  │ 20
    ────┼───
    300 │ 40
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
    cells = zip(gaps, [*widths, 0], strict=True)
    empty = "".join(gap + " " * width for gap, width in cells)
    return _piled(lines, empty, rules)


def _piled(lines: list[Box], empty: str, rules: tuple[int, ...]) -> Box:
    """Rows one under the other: ``empty`` ones between them where any is high."""
    rule = empty.replace(" ", "─").replace("│", "┼")
    apart = any(box.height > 1 for box in lines)
    found: list[str] = []
    for at, box in enumerate(lines):
        if at in rules:
            found.append(rule)
        elif at and apart:
            found.append(empty)
        found += box.rows
    if len(lines) in rules:
        found.append(rule)
    base = lines[0].base if len(found) == lines[0].height else (len(found) - 1) // 2
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
    for gap, width in zip(gaps, [*widths, 0], strict=True):
        marks += [at + offset for offset, c in enumerate(gap) if c == "│"]
        at += len(gap) + width
    return Box(tuple(_with_bars(row, marks) for row in box.rows), box.base, box.width)


def _with_bars(row: str, marks: list[int]) -> str:
    characters = list(row)
    for at in marks:
        characters[at] = "│"
    return "".join(characters)
