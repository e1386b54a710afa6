"""How high the parts of a message are at a width."""

from __future__ import annotations

from collections.abc import Iterable

from llmtui.ui.widgets.log.heights import Heights
from llmtui.ui.widgets.log.parts import UNREAD_ROWS, Edge, Part, Thought
from llmtui.ui.widgets.log.text_blocks import rows_of


class PartHeights(Heights):
    """Their rows: guesses, until they have been laid out."""

    __slots__ = ("exact", "width")

    def __init__(self, width: int = 0, parts: Iterable[Part] = ()) -> None:
        super().__init__(_guess(part, width) for part in parts)
        self.width = width
        """0 while nothing was measured."""
        self.exact = [False] * len(self)
        """Of each part whether its rows are known."""

    def replace(self, start: int, parts: Iterable[Part]) -> None:
        """Other parts from ``start`` on."""
        if not self.width:
            return
        self.truncate(start)
        del self.exact[start:]
        for part in parts:
            self.append(_guess(part, self.width))
            self.exact.append(False)

    def set_exact(self, index: int, rows: int) -> None:
        """Note how high a part really is."""
        self.set(index, rows)
        self.exact[index] = True

    def doubt(self, parts: Iterable[int]) -> None:
        """These parts are to be laid out again."""
        if self.width:
            for part in parts:
                self.exact[part] = False

    def doubt_all(self) -> None:
        """All of them are."""
        self.exact = [False] * len(self.exact)


def _guess(part: Part, width: int) -> int:
    if isinstance(part, Edge):
        return UNREAD_ROWS if part.kind == "unread" else 1
    return rows_of(part.block if isinstance(part, Thought) else part, width)
