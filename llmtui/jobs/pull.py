"""Fetching a model: its layers as one progress, with speed and time left.

Ollama fetches one layer after another and tells the size of each only when it
begins, so the total grows; the weights, nearly all of it, come first.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from llmtui.chat.events import PullProgress
from llmtui.providers.errors import BrokenStream, Unreachable

if TYPE_CHECKING:
    from llmtui.providers.protocol import Pulls

_SPAN = 10.0
"""Seconds that the speed is an average of."""
FIRST_PAUSE, LAST_PAUSE = 1.0, 30.0
"""Seconds until a pull that broke goes on, doubling."""
TRIES = 6
"""How often in a row a pull may break without having moved on."""
STALL = 60.0
"""Seconds without a sign of life, in the middle of a layer, after which a pull counts
as broken: a server that still works on it tells so several times a second."""
_ALMOST = 0.999
"""The most that is shown before success was reported."""


class Layer(NamedTuple):
    """What is known of one layer, in bytes."""

    total: int
    completed: int


class Pull:
    """One model being fetched. ``run`` does it; the rest is to look at."""

    def __init__(
        self, model: str, *, insecure: bool = False, expected: int = 0
    ) -> None:
        """``insecure`` takes a registry without a certificate too; ``expected`` is
        how many bytes the whole is likely to have, 0 where nobody knows."""
        self.model = model
        self.insecure = insecure
        self.status = ""
        """What the server does now, in its own words; untrusted."""
        self.trouble = ""
        """Why it waits before it goes on by itself, in a sentence; "" if it doesn't."""
        self.done = False
        self._expected = expected
        self._share = 0.0
        self._layers: dict[str, Layer] = {}
        self._current = ""
        self._moved = 0
        self._marks: deque[tuple[float, int]] = deque()

    async def run(
        self,
        provider: Pulls,
        changed: Callable[[Pull], None],
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        stall: float = STALL,
    ) -> None:
        """Fetch it; ``changed`` is called with each sign of life.

        A stream that broke is asked for again, with pauses that grow while nothing
        more comes. Raises ``ProviderError``. Cancelling it closes the connection,
        which ends the download; the next one goes on where it stopped.
        """
        pause, tries, reached = FIRST_PAUSE, 0, -1
        while True:
            self._begin()
            try:
                await self._stream(provider, changed, stall)
                break
            except (BrokenStream, Unreachable) as error:
                if self.completed > reached:
                    pause, tries, reached = FIRST_PAUSE, 0, self.completed
                tries += 1
                if tries >= TRIES or not self._layers:
                    raise
                self.trouble = str(error)
            changed(self)
            await sleep(pause)
            pause = min(pause * 2, LAST_PAUSE)
        self.done, self._share, self.trouble = True, 1.0, ""

    async def _stream(
        self, provider: Pulls, changed: Callable[[Pull], None], stall: float
    ) -> None:
        async with aclosing(provider.pull(self.model, insecure=self.insecure)) as lines:
            while True:
                limit = stall if self._current else None
                line = await _next(lines, limit)
                if line is None:
                    return
                self.trouble = ""
                self.take(line, monotonic())
                changed(self)

    def _begin(self) -> None:
        """What an earlier stream was at is not whole, and its speed is of the past."""
        self._current = ""
        self._marks.clear()

    @property
    def layers(self) -> tuple[tuple[str, Layer], ...]:
        """The layers known by now, by digest, in the order in which they came."""
        return tuple(self._layers.items())

    @property
    def share(self) -> float:
        """How much of the whole is there, from 0 to 1.

        It never falls, though the whole grows while layers become known, and is 1
        only after success.
        """
        return self._share

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
        whole = max(self.total, self._expected)
        if whole:
            self._share = max(self._share, min(self.completed / whole, _ALMOST))

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


async def _next(
    lines: AsyncIterator[PullProgress], limit: float | None
) -> PullProgress | None:
    """The next line, None after the last; raises ``BrokenStream`` if none comes."""
    try:
        async with asyncio.timeout(limit):
            return await anext(lines, None)
    except TimeoutError:
        raise BrokenStream(
            "nothing came for a minute", advice="It goes on where it stopped."
        ) from None
