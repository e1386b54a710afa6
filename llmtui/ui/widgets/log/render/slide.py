"""Rows that are wider than their room, seen through it."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip


class Slid(NamedTuple):
    """The part of a row that its room shows."""

    segments: list[Segment]
    before: bool
    """Whether there is text left of it."""
    after: bool
    """Whether there is text right of it."""


def slide(segments: list[Segment], shift: int, width: int) -> Slid:
    """What ``width`` cells show of a row, from cell ``shift`` on.

    >>> shown, before, after = slide([Segment("ab"), Segment("cdef")], 1, 3)
    >>> [segment.text for segment in shown], before, after
    (['b', 'cd'], True, True)
    """
    used = sum(cell_len(segment.text) for segment in segments)
    before = bool("".join([s.text for s in _cut(segments, 0, shift)]).strip())
    shown = _cut(segments, shift, min(used, shift + width)) if used > shift else []
    return Slid(shown, before, used > shift + width)


def _cut(segments: list[Segment], start: int, end: int) -> list[Segment]:
    """The segments between two cells; half of a wide character becomes a space."""
    return list(Strip(segments).crop(start, end)) if end > start else []
