"""Fetching a model: its layers as one progress, with speed and time left.

Ollama fetches one layer after another and tells the size of each only when it
begins, so the total grows; the weights, nearly all of it, come first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from llmtui.chat.events import PullProgress

if TYPE_CHECKING:
    from llmtui.providers.protocol import Pulls

_SPAN = 10.0
"""Seconds that the speed is an average of."""


class Layer(NamedTuple):
    """What is known of one layer, in bytes."""

    total: int
    completed: int


class Pull:
    """One model being fetched. ``run`` does it; the rest is to look at."""

    def __init__(self, model: str, *, insecure: bool = False) -> None:
        """``insecure`` takes a registry without a certificate too."""
        self.model = model
        self.insecure = insecure
        self.status = ""
        """What the server does now, in its own words; untrusted."""
        self.done = False
        self._layers: dict[str, Layer] = {}
        self._current = ""
        self._moved = 0
        self._marks: deque[tuple[float, int]] = deque()

    async def run(self, provider: Pulls, changed: Callable[[Pull], None]) -> None:
        """Fetch it; ``changed`` is called with each sign of life.

        Raises ``ProviderError``. Cancelling it closes the connection, which
        ends the download; the next one goes on where it stopped.
        """
        async with aclosing(provider.pull(self.model, insecure=self.insecure)) as lines:
            async for line in lines:
                self.take(line, monotonic())
                changed(self)
        self.done = True

    @property
    def completed(self) -> int:
        """Bytes there, of all layers known by now."""
        return sum(layer.completed for layer in self._layers.values())

    @property
    def total(self) -> int:
        """Bytes of all layers known by now, 0 while none is."""
        return sum(layer.total for layer in self._layers.values())

    @property
    def moved(self) -> int:
        """Bytes that really came over the network since the start."""
        return self._moved

    def take(self, progress: PullProgress, now: float) -> None:
        """Note one line of the server, at the time ``now`` in seconds."""
        self.status = progress.status
        if progress.digest != self._current:
            self._finish_current()
            self._current = progress.digest
        if not progress.digest:
            return
        known = self._layers.get(progress.digest)
        # A server takes back a part that failed; what was seen stays seen.
        completed = max(progress.completed, known.completed if known else 0)
        total = max(progress.total, known.total if known else 0, completed)
        self._layers[progress.digest] = Layer(total, completed)
        if known is not None:
            # What a first line has was there before: it says nothing of the speed.
            self._moved += completed - known.completed
        self._marks.append((now, self._moved))
        while len(self._marks) > 2 and self._marks[1][0] <= now - _SPAN:
            self._marks.popleft()

    def speed(self) -> float:
        """Bytes per second over the last ten seconds, 0 while nothing is known."""
        if len(self._marks) < 2:
            return 0.0
        (start, before), (end, after) = self._marks[0], self._marks[-1]
        return (after - before) / (end - start) if end > start else 0.0

    def seconds_left(self) -> float | None:
        """Until all known layers are there, None while that cannot be said."""
        speed = self.speed()
        return (self.total - self.completed) / speed if speed > 0 else None

    def _finish_current(self) -> None:
        """The server says nothing when a layer is whole, it goes on to the next."""
        if layer := self._layers.get(self._current):
            self._moved += layer.total - layer.completed
            self._layers[self._current] = Layer(layer.total, layer.total)
