"""Drawings in the place of the code that describes them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

from llmtui.desktop.diagrams import draw, is_drawable
from llmtui.markdown.block import Block
from llmtui.markdown.code import language_of
from llmtui.sanitise import clean

_KEPT = 200
_ROOMS = 3
"""How often as wide as its room a drawing may be: farther apart one can't follow a
line, and its source says more."""
_PATIENCE = 5.0
"""Seconds that somebody waits for the drawings of a text."""


class Wanted(NamedTuple):
    """A drawing as it is needed."""

    source: str
    width: int
    """Cells that it should have."""
    most: int
    """Cells that it may have if it has to be moved to be seen."""

    def draw(self) -> str | None:
        """The drawing, None where there is none. Takes its time."""
        drawing = draw(self.source, self.width, self.most)
        return None if drawing is None else clean(drawing)


class Diagrams:
    """The drawings of diagrams, made when they are looked at."""

    def __init__(self, start: Callable[[Wanted], object] | None = None) -> None:
        """``start`` has one drawn, for :meth:`put`; None draws while one waits."""
        self._start = start
        self._drawn: OrderedDict[Wanted, str | None] = OrderedDict()
        self._waited = 0.0

    def of(self, block: Block, width: int, *, movable: bool = False) -> str | None:
        """The drawing of a block; None if it is none, or not drawn yet.

        One that is ``movable`` may be wider than its room.

        What is still written is no diagram yet, and what was cut is too long.
        """
        if not block.closed or block.piece:
            return None
        if not is_drawable(language_of(block.info), block.text):
            return None
        wanted = Wanted(block.text, width, width * _ROOMS if movable else width)
        if wanted not in self._drawn:
            self.put(wanted, self._draw(wanted) if self._start is None else None)
            if self._start is not None:
                self._start(wanted)
        return self._drawn[wanted]

    def _draw(self, wanted: Wanted) -> str | None:
        """The drawing, unless those before it took all the time there is."""
        if self._waited > _PATIENCE:
            return None
        began = monotonic()
        drawing = wanted.draw()
        self._waited += monotonic() - began
        return drawing

    def forget(self, wanted: Wanted) -> None:
        """Have it drawn when it is looked at again."""
        self._drawn.pop(wanted, None)

    def put(self, wanted: Wanted, drawing: str | None) -> None:
        """Keep a drawing."""
        self._drawn[wanted] = drawing
        while len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
