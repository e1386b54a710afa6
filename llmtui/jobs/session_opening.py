"""Where the session in front comes from: it is made new, or read from its file."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmtui.chat.session import Session
    from llmtui.jobs.core import Core
    from llmtui.jobs.host_switch import HostSwitch
    from llmtui.jobs.outbox import Outbox
    from llmtui.jobs.prompt_queue import Spawn
    from llmtui.settings import Settings

_AT_REST = 1.0
"""Seconds after which a session that was opened has been painted."""


class SessionOpening:
    """Makes sessions and reads them; of two, the one asked for last wins."""

    def __init__(
        self,
        core: Core,
        settings: Settings,
        outbox: Outbox,
        host_switch: HostSwitch,
        spawn: Spawn,
    ) -> None:
        self._store = core.store
        self._monitor = core.monitor
        self._settings = settings
        self._outbox = outbox
        self._host_switch = host_switch
        self._spawn = spawn
        self._asked: object = None
        """What is being opened."""

    def fresh(self, *, private: bool) -> Session:
        """An empty session as the settings say, in place of what is being opened."""
        self._asked = None
        settings = self._settings
        session = self._store.new(
            host=self._monitor.host.stored,
            system=settings.system,
            options=dict(settings.options),
            think=settings.think,
            keep_alive=settings.keep_alive,
            truncate=settings.truncate,
        )
        if private:
            self._store.keep_private(session)
        return session

    async def read(self, session_id: str) -> Session | None:
        """A saved session, with what waits in line there; None if something else was
        asked for meanwhile.

        Raises ``OSError``.
        """
        self._asked = asked = object()
        session = await asyncio.to_thread(self._read, session_id)
        if self._asked is not asked:
            return None
        self._spawn(self._pack(session))
        return session

    def _read(self, session_id: str) -> Session:
        session = self._store.open(session_id)
        self._outbox.load(session, self._host_switch.named)
        return session

    async def _pack(self, session: Session) -> None:
        """Let a large session take less memory, once its end is on the screen."""
        await asyncio.sleep(_AT_REST)
        await asyncio.to_thread(self._store.file_of(session).pack)
