"""What can be done to a model of the current host: decided here, asked for by a key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

from llmtui.chat.names import canonical
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Creates, Manages, Runs

if TYPE_CHECKING:
    from llmtui.chat.events import PullProgress
    from llmtui.chat.models import NewModel
    from llmtui.jobs.host_monitor import HostMonitor
    from llmtui.jobs.provider_pool import ProviderPool
    from llmtui.providers.protocol import Provider


async def remove(provider: Manages, model: str) -> None:
    """Delete a model, out of memory first, as ``ollama rm`` does: it would stay there.

    Raises ``ProviderError``.
    """
    if isinstance(provider, Runs):
        with suppress(ProviderError):
            await provider.unload(model)
    await provider.delete(model)


class ModelActionError(Exception):
    """It could not be done; ``str()`` says why and what helps, unsanitised."""


class ModelActions:
    """Of the host that is the current one now, also once another one is.

    Each raises ``ModelActionError``; the monitor sees at once what came of it.
    """

    def __init__(self, providers: ProviderPool, monitor: HostMonitor) -> None:
        self._providers = providers
        self._monitor = monitor
        self._host = monitor.host

    async def delete(self, model: str) -> None:
        """Remove a model from its host's disk."""
        await self._manage(lambda provider: remove(provider, model))

    async def copy(self, source: str, destination: str) -> None:
        """Give a model a second name. A model that has it already is not replaced."""
        self._check_free(destination)
        await self._manage(lambda provider: provider.copy(source, destination))

    async def rename(self, source: str, destination: str) -> None:
        """Give a model another name: servers can only copy and delete."""
        self._check_free(destination)

        async def both(provider: Manages) -> None:
            await provider.copy(source, destination)
            await provider.delete(source)

        await self._manage(both)

    async def create(
        self, new: NewModel, tell: Callable[[PullProgress], object]
    ) -> None:
        """Make a model; ``tell`` is called with each step. One of that name goes."""
        provider = await self._open()
        if not isinstance(provider, Creates):
            raise ModelActionError(f"{provider.name} cannot make models")

        async def make() -> None:
            async with aclosing(provider.create(new)) as steps:
                async for step in steps:
                    tell(step)

        await self._do(make())

    async def keep(self, model: str, seconds: float) -> None:
        """Have a model in memory for so long from now; negative means for ever.

        One that is there keeps its context, so that it does not load again.
        """
        running = self._monitor.status.running
        now = [m for m in running if canonical(m.name) == canonical(model)]
        context = now[0].context_length if now else 0
        options = {"num_ctx": context} if context else None
        await self._run(lambda provider: provider.load(model, options, seconds))

    async def unload(self, model: str) -> None:
        """Take a model out of memory."""
        await self._run(lambda provider: provider.unload(model))

    def _check_free(self, name: str) -> None:
        names = {canonical(model.name) for model in self._monitor.models}
        if not name.strip() or canonical(name) in names:
            what = f"there is a model {name} already" if name.strip() else "no name"
            raise ModelActionError(f"{what}: choose another name")

    async def _manage(self, act: Callable[[Manages], Awaitable[None]]) -> None:
        provider = await self._open()
        if not isinstance(provider, Manages):
            raise ModelActionError(f"{provider.name} cannot change its models")
        await self._do(act(provider))

    async def _run(self, act: Callable[[Runs], Awaitable[None]]) -> None:
        provider = await self._open()
        if not isinstance(provider, Runs):
            raise ModelActionError(f"{provider.name} does not load on demand")
        await self._do(act(provider))

    async def _open(self) -> Provider:
        try:
            return await asyncio.to_thread(self._providers.open, self._host)
        except ProviderError as error:
            raise ModelActionError(error.sentence) from error

    async def _do(self, act: Awaitable[None]) -> None:
        try:
            await act
        except ProviderError as error:
            raise ModelActionError(error.sentence) from error
        finally:
            self._monitor.poke()
