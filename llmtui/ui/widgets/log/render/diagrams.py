"""Drawings in the place of the code that describes them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from llmtui.desktop.diagrams import draw, is_drawable
from llmtui.markdown.block import Block
from llmtui.markdown.code import language_of
from llmtui.sanitise import clean

_KEPT = 200


class Wanted(NamedTuple):
    """A drawing as it is needed."""

    source: str
    width: int
    """Cells that it may have."""

    def draw(self) -> str | None:
        """The drawing, None where there is none. Takes its time."""
        drawing = draw(self.source, self.width)
        return None if drawing is None else clean(drawing)


class Diagrams:
    """The drawings of diagrams, made when they are looked at."""

    def __init__(self, start: Callable[[Wanted], object] | None = None) -> None:
        """``start`` has one drawn, for :meth:`put`; None draws while one waits."""
        self._start = start
        self._drawn: OrderedDict[Wanted, str | None] = OrderedDict()

    def of(self, block: Block, width: int) -> str | None:
        """The drawing of a block; None if it is none, or not drawn yet.

        What is still written is no diagram yet, and what was cut is too long.
        """
        if not block.closed or block.piece:
            return None
        if not is_drawable(language_of(block.info), block.text):
            return None
        wanted = Wanted(block.text, width)
        if wanted not in self._drawn:
            self.put(wanted, wanted.draw() if self._start is None else None)
            if self._start is not None:
                self._start(wanted)
        return self._drawn[wanted]

    def forget(self, wanted: Wanted) -> None:
        """Have it drawn when it is looked at again."""
        self._drawn.pop(wanted, None)

    def put(self, wanted: Wanted, drawing: str | None) -> None:
        """Keep a drawing."""
        self._drawn[wanted] = drawing
        while len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
