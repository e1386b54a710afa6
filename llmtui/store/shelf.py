"""All sessions of the user: found, opened, put away."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import weakref
from pathlib import Path
from typing import Any

from llmtui.chat.session import Session
from llmtui.places import Places
from llmtui.store import recovery, trash
from llmtui.store.codec import session_from
from llmtui.store.disk import DISK, Disk, make_folder, sweep
from llmtui.store.drafts import Drafts
from llmtui.store.errors import SaveError, SessionError, Unreadable, why
from llmtui.store.session_file import SessionFile, Snapshot
from llmtui.store.summaries import Summary, summaries
from llmtui.store.upgrades import VERSION


class Shelf:
    """Sessions by id; an open one is the same object for all who ask.

    All methods but ``new`` read or write files; they may be called in a thread.
    """

    def __init__(self, places: Places, *, disk: Disk = DISK) -> None:
        self.places = places
        self.disk = disk
        self.drafts = Drafts(places.drafts)
        self._open: weakref.WeakValueDictionary[str, Session] = (
            weakref.WeakValueDictionary()
        )
        self._files: dict[str, SessionFile] = {}
        self._nowhere: set[str] = set()
        self._problems: list[str] = []
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

    def open(self, session_id: str) -> Session:
        """A saved session, with what dead programs left of it.

        Raises ``SessionError``.
        """
        with self._guard:
            session = self._open.get(session_id)
            if session is not None:
                return session
            if not re.fullmatch(r"[\w-][\w.-]*", session_id, re.ASCII):
                raise SessionError(f"there is no session {session_id!r}")
            self._recover(recovery.of_session(self.places.sessions, session_id))
            file = SessionFile(self.places.sessions, session_id, disk=self.disk)
            try:
                session = file.read()
            except Unreadable as error:
                self.set_aside(file.path, error)
                raise
            self._keep(session, file)
            return session

    def file_of(self, session: Session) -> SessionFile:
        """The file that an open session is saved to."""
        with self._guard:
            file = self._files.get(session.id)
            if file is None:
                file = SessionFile(self.places.sessions, session.id, disk=self.disk)
                self._keep(session, file)
            return file

    def keeps(self, session: Session) -> bool:
        """Whether a session is to be written at all."""
        return session.id not in self._nowhere

    def latest(self) -> str | None:
        """The id of the session last used, None if there is none."""
        return next((summary.id for summary in self.summaries()), None)

    def summaries(self) -> list[Summary]:
        """All sessions, last used first. Blocking, but quick for thousands."""
        cache = self.places.cache / "sessions.json"
        return summaries(self.places.sessions, cache, self.set_aside)

    def problems(self) -> list[str]:
        """Sentences about what went wrong since the last call."""
        found, self._problems = self._problems, []
        return found

    def report(self, sentence: str) -> None:
        """Keep a sentence for ``problems``."""
        if sentence not in self._problems:
            self._problems.append(sentence)

    def recover(self) -> list[str]:
        """Fold in what dead programs left; the ids of the sessions touched.

        The journals of living windows are left alone. May be called again at
        any time, and never raises.
        """
        sweep(self.places.sessions)
        sweep(self.places.drafts)
        return self._recover(recovery.journals(self.places.sessions))

    def trash(self, session_id: str) -> None:
        """Move a session to the trash; raises ``SessionError`` or ``SaveError``."""
        sessions = self.places.sessions
        left = recovery.of_session(sessions, session_id)
        self._recover(left)
        if any(path.exists() for path in left):
            raise SaveError("a reply is being written in this session: stop it first")
        trash.move_to_trash(sessions, self.places.trash, session_id)

    def restore(self, session_id: str) -> None:
        """Bring a session back; raises ``SessionError`` or ``SaveError``."""
        trash.restore(self.places.sessions, self.places.trash, session_id)

    def set_aside(self, path: Path, error: OSError) -> None:
        """Move a file that could not be read out of the way, and report it."""
        target = self.places.set_aside / path.name
        if not isinstance(error, Unreadable):
            self.report(f"{path} cannot be read: {error.strerror or error}")
            return
        try:
            make_folder(target.parent)
            trash.set_out_of_the_way(target)
            os.replace(path, target)
        except OSError as problem:
            self.report(f"{error}; {why(problem, path)}")
        else:
            self.report(f"{error}. It was moved to {target}")

    def _keep(self, session: Session, file: SessionFile) -> None:
        self._open[session.id] = session
        self._files[session.id] = file
        weakref.finalize(session, self._files.pop, session.id, None).atexit = False

    def _recover(self, paths: list[Path]) -> list[str]:
        touched = []
        for path in paths:
            try:
                with recovery.dead(path) as data:
                    if data is not None and self._fold(path, data):
                        touched.append(recovery.owner(path)[0])
            except FileNotFoundError:
                continue  # another window was quicker
            except Unreadable as error:
                self.set_aside(path, Unreadable(f"{path} is no journal: {error}"))
            except OSError as error:
                self.report(why(error, path))
        return list(dict.fromkeys(touched))

    def _fold(self, path: Path, data: bytes) -> bool:
        """Fold one journal into its session, wherever that is; True if it changed."""
        if not data:
            path.unlink()
            return False
        left = recovery.read_journal(data)
        if left.version > VERSION:
            return False  # the newer program that wrote it will read it
        session_id = recovery.owner(path)[0]
        file = self._where(session_id)
        if file is None and not left.new:
            raise Unreadable("its session is not there any more")
        if file is None:
            file = SessionFile(self.places.sessions, session_id, disk=self.disk)
            session = session_from(left.fields, session_id)
        else:
            session = file.read()
        if session.read_only:
            return False
        changed = recovery.fold(session, left)
        if changed:
            file.save(Snapshot.of(session))
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        return changed

    def _where(self, session_id: str) -> SessionFile | None:
        """The file of a session, in the trash too."""
        for folder in (self.places.sessions, self.places.trash):
            file = SessionFile(folder, session_id, disk=self.disk)
            if file.path.exists():
                return file
        return None
