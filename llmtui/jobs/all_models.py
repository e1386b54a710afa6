"""The models of all configured hosts, asked for at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from llmtui.hosts import BUILTIN
from llmtui.providers.errors import ProviderError
from llmtui.providers.key_command import SECONDS as KEY_SECONDS
from llmtui.settings import SettingsError

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.hosts import Host
    from llmtui.jobs.prompt_queue import Spawn
    from llmtui.jobs.provider_pool import ProviderPool
    from llmtui.settings import Settings

DEADLINE = 8.0
"""Seconds after which a host counts as not answering."""


class HostModels(NamedTuple):
    """What one host said."""

    host: Host
    models: tuple[Model, ...] = ()
    trouble: str = ""
    """Why it said nothing, in a sentence; untrusted."""


class AllModels:
    """Asks every host but the current one, which is asked all the time anyway."""

    def __init__(
        self,
        providers: ProviderPool,
        settings: Settings,
        spawn: Spawn,
        changed: Callable[[], None],
        *,
        deadline: float = DEADLINE,
    ) -> None:
        """``changed`` is called with each host that has answered."""
        self.found: tuple[HostModels, ...] = ()
        """Those that have answered, or have not in time; in the order of answering."""
        self.waiting = 0
        """Hosts that have still to answer."""
        self._providers = providers
        self._settings = settings
        self._spawn = spawn
        self._changed = changed
        self._deadline = deadline

    def look(self, current: Host) -> None:
        """Ask all of them but the current one; what they said before is forgotten."""
        if self.waiting:
            return
        hosts = [host for host in self.hosts() if host.address != current.address]
        self.found, self.waiting = (), len(hosts)
        for host in hosts:
            self._spawn(self._ask(host))
        self._changed()

    def hosts(self) -> tuple[Host, ...]:
        """Those of the configuration, the one of new sessions, and this computer."""
        by_address = {host.address: host for host in self._set()}
        return tuple(by_address.values())

    def _set(self) -> Iterator[Host]:
        yield BUILTIN
        for name in (None, *self._settings.hosts):
            with suppress(SettingsError):
                yield self._settings.find_host(name)

    async def _ask(self, host: Host) -> None:
        try:
            # A command for a key may have to ask the user first.
            extra = KEY_SECONDS * bool(host.access.key_command)
            async with asyncio.timeout(self._deadline + extra):
                provider = await asyncio.to_thread(self._providers.open, host)
                answer = HostModels(host, tuple(await provider.models()))
        except TimeoutError:
            answer = HostModels(host, trouble=f"{host.label} is not answering")
        except ProviderError as error:
            answer = HostModels(host, trouble=str(error))
        self.found = (*self.found, answer)
        self.waiting -= 1
        self._changed()
