"""One provider for each host, opened when it is first needed."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable

from llmtui.hosts import Host
from llmtui.providers.protocol import Provider

GRACE = 30.0
"""Seconds after which a provider that nobody used is closed: its connections go, and
the child process of a model that this program runs. The host that is monitored is
used more often than that."""


class ProviderPool:
    """The providers of this program run. Usable from any thread."""

    def __init__(
        self, open_provider: Callable[[Host], Provider], *, grace: float = GRACE
    ) -> None:
        self._open = open_provider
        self._grace = grace
        self._providers: dict[Host, Provider] = {}
        self._used: dict[Host, float] = {}
        """When each was last asked for, as ``time.monotonic``."""
        self._holds: Counter[Host] = Counter()
        self._met: dict[tuple[str, str], Host] = {}
        """What had more than an address, by that; the last one met counts."""
        self._guard = threading.Lock()

    def open(self, host: Host) -> Provider:
        """The provider of a host. Slow the first time; raises ``ProviderError``.

        A host that was written down lacks its password; where one of this run had
        it, it has it again.
        """
        with self._guard:
            host = self._complete(host)
            if host not in self._providers:
                self._providers[host] = self._open(host)
            self._used[host] = time.monotonic()
            return self._providers[host]

    def hold(self, host: Host) -> Callable[[], None]:
        """Keep the provider of a host for a long use; returns what ends that."""
        with self._guard:
            host = self._complete(host)
            self._holds[host] += 1

        def let_go() -> None:
            with self._guard:
                self._holds[host] -= 1
                self._used[host] = time.monotonic()

        return let_go

    async def close_unused(self) -> None:
        """Close what nobody has used for a while; goes on until it is cancelled."""
        while True:
            await asyncio.sleep(self._grace / 2)
            for provider in self._take_unused():
                await provider.aclose()

    async def aclose(self) -> None:
        """Close their connections."""
        while self._providers:
            _, provider = self._providers.popitem()
            await provider.aclose()

    def _complete(self, host: Host) -> Host:
        host = host.with_credentials_of(self._met.values())
        if host.has_credentials:
            self._met[host.address] = host
        return host

    def _take_unused(self) -> list[Provider]:
        """Those whose time has come; they are opened anew if they are needed again."""
        with self._guard:
            limit = time.monotonic() - self._grace
            unused = [
                host
                for host in self._providers
                if not self._holds[host] and self._used[host] < limit
            ]
            return [self._providers.pop(host) for host in unused]
