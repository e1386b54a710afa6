"""Saves of open sessions: in a thread, one after the other, and again if need be."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from llmtui.chat.session import Session
from llmtui.jobs.reply import Reply
from llmtui.store.errors import SaveError, SessionGone, Unreadable
from llmtui.store.session_file import Changes, SessionFile, Snapshot, adopt
from llmtui.store.session_store import SessionStore

SOON = 0.3
"""Seconds in which several changes become one save."""

_FIRST_PAUSE, _LAST_PAUSE = 0.5, 15.0
_HURRY = 0.5
"""Seconds that the way out waits for another window's save."""


class SessionSaver:
    """Writes sessions, and takes journals away once their session is written."""

    def __init__(
        self, store: SessionStore, *, first_pause: float = _FIRST_PAUSE
    ) -> None:
        self._store = store
        self._first_pause = first_pause
        self._locks: dict[str, asyncio.Lock] = {}
        self._due: dict[str, list[Reply]] = {}
        """Replies that have ended, by session, and are in their journals only."""
        self._dirty: dict[str, Session] = {}
        """Sessions that were changed since their last save."""
        self._soon: set[str] = set()
        """Sessions that will be saved in a moment."""
        self._retrying: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def save(self, session: Session, *, recreate: bool = False) -> None:
        """Write a session, and take over what other windows wrote.

        Raises ``SaveError`` with a sentence. Somebody who is cancelled here
        does not stop the save.
        """
        await asyncio.shield(self._spawn(self._save(session, recreate)))

    async def look(self, session: Session) -> bool:
        """Take over what other windows wrote; whether that was anything.

        A file that cannot be read now is looked at again the next time.
        """
        if not self._store.keeps(session.id):
            return False
        async with self._locks.setdefault(session.id, asyncio.Lock()):
            file = self._store.file_of(session)
            try:
                # Every second, of which nearly all find nothing: no walk for them.
                if not await asyncio.to_thread(lambda: file.is_stale):
                    return False
                snapshot = Snapshot.of(session)
                changes = await asyncio.to_thread(file.look, snapshot)
            except OSError:
                return False
            if changes is None:
                return False
            adopt(session, snapshot, changes)
            return True

    def save_soon(self, session: Session) -> None:
        """Write a session in a moment; failing is reported, and tried again."""
        self._dirty[session.id] = session
        if session.id not in self._soon:
            self._soon.add(session.id)
            self._spawn(self._save_later(session))

    async def checkpoint(self, reply: Reply) -> None:
        """Save the session of a reply that has ended. Never raises.

        What fails is in ``reply.unsaved``, and is tried again in the background.
        """
        session = reply.session
        self._due.setdefault(session.id, []).append(reply)
        try:
            await self.save(session)
        except OSError as error:
            self._failed(session, error)

    def flush_now(self) -> None:
        """Write what is due without waiting for anything, on the way out.

        What cannot be written stays in its journal. Never raises.
        """
        due = {r.session.id: r.session for rs in self._due.values() for r in rs}
        for session in (due | self._dirty).values():
            self.write_now(session)

    def write_now(self, session: Session, *replies: Reply) -> None:
        """Save one session at once, with replies that have ended. Never raises."""
        if not self._store.keeps(session.id):
            return
        done = [*self._due.get(session.id, ()), *replies]
        snapshot = Snapshot.of(session)
        with contextlib.suppress(OSError):
            self._store.file_of(session).save(snapshot, patience=_HURRY)
            self._dirty.pop(session.id, None)
            self._settle(session, done)

    async def aclose(self) -> None:
        """Write what is due once more, and stop trying."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.flush_now()

    async def _save(self, session: Session, recreate: bool) -> None:
        if not self._store.keeps(session.id):
            self._settle(session, list(self._due.get(session.id, ())))
            return
        async with self._locks.setdefault(session.id, asyncio.Lock()):
            file = self._store.file_of(session)
            done = list(self._due.get(session.id, ()))
            self._dirty.pop(session.id, None)
            snapshot = Snapshot.of(session)
            if not snapshot.messages and not file.existed:
                return
            try:
                changes = await asyncio.to_thread(self._write, file, snapshot, recreate)
            except OSError:
                self._dirty[session.id] = session
                raise
            if changes is not None:
                adopt(session, snapshot, changes)
            self._settle(session, done)

    def _write(
        self, file: SessionFile, snapshot: Snapshot, recreate: bool
    ) -> Changes | None:
        if snapshot.read_only:
            raise SaveError(snapshot.read_only)
        try:
            return file.save(snapshot, recreate=recreate)
        except Unreadable as error:
            # Somebody damaged it meanwhile: theirs is kept apart, ours is written.
            self._store.quarantine.put(file.path, error)
            file.forget()
            return file.save(snapshot)

    def _settle(self, session: Session, replies: list[Reply]) -> None:
        """The session is on disk, and these replies with it."""
        for reply in replies:
            reply.save_problem = ""
            reply.journal.remove()
        left = [r for r in self._due.pop(session.id, ()) if r not in replies]
        if left:
            self._due[session.id] = left

    async def _save_later(self, session: Session) -> None:
        try:
            await asyncio.sleep(SOON)
        finally:
            self._soon.discard(session.id)
        try:
            await self._save(session, False)
        except OSError as error:
            self._store.report(f"not saved: {error}")
            self._failed(session, error)

    def _failed(self, session: Session, error: OSError) -> None:
        self._unsaved(session, error)
        if not isinstance(error, SessionGone) and session.id not in self._retrying:
            self._retrying.add(session.id)
            self._spawn(self._retry(session))

    def _unsaved(self, session: Session, error: OSError) -> None:
        """Say why, and have at least the journals complete."""
        for reply in self._due.get(session.id, ()):
            reply.save_problem = str(error)
            reply.journal.again()

    async def _retry(self, session: Session) -> None:
        pause = self._first_pause
        try:
            while session.id in self._due or session.id in self._dirty:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LAST_PAUSE)
                try:
                    await self._save(session, False)
                except OSError as error:
                    self._unsaved(session, error)
                    if isinstance(error, SessionGone):
                        return
        finally:
            self._retrying.discard(session.id)

    def _spawn(self, job: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
