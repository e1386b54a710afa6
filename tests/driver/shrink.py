"""The shortest list of events that still shows a fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

E = TypeVar("E")


def shrink(events: Sequence[E], shows: Callable[[list[E]], bool]) -> list[E]:
    """Delta debugging: cut out halves, quarters, … as long as the fault is there.

    >>> shrink(range(100), lambda some: {7, 61} <= set(some))
    [7, 61]
    """
    kept = list(events)
    size = max(1, len(kept) // 2)
    while True:
        cut = False
        start = 0
        while start < len(kept):
            without = kept[:start] + kept[start + size :]
            if len(kept) > 1 and shows(without):
                kept, cut = without, True
            else:
                start += size
        if size == 1 and not cut:
            return kept
        size = max(1, size // 2)
