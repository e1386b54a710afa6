"""Boxes of text with a baseline, and how they are put together."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from llmtui.math.nodes import Unshowable

_CELLS = 40_000
"""The largest box."""


class Box(NamedTuple):
    """A rectangle of characters."""

    rows: tuple[str, ...]
    """Each fills :attr:`width` cells."""
    base: int
    """The row that goes on with the line around it."""
    width: int

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def below(self) -> int:
        """Rows under the baseline."""
        return len(self.rows) - 1 - self.base


def cells(text: str) -> int:
    """The cells that a text takes.

    >>> cells("x̂ + 漢")
    6
    """
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def line(text: str) -> Box:
    """A box of one row."""
    return Box((text,), 0, cells(text))


def blank(width: int) -> Box:
    return line(" " * width)


def bounded(width: int, height: int) -> None:
    """Raise :class:`Unshowable` before a box is built that is too large."""
    if width * height > _CELLS:
        raise Unshowable("too large")


def beside(boxes: Sequence[Box]) -> Box:
    """Boxes in a row, their baselines at one height.

    >>> fraction = Box(("1", "─", "2"), 1, 1)
    >>> beside([line("x = "), fraction]).rows
    ('    1', 'x = ─', '    2')
    """
    if not boxes:
        return line("")
    up = max(box.base for box in boxes)
    height = up + 1 + max(box.below for box in boxes)
    width = sum(box.width for box in boxes)
    bounded(width + len(boxes), height)
    columns = [_padded(box, up - box.base, height) for box in boxes]
    rows = tuple("".join(parts) for parts in zip(*columns, strict=True))
    return Box(rows, up, width)


def _padded(box: Box, above: int, height: int) -> list[str]:
    space = " " * box.width
    return [space] * above + list(box.rows) + [space] * (height - above - box.height)


def stacked(boxes: Sequence[Box], base: int, align: str = "c") -> Box:
    """Boxes one under the other; the baseline is that of ``boxes[base]``.

    >>> stacked([line("n"), line("∑"), line("i=1")], 1).rows
    (' n ', ' ∑ ', 'i=1')
    """
    width = max(box.width for box in boxes)
    bounded(width, sum(box.height for box in boxes))
    rows = [row for box in boxes for row in widened(box, width, align).rows]
    above = sum(box.height for box in boxes[:base])
    return Box(tuple(rows), above + boxes[base].base, width)


def widened(box: Box, width: int, align: str) -> Box:
    """The same in more cells: ``l``, ``c`` or ``r`` says where it stands."""
    space = width - box.width
    before = {"l": 0, "c": space // 2, "r": space}[align]
    left, right = " " * before, " " * (space - before)
    return Box(tuple(left + row + right for row in box.rows), box.base, width)
