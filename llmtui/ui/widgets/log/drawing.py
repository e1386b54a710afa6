"""Having the diagrams of a log drawn, while their source is shown."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from llmtui.ui.widgets.log.render.diagrams import Diagrams, Wanted

_WAITING = 20
"""Diagrams that may wait to be drawn: what a tall screen shows at most."""


class Drawing:
    """Draws one diagram after the other, and says when one is there.

    The latest comes first, since it is what one looks at. Of too many the oldest are
    out of sight by now: they are drawn when they are looked at again.
    """

    def __init__(
        self,
        run: Callable[[Coroutine[Any, Any, None]], object],
        width: Callable[[], int],
        drawn: Callable[[Wanted], object],
    ) -> None:
        """``run`` runs what takes its time, ``width`` is that of the log."""
        self.diagrams = Diagrams(self._want)
        self._run = run
        self._width = width
        self._drawn = drawn
        self._waiting: deque[tuple[Wanted, int]] = deque()
        self._drawing = False

    def _want(self, wanted: Wanted) -> None:
        """Have a diagram drawn soon."""
        self._waiting.append((wanted, self._width()))
        if len(self._waiting) > _WAITING:
            forgotten, _ = self._waiting.popleft()
            self.diagrams.forget(forgotten)
        if not self._drawing:
            self._drawing = True
            self._run(self._draw())

    async def _draw(self) -> None:
        """Draw what waits, until nothing does."""
        try:
            while self._waiting:
                wanted, width = self._waiting.pop()
                if width != self._width():  # it was for a size that is over
                    self.diagrams.forget(wanted)
                    continue
                drawing = await asyncio.to_thread(wanted.draw)
                if drawing is not None:
                    self.diagrams.put(wanted, drawing)
                    self._drawn(wanted)
        finally:
            self._drawing = False
