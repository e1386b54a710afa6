"""One provider for each host, opened when it is first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable

from llmtui.hosts import Host
from llmtui.providers.protocol import Provider


class ProviderPool:
    """The providers of this program run. Usable from any thread."""

    def __init__(self, open_provider: Callable[[Host], Provider]) -> None:
        self._open = open_provider
        self._providers: dict[Host, Provider] = {}
        self._met: set[Host] = set()
        self._guard = threading.Lock()

    def open(self, host: Host) -> Provider:
        """The provider of a host. Slow the first time; raises ``ProviderError``.

        A host that was written down lacks its password; where one of this run had
        it, it has it again.
        """
        with self._guard:
            host = host.with_credentials_of(self._met)
            if host.userinfo:
                self._met.add(host)
            if host not in self._providers:
                self._providers[host] = self._open(host)
            return self._providers[host]

    async def aclose(self) -> None:
        """Close their connections."""
        while self._providers:
            _, provider = self._providers.popitem()
            await provider.aclose()
