"""Which models are in memory, and when they go: one child process for each.

What Ollama's scheduler promises (``server/sched.go``): after the last reply a model
stays for the ``keep_alive`` that was named last, one that writes is never taken away,
and where another does not fit beside them the ones not used for longest go.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from llmtui.chat.models import RunningModel
from llmtui.clock import after
from llmtui.providers.errors import ProviderError
from llmtui.providers.local.footprint import Footprint
from llmtui.providers.local.launch import Launch
from llmtui.providers.local.model_files import ModelFiles
from llmtui.providers.local.process import Child

_MOMENT = 0.05
"""Seconds that freed memory may need until the system counts it as free."""

_FOREVER = 100 * 365 * 86400.0
"""Seconds; what Ollama says of a model that stays for ever is about as far away."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model as a request wants it."""

    files: ModelFiles
    launch: Launch
    footprint: Footprint
    keep_alive: float | None = None
    """Seconds it stays after the request; negative: for ever, 0: not at all, None:
    as long as it would have stayed before."""


@dataclass(eq=False, slots=True)
class Loaded:
    """A model in memory."""

    wanted: Wanted
    """As it was asked for last."""
    child: Child
    keep_alive: float
    """Seconds it stays when nobody uses it, as they were named last."""
    users: int = 0
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    used: float = 0.0
    """When it was last used, by ``time.monotonic``."""
    leaving: bool = False
    """Another one waits for its place: it takes no more requests."""
    timer: asyncio.TimerHandle | None = None

    @property
    def name(self) -> str:
        return self.wanted.files.name

    @property
    def leaves_in(self) -> float:
        """Seconds until it goes if nobody uses it; ``math.inf`` for never."""
        if self.keep_alive < 0:
            return math.inf
        since = 0.0 if self.users else time.monotonic() - self.used
        return max(0.0, self.keep_alive - since)

    @property
    def described(self) -> RunningModel:
        """As lists of what is in memory have it."""
        size = self.wanted.footprint.total
        on_gpu = self.wanted.launch.gpu_layers != 0
        return RunningModel(
            self.name,
            size=size,
            size_vram=min(size, self.child.vram) if on_gpu else 0,
            context_length=self.wanted.launch.context,
            expires=after(min(self.leaves_in, _FOREVER)),
            digest=self.wanted.files.digest,
        )


Start = Callable[[Wanted], Awaitable[Child]]
Fits = Callable[[Wanted], Awaitable[bool]]


class Scheduler:
    """The models in memory; at most ``most`` of them, 0 for as many as fit."""

    def __init__(
        self, start: Start, fits: Fits, most: int = 0, keep_alive: float = 300.0
    ) -> None:
        """``fits`` says whether a model has room beside those that are loaded;
        ``keep_alive`` is that of a model for which nobody names one."""
        self._start = start
        self._fits = fits
        self._most = most
        self._keep_alive = keep_alive
        self._loaded: list[Loaded] = []
        self._lock = asyncio.Lock()
        self._going: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def loaded(self) -> list[Loaded]:
        """What is in memory, the one that stays longest first, as in Ollama."""
        alive = [one for one in self._loaded if one.child.alive]
        return sorted(alive, key=lambda one: -one.leaves_in)

    def find(self, name: str) -> Loaded | None:
        """The model of this name, if it is in memory."""
        return next((one for one in self.loaded if one.name == name), None)

    def ready(self, wanted: Wanted) -> bool:
        """Whether ``hold`` would find the model loaded, as it is wanted."""
        return self._usable(wanted) is not None

    @asynccontextmanager
    async def hold(self, wanted: Wanted) -> AsyncIterator[Child]:
        """The model's process, which is not taken away meanwhile.

        Raises ``ProviderError``.
        """
        loaded = self._usable(wanted)
        if loaded is None:
            async with self._lock:
                # Whoever had the lock before may have loaded the very same.
                loaded = self._usable(wanted) or await self._load(wanted)
                self._take(loaded, wanted)
        else:
            self._take(loaded, wanted)
        try:
            yield loaded.child
        finally:
            self._release(loaded)

    async def unload(self, name: str) -> bool:
        """Put a model out of memory once its replies are done; False if not there."""
        loaded = self.find(name)
        if loaded is None:
            return False
        await self._end(loaded)
        return True

    async def aclose(self) -> None:
        """End all, at once; safe to call twice."""
        self._closed = True
        for loaded in [*self._loaded]:
            self._forget(loaded)
            await loaded.child.aclose()
        while self._going:
            await asyncio.wait(self._going)

    def _usable(self, wanted: Wanted) -> Loaded | None:
        loaded = self.find(wanted.files.name)
        if loaded is None or loaded.leaving or loaded.wanted.launch != wanted.launch:
            return None
        return loaded

    async def _load(self, wanted: Wanted) -> Loaded:
        """Make room and start the process; the lock is held."""
        if (old := self._any(wanted.files.name)) is not None:
            await self._end(old)
        await self._make_room(wanted)
        child = await self._start(wanted)
        loaded = Loaded(wanted, child, self._keep_alive)
        if self._closed:
            await child.aclose()
            raise ProviderError("the program is closing")
        self._loaded.append(loaded)
        return loaded

    async def _make_room(self, wanted: Wanted) -> None:
        """End the models not used for longest until the wanted one has room."""
        while self._loaded:
            allowed = not self._most or len(self._loaded) < self._most
            if allowed and await self._fits(wanted):
                return
            oldest = min(self._loaded, key=lambda one: (one.users > 0, one.used))
            await self._end(oldest)
            await asyncio.sleep(_MOMENT)

    def _any(self, name: str) -> Loaded | None:
        """As ``find``, but also one whose process has died."""
        return next((one for one in self._loaded if one.name == name), None)

    async def _end(self, loaded: Loaded) -> None:
        """End a model when nobody uses it any more."""
        loaded.leaving = True
        try:
            if loaded.child.alive and loaded.users:
                await loaded.idle.wait()
        except asyncio.CancelledError:
            loaded.leaving = False
            raise
        self._forget(loaded)
        await loaded.child.aclose()

    def _take(self, loaded: Loaded, wanted: Wanted) -> None:
        loaded.wanted = wanted
        if wanted.keep_alive is not None:
            loaded.keep_alive = wanted.keep_alive
        loaded.used = time.monotonic()
        loaded.users += 1
        loaded.idle.clear()
        if loaded.timer is not None:
            loaded.timer.cancel()
            loaded.timer = None

    def _release(self, loaded: Loaded) -> None:
        loaded.users -= 1
        loaded.used = time.monotonic()
        if loaded.users:
            return
        loaded.idle.set()
        if loaded.keep_alive >= 0 and not self._closed:
            loop = asyncio.get_running_loop()
            wait = loaded.keep_alive
            loaded.timer = loop.call_later(wait, self._expire, loaded)

    def _expire(self, loaded: Loaded) -> None:
        loaded.timer = None
        if loaded.users or loaded not in self._loaded:
            return
        self._forget(loaded)
        task = asyncio.ensure_future(loaded.child.aclose())
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    def _forget(self, loaded: Loaded) -> None:
        if loaded.timer is not None:
            loaded.timer.cancel()
            loaded.timer = None
        if loaded in self._loaded:
            self._loaded.remove(loaded)
