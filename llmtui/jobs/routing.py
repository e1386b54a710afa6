"""Which host and which model answer: decided here for every front end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.settings import SettingsError

if TYPE_CHECKING:
    from llmtui.hosts import Host
    from llmtui.settings import Settings


def host_named(stored: str, settings: Settings, current: Host) -> Host:
    """The host that was written down as ``Host.stored``.

    Where the current one is meant it is that, with user and password. One that
    nobody knows any more is the current one too.
    """
    if stored == current.stored:
        return current
    try:
        default = settings.find_host()
        return default if default.stored == stored else settings.find_host(stored)
    except SettingsError:
        return current
