"""Whether the host is there, what it can do, and which models it has."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Literal, NamedTuple

from llmtui.chat.capabilities import Capabilities
from llmtui.chat.models import Model, ModelDetails, RunningModel
from llmtui.hosts import Host
from llmtui.providers.errors import (
    NoKey,
    NotUnderstood,
    ProviderError,
    Refused,
    Unreachable,
    Unsupported,
)
from llmtui.providers.protocol import Describes, Provider, Runs, capabilities

FIRST_PAUSE, LAST_PAUSE = 0.5, 15.0
"""Seconds until a host that is down is asked again, doubling."""
UP_PAUSE = 15.0
"""Seconds until a host that is up is asked again."""
ASKED_PAUSE = 3600.0
"""Seconds until the command for a key is run again that gave none, unless somebody
wants something of the host: it may ask the user each time."""

State = Literal["unknown", "up", "down"]


class HostStatus(NamedTuple):
    """What is known of a host."""

    state: State = "unknown"
    sentence: str = ""
    """Why it is down, or why it has no list of models though it is up."""
    advice: str = ""
    start: str = ""
    """The command that would start its server here, "" if none would."""
    keyless: bool = False
    """Whether it is down for want of a key that a command should give."""
    unreachable: bool = False
    """Whether nothing that could answer is there: a prompt need not be sent."""
    version: str = ""
    models: tuple[Model, ...] = ()
    running: tuple[RunningModel, ...] = ()
    """What is in its memory, where it tells."""
    capabilities: Capabilities = Capabilities()


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
        self.status = HostStatus()
        self.on_change: Callable[[], None] = lambda: None
        self._provider = provider
        self._sleep = sleep
        self._pause = FIRST_PAUSE
        self._again = False
        self._step: asyncio.Future[object] | None = None
        self._details: dict[tuple[Host, str], ModelDetails] = {}
        self._learned: dict[tuple[Host, str], Model] = {}
        """What was told of one model, and not in the list."""

    @property
    def state(self) -> State:
        return self.status.state

    @property
    def sentence(self) -> str:
        return self.status.sentence

    @property
    def advice(self) -> str:
        return self.status.advice

    @property
    def version(self) -> str:
        return self.status.version

    @property
    def models(self) -> tuple[Model, ...]:
        return self.status.models

    @property
    def capabilities(self) -> Capabilities:
        return self.status.capabilities

    async def run(self) -> None:
        """Ask for ever; cancelled by whoever started it."""
        while True:
            self._again = False
            await self._do(self._look())
            if self._again:
                continue
            pause = UP_PAUSE if self.state == "up" else self._pause
            if self.status.keyless:
                pause = ASKED_PAUSE
            elif self.state == "down":
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
            self._set(HostStatus())
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

    async def learn(self, listed: Model) -> None:
        """Have the list say what a model can, where the server's own does not.

        Older ones of Ollama's do not, nor does llama.cpp's; both tell of one model.
        """
        host, details = self.host, await self.details(listed.name)
        if details is not None and details.model.capabilities is not None:
            known = replace(details.model, digest=listed.digest)
            self._learned[host, listed.name] = known
            if host == self.host:
                self._set(self.status._replace(models=self._filled(self.models)))

    def _filled(self, models: Iterable[Model]) -> tuple[Model, ...]:
        """Models with what was learned of them; weights may change under a name."""
        return tuple(
            replace(
                model,
                capabilities=known.capabilities,
                context_length=model.context_length or known.context_length,
            )
            if model.capabilities is None
            and (known := self._learned.get((self.host, model.name)))
            and known.digest == model.digest
            else model
            for model in models
        )

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

    async def _look(self) -> None:
        able = self.capabilities
        try:
            provider = await asyncio.to_thread(self._provider, self.host)
            able = capabilities(provider)
            status = HostStatus("up", capabilities=able)
            try:
                models = self._filled(await provider.models())
                status = status._replace(models=models)
            except Unsupported as error:
                status = status._replace(sentence=str(error), advice=error.advice)
            status = status._replace(version=await provider.version())
            if isinstance(provider, Runs):
                with suppress(Refused, NotUnderstood):  # older than that question
                    status = status._replace(running=tuple(await provider.running()))
        except ProviderError as error:
            status = _down(error, able)
        else:
            self._pause = FIRST_PAUSE
        self._set(status)

    def _set(self, status: HostStatus) -> None:
        if status.models != self.models:
            self._details.clear()
        before, self.status = self.status, status
        if before != status:
            self.on_change()


def _down(error: ProviderError, able: Capabilities) -> HostStatus:
    status = HostStatus("down", str(error), error.advice, capabilities=able)
    if isinstance(error, Unreachable):
        keyless = isinstance(error, NoKey)
        return status._replace(unreachable=True, start=error.start, keyless=keyless)
    return status
