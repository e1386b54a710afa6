"""The models that the host says are worth having, and does not have yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.chat.names import canonical
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Recommends

if TYPE_CHECKING:
    from llmtui.chat.models import Recommendation
    from llmtui.hosts import Host
    from llmtui.jobs.host_monitor import HostMonitor
    from llmtui.jobs.prompt_queue import Spawn
    from llmtui.jobs.provider_pool import ProviderPool


class Recommendations:
    """Asks each host once; one that has nothing to say of it says nothing."""

    def __init__(
        self,
        providers: ProviderPool,
        monitor: HostMonitor,
        spawn: Spawn,
        changed: Callable[[], None],
    ) -> None:
        """``changed`` is called when a host has answered."""
        self._providers = providers
        self._monitor = monitor
        self._spawn = spawn
        self._changed = changed
        self._said: dict[Host, tuple[Recommendation, ...]] = {}

    @property
    def found(self) -> tuple[Recommendation, ...]:
        """Those of the current host that it does not list."""
        said = self._said.get(self._monitor.host, ())
        if not said:
            return ()
        there = {canonical(model.name) for model in self._monitor.models}
        return tuple(one for one in said if canonical(one.model) not in there)

    def look(self) -> None:
        """Ask the current host, if it can tell and has not been asked."""
        monitor = self._monitor
        able = monitor.state == "up" and monitor.capabilities.recommends
        if able and monitor.host not in self._said:
            self._said[monitor.host] = ()
            self._spawn(self._ask(monitor.host))

    async def _ask(self, host: Host) -> None:
        try:
            provider = await asyncio.to_thread(self._providers.open, host)
            if isinstance(provider, Recommends):
                self._said[host] = tuple(await provider.recommendations())
                self._changed()
        except ProviderError:
            return  # an old server does not know the question
