"""Having the diagrams of a log drawn, while their source is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from llmtui.ui.widgets.log.render.diagrams import Diagrams, Wanted


class Drawing:
    """Draws one diagram after the other, and says when one is there."""

    def __init__(
        self,
        run: Callable[[Coroutine[Any, Any, None]], object],
        width: Callable[[], int],
        drawn: Callable[[Wanted], object],
    ) -> None:
        """``run`` runs what takes its time, ``width`` is that of the log."""
        self.diagrams = Diagrams(lambda wanted: run(self._draw(wanted, width())))
        self._width = width
        self._drawn = drawn
        self._one = asyncio.Lock()

    async def _draw(self, wanted: Wanted, width: int) -> None:
        async with self._one:
            if width != self._width():  # it was for a size that is over
                self.diagrams.forget(wanted)
                return
            drawing = await asyncio.to_thread(wanted.draw)
        if drawing is not None:
            self.diagrams.put(wanted, drawing)
            self._drawn(wanted)
