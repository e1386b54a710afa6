"""What other windows do in the session that is open here: it appears by itself.

Their messages are in the session's file, which is looked at every second; a reply
that is being written has its journal, locked by its writer.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from llmtui.chat.message import Message
from llmtui.chat.session import Session
from llmtui.jobs.replies import Replies
from llmtui.store.recovery import living, of_session, owner

EVERY = 1.0
"""Seconds between two looks."""
_SETTLED = 2.0
"""Seconds after which a folder that has its time has no newer names in it."""


class ReplyElsewhere(NamedTuple):
    """A reply that another window is writing in this session."""

    prompt: Message | None
    """None if it is another version of a reply."""
    reply: Message
    """As far as it has come; ``streaming`` until it has ended."""


class SessionWatch:
    """Watches one session, whichever is the current one."""

    def __init__(
        self,
        replies: Replies,
        current: Callable[[], Session],
        changed: Callable[[], object],
        *,
        every: float = EVERY,
    ) -> None:
        """``changed`` is called when ``current()`` has other messages than before,
        or ``elsewhere`` is another.
        """
        self._replies = replies
        self._current = current
        self._changed = changed
        self._every = every
        self._session = ""
        self._journals: list[Path] = []
        self._listed = (0, 0.0)
        """The folder's time at the last listing of it, and when that was."""
        self.elsewhere: tuple[ReplyElsewhere, ...] = ()
        """The replies that other windows are writing in the session."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(self._every)
            await self.look()

    async def look(self) -> bool:
        """Look once; whether there was anything new."""
        session = self._current()
        if self._session != session.id:
            self._session, self._listed, self.elsewhere = session.id, (0, 0.0), ()
        new = await self._take_over(session)
        own = set(self._replies.running)
        elsewhere = await asyncio.to_thread(self._living, session.id, own)
        if session is not self._current():
            return False
        # A reply that ended is in the file, and in the session by the next look.
        elsewhere = tuple(e for e in elsewhere if e.reply.id not in session.messages)
        if not new and elsewhere == self.elsewhere:
            return False
        self.elsewhere = elsewhere
        self._changed()
        return True

    async def _take_over(self, session: Session) -> bool:
        """Take over what others wrote, and follow where they went on from here."""
        before, head = set(session.messages), session.head
        if not await self._replies.look(session):
            return False
        if head is not None and head == session.head:
            end = session.newest_leaf(head)
            if end not in before and not self._replies.replies_of(session.id):
                session.head = end
        return True

    def _living(self, session_id: str, own: set[str]) -> tuple[ReplyElsewhere, ...]:
        """Read the journals of others. The folder is listed only if it has changed."""
        folder = self._replies.store.places.sessions
        try:
            changed = os.stat(folder).st_mtime_ns
            if changed != self._listed[0] or (
                self._listed[1] - changed / 1e9 < _SETTLED
            ):
                self._listed = changed, time.time()
                self._journals = of_session(folder, session_id)
        except OSError:
            return ()
        others = [path for path in self._journals if owner(path)[1] not in own]
        return tuple(ReplyElsewhere(left.prompt, left.reply) for left in living(others))
