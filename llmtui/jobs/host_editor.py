"""Hosts that are named, changed and taken away while the program runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from llmtui import host_settings
from llmtui.config_writer import ConfigChange, undo, write_host
from llmtui.host_settings import HostConfig
from llmtui.hosts import Host, HostError
from llmtui.jobs.host_form import HostForm, form_of
from llmtui.settings import SettingsError

Changed = Callable[[str, HostConfig | None], None]


class HostEditor:
    """Writes hosts to the configuration, and has the running program know of it."""

    def __init__(
        self,
        file: Path,
        hosts: dict[str, HostConfig],
        changed: Changed = lambda name, config: None,
        *,
        usual: str = "",
    ) -> None:
        """``hosts`` are those of the settings and are kept up to date; ``changed`` is
        called with a name and what it means from now on, None for nothing; ``usual``
        is the host that new sessions begin with, as the settings name it."""
        self._file = file
        self._hosts = hosts
        self._changed = changed
        self._usual = usual
        self._removed: list[ConfigChange] = []

    def form(self, name: str) -> HostForm:
        """A host as the user may see it and change it; empty for none."""
        config = self._hosts.get(name)
        return form_of(name, config) if config else HostForm()

    def read(self, name: str, table: Mapping[str, Any], was: str = "") -> HostConfig:
        """What was written, with the secrets of the host that it ``was``.

        Raises ``SettingsError`` for what cannot be.
        """
        try:
            host_settings.check_name(name)
            whole = host_settings.with_secrets(table, self._hosts.get(was))
            return host_settings.read(whole)
        except HostError as error:
            raise SettingsError(str(error)) from None

    def host(self, form: HostForm, was: str = "") -> Host:
        """The host that a form means, to be tried. Raises ``SettingsError``."""
        name = form.name or "new"
        return self.read(name, _table(form), was).host(name)

    async def keep(self, form: HostForm, was: str = "") -> None:
        """Write what a form says. Raises as ``save``."""
        await self.save(form.name.strip(), _table(form), was)

    async def save(self, name: str, table: Mapping[str, Any], was: str = "") -> None:
        """Write a host; ``was`` is the name of the one that is changed, "" for none.

        Raises ``SettingsError``: then nothing has changed.
        """
        config = self.read(name, table, was)
        if name != was and name in self._hosts:
            raise SettingsError(f"there is a host {name!r} already")
        written = host_settings.as_table(config)
        await asyncio.to_thread(write_host, self._file, name, written)
        self._set(name, config)

    async def remove(self, name: str) -> None:
        """Take a host away; ``restore`` brings it back. Raises ``SettingsError``."""
        if name not in self._hosts:
            raise SettingsError(f"there is no host {name!r} in {self._file}")
        change = await asyncio.to_thread(write_host, self._file, name, None)
        self._removed.append(change)
        self._set(name, None)

    def missed(self, name: str) -> str:
        """What is to be said once a host is away that new sessions begin with; ""
        for any other."""
        if name != self._usual:
            return ""
        return f"new sessions still begin with {name}: set host to another one"

    async def restore(self) -> str:
        """Bring the last one back that was taken away; its name, "" if there is none.

        Raises ``SettingsError``.
        """
        if not self._removed:
            return ""
        change = self._removed[-1]
        if change.name in self._hosts:
            raise SettingsError(f"there is another host {change.name!r} by now")
        try:
            config = host_settings.read(change.table or {})
        except HostError as error:
            raise SettingsError(str(error)) from None
        await asyncio.to_thread(undo, change)
        self._removed.pop()
        self._set(change.name, config)
        return change.name

    def _set(self, name: str, config: HostConfig | None) -> None:
        if config is None:
            self._hosts.pop(name, None)
        else:
            self._hosts[name] = config
        self._changed(name, config)


def _table(form: HostForm) -> dict[str, Any]:
    try:
        return form.table()
    except HostError as error:
        raise SettingsError(str(error)) from None
