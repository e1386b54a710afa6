"""The hosts that the current chat may speak to: which there are, and how they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING

from llmtui.jobs.host_checks import HostChecks, HostReport
from llmtui.jobs.host_editor import HostEditor

if TYPE_CHECKING:
    from llmtui.host_settings import HostConfig
    from llmtui.hosts import Host
    from llmtui.jobs.all_models import AllModels
    from llmtui.jobs.core import Core
    from llmtui.jobs.prompt_queue import Spawn


class ChatHosts:
    """Asks them when somebody looks, and changes them for the user."""

    def __init__(
        self,
        core: Core,
        hosts: dict[str, HostConfig],
        everywhere: AllModels,
        spawn: Spawn,
        changed: Callable[[], None],
        usual: str,
    ) -> None:
        """``hosts`` are those of the settings, kept up to date; ``changed`` is called
        when there is more to see; ``usual`` is what ``HostEditor`` says."""
        places = core.store.places
        self.editor = HostEditor(places.config_file, hosts, self._edited, usual=usual)
        self.checks = HostChecks(core.providers.open, spawn, changed)
        self._monitor = core.monitor
        self._everywhere = everywhere

    def look(self) -> None:
        """Ask all of them."""
        self._monitor.poke()
        self.checks.look(self._all())

    def reports(self) -> Iterator[HostReport]:
        """What is known of each, the one that is spoken to first."""
        for host in self._all():
            yield self.checks.reports.get(host) or HostReport(host)

    async def account(self, host: Host) -> HostReport:
        """Who is signed in on a host, or where to."""
        last = HostReport(host)
        async with aclosing(self.checks.try_out(host)) as reports:
            async for report in reports:
                last = report
        return last

    def _all(self) -> tuple[Host, ...]:
        """Each server once, by the host that is spoken to where it is the same."""
        current = self._monitor.host
        others = self._everywhere.hosts()
        return (current, *(one for one in others if one.address != current.address))

    def _edited(self, name: str, config: HostConfig | None) -> None:
        """A host means something else now: who speaks to it goes along."""
        current = self._monitor.host
        if current.name == name and config is not None:
            self._monitor.switch(config.host(name))
        elif current.name == name:
            self._monitor.switch(current._replace(name=""))
        self.look()
