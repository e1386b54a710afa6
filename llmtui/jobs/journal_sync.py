"""Journals on the disk itself: once a second while replies are written.

Each piece is written at once, so a program that is killed loses nothing; what a
power cut could take is what came within the last second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmtui.jobs.reply import Reply

EVERY = 1.0
"""Seconds."""


class JournalSync:
    """Waits for the disk in a thread, never on the loop."""

    def __init__(self, running: Mapping[str, Reply], *, every: float = EVERY) -> None:
        """``running`` holds the replies that are being written."""
        self._running = running
        self._every = every
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """A reply has begun."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while self._running:
            await asyncio.sleep(self._every)
            for reply in list(self._running.values()):
                if wait := reply.journal.unsynced():
                    await asyncio.to_thread(wait)
