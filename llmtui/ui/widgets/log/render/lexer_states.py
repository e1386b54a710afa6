"""How far the code of a block was read, where it comes in several pieces."""

from __future__ import annotations

from collections.abc import Callable

from llmtui.markdown.block import Block
from llmtui.markdown.code import language_of
from llmtui.ui.widgets.log.render.lexer_stacks import TooSlow
from llmtui.ui.widgets.log.render.lexing import (
    START,
    State,
    has_long_lines,
    lexer_of,
    state_after,
)

_BACK = 16
"""Pieces that are read to know how one begins, at most: where one jumps into code
of thousands of lines, it is taken to begin that far above."""


class LexerStates:
    """Where the lexer is before each piece, so that a text of many lines keeps its
    colour. It is left for good once it takes too long."""

    __slots__ = ("_states", "slow")

    def __init__(self) -> None:
        self.slow = False
        self._states: dict[int, State] = {}

    def before(self, piece: int) -> State:
        """Where the lexer is before a piece that was reached."""
        return self._states.get(piece, START)

    def reach(self, piece: int, find: Callable[[int], Block | None]) -> None:
        """Read the pieces above one; ``find`` gives them by their numbers."""
        at = piece
        while at > 0 and at > piece - _BACK and at not in self._states:
            at -= 1
        for number in range(at, piece):
            block, below = find(number), find(number + 1)
            if self.slow or block is None or below is None:
                return
            end = "" if below.joined else "\n"
            state = self._after(block.info, block.text + end, self.before(number))
            self._states[number + 1] = state

    def _after(self, info: str, text: str, state: State) -> State:
        lexer = lexer_of(language_of(info).lower())
        if lexer is None or has_long_lines(text):
            return state
        try:
            return state_after(lexer, text, state)
        except TooSlow:
            self.slow = True
            return state
