"""The tables of a message: long ones come in pieces, with the columns of the whole."""

from __future__ import annotations

from collections.abc import Callable

from llmtui.markdown.block import Block
from llmtui.ui.widgets.log.render.column_sizes import measured
from llmtui.ui.widgets.log.render.columns import Columns, Shape

Find = Callable[[int], Block | None]
"""The block at a place, None where there is none."""


class Tables:
    """Measures each piece of a table once, and what is open whenever it grows.

    That gives one set of columns to a table of any length, at a cost per row
    that stays the same: columns end to grow at the measure of a line, so that
    what is drawn already is seldom drawn again.
    """

    __slots__ = ("_pieces", "_targets")

    def __init__(self, *, targets: bool = False) -> None:
        """``targets`` says that links are followed by where they lead."""
        self._targets = targets
        self._pieces: dict[int, list[tuple[Block, Columns]]] = {}
        """By the place of the first one: each with the columns up to it."""

    def shape(self, find: Find, at: int) -> Shape | None:
        """What the table at ``at`` takes from its other pieces; None if it has none."""
        block = find(at)
        if block is None or not (block.piece or _goes_on(find(at + 1))):
            return None
        pieces = self._measure(find, at - block.piece)
        above = find(at - 1) if block.piece else None
        return Shape(pieces[-1][1], above.text.rpartition("\n")[2] if above else "")

    def first_changed(self, find: Find, at: int) -> int:
        """Where drawing begins if ``at`` is new: at its table, if that is wider now."""
        for place in (at, at - 1):
            block = find(place)
            if block is None or block.kind != "table":
                continue
            first = place - block.piece
            if first < at:
                before = self._pieces.get(first)
                drawn = before[-1][1] if before else self._measure(find, first)[0][1]
                if self._measure(find, first)[-1][1] != drawn:
                    return first
        return at

    def _measure(self, find: Find, first: int) -> list[tuple[Block, Columns]]:
        """The pieces of the table that begins at ``first``."""
        pieces = self._pieces.setdefault(first, [])
        # Pieces are replaced from some place on: before the last same one all are.
        while pieces and pieces[-1][0] is not find(first + len(pieces) - 1):
            pieces.pop()
        block = find(first + len(pieces))
        while block and block.kind == "table" and block.piece == len(pieces):
            above = pieces[-1][1] if pieces else None
            pieces.append((block, measured(block, above, targets=self._targets)))
            block = find(first + len(pieces))
        return pieces


def _goes_on(block: Block | None) -> bool:
    return block is not None and block.kind == "table" and block.piece > 0
