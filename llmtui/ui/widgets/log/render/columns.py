"""How wide the columns of a table want to be, and how wide they get."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

_NARROW = 6
"""Cells that a column has at least, if it can use them."""


class Columns(NamedTuple):
    """What the columns of a table would like."""

    natural: tuple[int, ...]
    """Cells that each needs to break no line, as far as a line of text may go."""
    words: tuple[int, ...]
    """Cells that each needs to break no word, if it is not too long."""

    def fit(self, room: int) -> list[int] | None:
        """Cells for each column, or None where there are too few for a table.

        The widest give way first, down to one common width, but none to less
        than its longest word.

        >>> Columns((3, 40, 40), (3, 4, 12)).fit(31)
        [3, 14, 14]
        >>> Columns((3, 40, 40), (3, 4, 12)).fit(22)
        [3, 7, 12]
        >>> Columns((3, 40, 40), (3, 4, 12)).fit(20) is None
        True
        """
        least = [
            min(natural, max(word, _NARROW))
            for natural, word in zip(self.natural, self.words, strict=True)
        ]
        if sum(least) > room:
            return None

        def widths(share: int) -> list[int]:
            pairs = zip(self.natural, least, strict=True)
            return [min(natural, max(low, share)) for natural, low in pairs]

        shares = range(1, max(self.natural) + 1)
        share = bisect_right(shares, room, key=lambda share: sum(widths(share)))
        found = widths(share)
        spare = room - sum(found)
        for at, natural in enumerate(self.natural):
            if spare and found[at] < natural:
                found[at] += 1
                spare -= 1
        return found


class Shape(NamedTuple):
    """What a piece of a table takes from the whole of it."""

    columns: Columns
    above: str = ""
    """The source of the row before the piece."""
