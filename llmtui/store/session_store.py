"""All sessions of the user: found, opened, put away."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from llmtui.chat.session import Session
from llmtui.chat.summary import Summary
from llmtui.files.disk import DISK, Disk, check_writable
from llmtui.files.errors import why
from llmtui.files.writing import sweep
from llmtui.places import Places
from llmtui.store import recovery
from llmtui.store.blobs import Blobs
from llmtui.store.drafts import Drafts
from llmtui.store.errors import SaveError, SessionError, Unreadable
from llmtui.store.history import History
from llmtui.store.names import is_session_id
from llmtui.store.quarantine import Quarantine, salvage
from llmtui.store.session_file import SessionFile
from llmtui.store.summaries import summaries
from llmtui.store.trash import Trash
from llmtui.store.waiting import WaitingPrompts


class SessionStore:
    """Sessions by id; an open one is the same object for all who ask.

    All methods but ``new`` read or write files; they may be called in a thread.
    """

    def __init__(self, places: Places, *, disk: Disk = DISK) -> None:
        self.places = places
        self.disk = disk
        self.history = History(places.history, disk)
        self.blobs = Blobs(places.attachments, disk)
        self._open: weakref.WeakValueDictionary[str, Session] = (
            weakref.WeakValueDictionary()
        )
        self._files: dict[str, SessionFile] = {}
        self._nowhere: set[str] = set()
        self.private: dict[str, Session] = {}
        """The private sessions: here as long as the program runs, and nowhere else."""
        self.unwritable = ""
        """Why nothing can be written at all, as a sentence; "" if it can."""
        self.quarantine = Quarantine(places.quarantine)
        self.drafts = Drafts(places.drafts, self.quarantine.put)
        self.waiting = WaitingPrompts(places.drafts, self.quarantine.put, disk)
        self.trashed = Trash(places, disk, self.quarantine.report_unread)
        self._guard = threading.RLock()

    def new(self, *, memory_only: bool = False, **defaults: Any) -> Session:
        """An empty session; ``defaults`` are fields of ``Session``.

        Its file comes into being with its first prompt, never if ``memory_only``.
        """
        session = Session(**defaults)
        if memory_only:
            self._nowhere.add(session.id)
        self.file_of(session)
        return session

    def keep_private(self, session: Session) -> None:
        """Never write a new session, and have it found while the program runs."""
        self._nowhere.add(session.id)
        self.private[session.id] = session
        self.file_of(session)

    def open(self, session_id: str) -> Session:
        """A saved session, with what dead programs left of it.

        Raises ``SessionError``.
        """
        session = self._open.get(session_id)
        if session is not None:
            return session
        file = self._file(session_id)
        self._salvage(recovery.of_session(self.places.sessions, session_id))
        try:
            session = file.read()
        except Unreadable as error:
            self.quarantine.put_at_rest(file.path, error)
            raise
        with self._guard:
            # Read outside the guard, so somebody may have been quicker.
            if (earlier := self._open.get(session_id)) is not None:
                return earlier
            self._keep(session, file)
        return session

    def peek(self, session_id: str) -> Session:
        """A saved session for reading only. Raises ``SessionError``."""
        session = self._open.get(session_id)
        return session if session is not None else self._file(session_id).read()

    def exists(self, session_id: str) -> bool:
        """Whether a session is on disk, if only in the journal of its first reply."""
        sessions = self.places.sessions
        return (sessions / f"{session_id}.json").exists() or bool(
            recovery.of_session(sessions, session_id)
        )

    def file_of(self, session: Session) -> SessionFile:
        """The file that an open session is saved to."""
        with self._guard:
            file = self._files.get(session.id)
            if file is None:
                file = self._file(session.id)
                self._keep(session, file)
            return file

    def keeps(self, session_id: str) -> bool:
        """Whether a session is to be written at all."""
        return not self.unwritable and session_id not in self._nowhere

    def check_writable(self) -> None:
        """See whether files can be made here; if not, all sessions live in memory."""
        try:
            check_writable(self.places.sessions)
        except OSError as error:
            self.unwritable = why(error, self.places.sessions)
            self.report(f"nothing is saved this time: {self.unwritable}")

    def latest(self) -> str | None:
        """The id of the session last used, None if there is none."""
        return next((summary.id for summary in self.summaries()), None)

    def summaries(self) -> list[Summary]:
        """All sessions, last used first. Blocking, but quick for thousands."""
        cache = self.places.cache / "sessions.json"
        return summaries(self.places.sessions, cache, self.quarantine.put_at_rest)

    def problems(self) -> list[str]:
        """Sentences about what went wrong since the last call."""
        return self.quarantine.problems()

    def report(self, sentence: str) -> None:
        """Keep a sentence for ``problems``."""
        self.quarantine.report(sentence)

    def recover(self) -> list[str]:
        """Fold in what dead programs left; the ids of the sessions touched.

        The journals of living windows are left alone. May be called again at
        any time, and never raises.
        """
        sweep(self.places.sessions)
        sweep(self.places.drafts)
        try:
            left = recovery.journals(self.places.sessions)
        except OSError as error:
            self.quarantine.put(self.places.sessions, error)
            return []
        return self._salvage(left)

    def trash(self, session_id: str) -> None:
        """Move a session to the trash; raises ``SessionError`` or ``SaveError``."""
        if session_id in self.private:
            raise SaveError("this session is private: it ends with the program")
        sessions = self.places.sessions
        left = recovery.of_session(sessions, session_id)
        self._salvage(left)
        if any(path.exists() for path in left):
            raise SaveError("a reply is being written in this session: stop it first")
        self.trashed.put(session_id)

    def collect(self, sure: Iterable[str] = ()) -> int:
        """Take out what was attached and is referred to no more; how many contents.

        Those among ``sure`` go whatever their age. Raises ``SaveError``.
        """
        places = self.places
        folders = (places.sessions, places.trash, places.drafts, places.quarantine)
        return self.blobs.collect(folders, sure)

    def restore(self, session_id: str) -> None:
        """Bring a session back; raises ``SessionError`` or ``SaveError``."""
        self.trashed.restore(session_id)

    def opened(self, session_id: str) -> Session | None:
        """A session that is open in this program, None if it is not."""
        return self._open.get(session_id)

    def _file(self, session_id: str) -> SessionFile:
        if not is_session_id(session_id):
            raise SessionError(f"there is no session {session_id!r}")
        return SessionFile(self.places.sessions, session_id, disk=self.disk)

    def _salvage(self, journals: list[Path]) -> list[str]:
        return salvage(journals, self.places, self.quarantine, self.disk)

    def _keep(self, session: Session, file: SessionFile) -> None:
        self._open[session.id] = session
        self._files[session.id] = file
        weakref.finalize(session, self._files.pop, session.id, None).atexit = False
