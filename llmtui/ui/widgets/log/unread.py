"""A long text is read in turns: no key has to wait until the end of it is known."""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmtui.ui.widgets.log.source import Source

_PIECE = 500
"""Characters between two looks at the clock: of the shortest blocks there are, they
take some milliseconds."""
_SECONDS = 0.02
"""CPU time of a turn; drawing what has come takes as much again."""


class Turn:
    """The time there is until the next key has to be heard."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._end = thread_time() + seconds

    @property
    def is_over(self) -> bool:
        return thread_time() >= self._end


class Unread:
    """What of a message was not read yet, its thinking before its text."""

    __slots__ = ("_at", "_text", "_thinking")

    def __init__(self, text: str = "", thinking: str = "") -> None:
        self._text = text
        self._thinking = thinking
        self._at = [0, 0]
        """How far each of them was read."""

    def __len__(self) -> int:
        """Characters that are left."""
        return len(self._text) + len(self._thinking) - sum(self._at)

    def add(self, text: str, thinking: str) -> None:
        """More has come."""
        first, second = self._at
        self._text = self._text[first:] + text
        self._thinking = self._thinking[second:] + thinking
        self._at = [0, 0]

    def read(self, source: Source, turn: Turn | None, now: float | None = None) -> None:
        """Let ``source`` read a piece, and more until the turn is over; None has no
        end."""
        while len(self):
            text, thinking = self._piece(0, self._text), self._piece(1, self._thinking)
            if thinking:
                text = ""
            self._at[0] += len(text)
            self._at[1] += len(thinking)
            source.feed(text, thinking, now)
            if turn is not None and turn.is_over:
                break

    def _piece(self, which: int, text: str) -> str:
        at = self._at[which]
        return text[at : at + _PIECE]
