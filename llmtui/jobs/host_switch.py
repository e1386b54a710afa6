"""Which host is spoken to: switching, and what helps while there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.hosts import BUILTIN
from llmtui.jobs.builtin_model import BuiltinModel
from llmtui.jobs.routing import host_named, host_of, is_forgotten

if TYPE_CHECKING:
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.host_monitor import HostMonitor
    from llmtui.jobs.prompt_queue import Spawn
    from llmtui.settings import Settings


class HostSwitch:
    """The host of the next turn."""

    def __init__(
        self,
        monitor: HostMonitor,
        settings: Settings,
        builtin: BuiltinModel,
        spawn: Spawn,
        chosen: Callable[[], None],
    ) -> None:
        """``chosen`` is called when the user has chosen another host."""
        self.builtin = builtin
        self._monitor = monitor
        self._settings = settings
        self._spawn = spawn
        self._chosen = chosen
        self._met = False

    def switch(self, value: str) -> None:
        """Speak to another host: a configured name or a URL.

        What the dialog began with, sent back, changes nothing: it has no password,
        and the host may have one. Raises ``SettingsError``.
        """
        if value.strip() == self._monitor.host.stored:
            self._monitor.poke()
            return
        self._switch(self._settings.find_host(value))

    def use_builtin(self) -> str:
        """Switch to the built-in model; "" or the sentence why that can't be."""
        if problem := self.builtin.problem:
            return problem
        self.builtin.accept()
        self._switch(BUILTIN)
        return ""

    def go_to(self, host: Host) -> None:
        """Speak to another host, chosen from those that there are."""
        if host != self._monitor.host:
            self._switch(host)

    def use_local(self) -> None:
        """Switch to the models of this computer, and remember that they will do."""
        self.builtin.accept()
        if self._monitor.host != BUILTIN:
            self._switch(BUILTIN)

    def changed(self, *, untouched: bool) -> str:
        """The host came, went or was switched; returns what the user is to be told.

        Who once took a model of this computer gets one by itself where no server
        answers, unless a host was asked for or (not ``untouched``) there is a
        conversation already.
        """
        monitor = self._monitor
        self._met = self._met or monitor.state == "up"
        if monitor.host == BUILTIN:
            return self.builtin.note(monitor.models) if monitor.state == "up" else ""
        free = untouched and not self._met and not self._settings.host_from
        if monitor.state == "down" and free and self.builtin.wanted:
            where = monitor.host.url
            self._switch(BUILTIN)
            return f"no server at {where}: this computer answers (/host goes back)"
        return ""

    def prepare(self) -> None:
        """Let a host that is this program itself fetch what it needs."""
        if not self._monitor.host.has_server:
            self._spawn(self.builtin.prepare(self._monitor.host))

    def follow_session(self, session: Session, *, first: bool) -> str:
        """Speak to the host of a session that was opened.

        ``first``: the command line may have named a host together with it. Returns
        what is to be said of that, "" if nothing.
        """
        current, own = self._monitor.host, self.named(session.host)
        if (
            is_forgotten(session.host, self._settings)
            and session.host != current.stored
        ):
            gone = f"its host {session.host} is no longer set (/hosts)"
            return f"asked on {current.label}: {gone}"
        host = host_of(session, self._settings, current) if first else own
        if host != current:
            self._follow(host)
            other = f"/host {current.stored} changes that"
            return f"asked on {host.label}, its own host; {other}"
        if own != current:
            return f"asked on {current.label} now, no longer on {own.label}"
        return ""

    def named(self, stored: str) -> Host:
        """The host that ``Host.stored`` wrote."""
        return host_named(stored, self._settings, self._monitor.host)

    def _switch(self, host: Host) -> None:
        self._chosen()
        self._follow(host)

    def _follow(self, host: Host) -> None:
        self._monitor.switch(host)
        self.prepare()
