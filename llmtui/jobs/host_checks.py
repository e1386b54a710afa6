"""How hosts are when one asks them once: there or not, and who is signed in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from typing import TYPE_CHECKING, NamedTuple

from llmtui.jobs.host_monitor import State
from llmtui.providers.errors import (
    ProviderError,
    SignInNeeded,
    Unreachable,
    Unsupported,
)
from llmtui.providers.key_command import SECONDS as KEY_SECONDS
from llmtui.providers.protocol import Provider, SignsIn

if TYPE_CHECKING:
    from llmtui.hosts import Host
    from llmtui.jobs.prompt_queue import Spawn

DEADLINE = 8.0
"""Seconds after which a host counts as not answering."""


class HostReport(NamedTuple):
    """What one host said. Texts of servers are untrusted."""

    host: Host
    state: State = "unknown"
    """``unknown`` while it is being asked."""
    error: ProviderError | None = None
    """Why it is down, or has no list of models though it is up."""
    version: str = ""
    models: int = 0
    account: str = ""
    """Who is signed in, "" where nobody is or nobody tells."""
    signin_url: str = ""
    """Where to sign in, if nobody is."""
    seconds: float = 0
    """How long the answer took."""

    @property
    def words(self) -> str:
        """All of it in a line.

        >>> from llmtui.hosts import BUILTIN
        >>> HostReport(BUILTIN, "up", None, "0.9", 1, "me (pro)").words
        '1 model · 0.9 · signed in: me (pro)'
        """
        if self.state == "unknown":
            return "asking …"
        models = "1 model" if self.models == 1 else f"{self.models} models"
        signed_in = f"signed in: {self.account}" if self.account else ""
        said = str(self.error) if self.error else models
        signed_in = "nobody is signed in" if self.signin_url else signed_in
        return " · ".join(filter(None, (said, self.version, signed_in)))


class HostChecks:
    """Asks hosts for one who looks at them all."""

    def __init__(
        self,
        open_provider: Callable[[Host], Provider],
        spawn: Spawn,
        changed: Callable[[], None],
    ) -> None:
        """``open_provider`` may block; ``changed`` is called with each new report."""
        self.reports: dict[Host, HostReport] = {}
        self._open = open_provider
        self._spawn = spawn
        self._changed = changed

    def look(self, hosts: Iterable[Host]) -> None:
        """Ask these; what others said is forgotten, and who is being asked is left
        to it."""
        old = self.reports
        unknown = {host: HostReport(host) for host in hosts}
        busy = {h: r for h, r in old.items() if r.state == "unknown" and h in unknown}
        self.reports = unknown | busy
        for host in unknown:
            if host not in busy:
                self._spawn(self._ask(host))
        self._changed()

    async def try_out(self, host: Host) -> AsyncGenerator[HostReport, None]:
        """Ask one host, which need not be one of them; with ``check``'s reports."""
        try:
            provider = await asyncio.to_thread(self._open, host)
        except ProviderError as error:
            yield HostReport(host, "down", error)
            return
        async with aclosing(check(host, provider)) as reports:
            async for report in reports:
                yield report

    async def _ask(self, host: Host) -> None:
        async with aclosing(self.try_out(host)) as reports:
            async for report in reports:
                if host in self.reports:
                    self.reports[host] = report
                    self._changed()


async def check(
    host: Host, provider: Provider, *, deadline: float = DEADLINE
) -> AsyncGenerator[HostReport, None]:
    """What a host says of itself, and then once more with who is signed in."""
    deadline += KEY_SECONDS * bool(host.access.key_command)
    report = await _reached(host, provider, deadline)
    yield report
    if report.state == "up" and isinstance(provider, SignsIn):
        try:
            async with asyncio.timeout(deadline):
                account = str(await provider.account())
        except SignInNeeded as error:
            yield report._replace(signin_url=error.url)
        except (ProviderError, TimeoutError):
            return  # older than that question, or not on the internet
        else:
            yield report._replace(account=account)


async def _reached(host: Host, provider: Provider, deadline: float) -> HostReport:
    since = time.monotonic()
    report = HostReport(host, "up")
    try:
        async with asyncio.timeout(deadline):
            try:
                report = report._replace(models=len(await provider.models()))
            except Unsupported as error:
                report = report._replace(error=error)
            report = report._replace(version=await provider.version())
    except TimeoutError:
        silent = Unreachable(f"{host.label} is not answering")
        report = HostReport(host, "down", silent)
    except ProviderError as error:
        report = HostReport(host, "down", error)
    return report._replace(seconds=time.monotonic() - since)
