"""What the pieces of a long table or of long code take from the whole of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmtui.markdown.block import Block
from llmtui.ui.widgets.log.parts import Part, Thought, block_of

if TYPE_CHECKING:
    from llmtui.ui.widgets.log.render.lexer_states import LexerStates
    from llmtui.ui.widgets.log.render.line import Frame
    from llmtui.ui.widgets.log.tables import Tables

Whole = tuple[bool, int]
"""Which one: whether it is thought, and its ``Block.leaf``."""


class Wholes:
    """The tables and the code of a message: how they are moved, and what is folded."""

    __slots__ = ("_flipped", "_lexers", "_parts", "_shifts", "_tables", "_targets")

    def __init__(self, parts: Sequence[Part], *, targets: bool = False) -> None:
        """``parts`` may change; ``targets`` says that links are followed by where
        they lead."""
        self._parts = parts
        self._targets = targets
        self._tables: Tables | None = None
        self._lexers: dict[Whole, LexerStates] = {}
        self._shifts: dict[Whole, int] = {}
        self._flipped: set[Whole] = set()

    def frame(self, at: int, frame: Frame) -> Frame:
        """The frame of a part: that of its message, and what is known of the whole."""
        block = self._find(at)
        if block is None:
            return frame
        if self._shifts and (shift := self.shift(at)) is not None:
            frame = frame._replace(shift=shift)
        if block.kind == "table":
            if self._tables is None:
                from llmtui.ui.widgets.log.tables import Tables

                self._tables = Tables(targets=self._targets)
            return frame._replace(shape=self._tables.shape(self._find, at))
        if block.kind == "code":
            return frame._replace(lexer=self._lexer_states(at, block))
        return frame

    def first_changed(self, at: int) -> int:
        """Where drawing begins if the part at ``at`` is new: where its table does, if
        that is wider now."""
        return self._tables.first_changed(self._find, at) if self._tables else at

    def pieces(self, at: int) -> range:
        """The parts that are pieces of the same thing as the one at ``at``."""
        start, end = at, at + 1
        whole = self._whole(at)
        if whole is not None:
            while start and self._whole(start - 1) == whole:
                start -= 1
            while end < len(self._parts) and self._whole(end) == whole:
                end += 1
        return range(start, end)

    def shift(self, at: int) -> int | None:
        """By how many cells a part is moved to the left, see ``Frame``."""
        whole = self._whole(at)
        return None if whole is None else self._shifts.get(whole)

    def move(self, at: int, cells: int | None) -> None:
        """Move all pieces of what a part is a piece of."""
        whole = self._whole(at)
        if whole is None:
            return
        if cells is None:
            self._shifts.pop(whole, None)
        else:
            self._shifts[whole] = cells

    def flip(self, at: int) -> None:
        """Fold the code at ``at`` if others are not folded, or do not if they are."""
        if (whole := self._whole(at)) is not None:
            self._flipped ^= {whole}

    def hold(self, at: int) -> None:
        """Have the code at ``at`` not be folded if others are."""
        if (whole := self._whole(at)) is not None:
            self._flipped.add(whole)

    def is_flipped(self, block: Block, *, thought: bool) -> bool:
        """Whether code is folded unlike others."""
        return (thought, block.leaf) in self._flipped

    def forget_flips(self) -> None:
        """Have all code be folded alike."""
        self._flipped.clear()

    def _lexer_states(self, at: int, block: Block) -> LexerStates:
        """How far the lexer of some code has come, up to the part at ``at``."""
        from llmtui.ui.widgets.log.render.lexer_states import LexerStates

        whole = self._whole(at)
        assert whole is not None
        lexer = self._lexers.setdefault(whole, LexerStates())
        first = at - block.piece
        lexer.reach(block.piece, lambda piece: self._find(first + piece))
        return lexer

    def _whole(self, at: int) -> Whole | None:
        part = self._parts[at]
        block = block_of(part)
        return None if block is None else (isinstance(part, Thought), block.leaf)

    def _find(self, at: int) -> Block | None:
        return block_of(self._parts[at]) if 0 <= at < len(self._parts) else None
