"""Whether the host is there, and which models it has."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from llmtui.chat.models import Model, ModelDetails
from llmtui.hosts import Host
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Describes, Provider

FIRST_PAUSE, LAST_PAUSE = 0.5, 15.0
"""Seconds until a host that is down is asked again, doubling."""
UP_PAUSE = 15.0
"""Seconds until a host that is up is asked again."""

State = Literal["unknown", "up", "down"]


class HostMonitor:
    """Asks one host again and again; tells when something has changed."""

    def __init__(
        self,
        provider: Callable[[Host], Provider],
        host: Host,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """``provider`` opens or finds the provider of a host, in a thread."""
        self.host = host
        self.state: State = "unknown"
        self.sentence = ""
        """Why it is down."""
        self.advice = ""
        self.version = ""
        self.models: tuple[Model, ...] = ()
        self.on_change: Callable[[], None] = lambda: None
        self._provider = provider
        self._sleep = sleep
        self._pause = FIRST_PAUSE
        self._again = False
        self._step: asyncio.Future[object] | None = None
        self._details: dict[tuple[Host, str], ModelDetails] = {}

    async def run(self) -> None:
        """Ask for ever; cancelled by whoever started it."""
        while True:
            self._again = False
            await self._do(self._output())
            if self._again:
                continue
            pause = UP_PAUSE if self.state == "up" else self._pause
            if self.state == "down":
                self._pause = min(self._pause * 2, LAST_PAUSE)
            await self._do(self._sleep(pause))

    def poke(self) -> None:
        """Ask again now."""
        self._pause, self._again = FIRST_PAUSE, True
        if self._step is not None:
            self._step.cancel()

    def switch(self, host: Host) -> None:
        """Ask another host from now on; what was known is forgotten."""
        if host != self.host:
            self.host = host
            if self.state == "unknown":
                self.on_change()
            self._set("unknown")
            self.poke()

    async def details(self, model: str) -> ModelDetails | None:
        """One model in full, None where the server cannot tell. Asked for once."""
        host = self.host
        if (host, model) not in self._details:
            try:
                provider = await asyncio.to_thread(self._provider, host)
                if not isinstance(provider, Describes):
                    return None
                self._details[host, model] = await provider.show(model)
            except ProviderError:
                return None
        return self._details[host, model]

    async def _do(self, step: Awaitable[object]) -> None:
        """Await something that ``poke`` may cut short."""
        self._step = asyncio.ensure_future(step)
        try:
            await asyncio.wait({self._step})
            if not self._step.cancelled():
                self._step.result()
        finally:
            self._step.cancel()
            self._step = None

    async def _output(self) -> None:
        host = self.host
        try:
            provider = await asyncio.to_thread(self._provider, host)
            models = tuple(await provider.models())
            version = await provider.version()
        except ProviderError as error:
            self._set("down", str(error), error.advice)
        else:
            self._pause = FIRST_PAUSE
            self._set("up", version=version, models=models)

    def _set(
        self,
        state: State,
        sentence: str = "",
        advice: str = "",
        version: str = "",
        models: tuple[Model, ...] = (),
    ) -> None:
        if models != self.models:
            self._details.clear()
        before = (self.state, self.sentence, self.advice, self.version, self.models)
        after = (state, sentence, advice, version, models)
        self.state, self.sentence, self.advice, self.version, self.models = after
        if before != after:
            self.on_change()
