"""Where deleted sessions and pruned branches go, until they are brought back.

A file of it is a session's file; that of a branch says in ``pruned`` what it was
taken from. It was put there at the file's own time. Nothing is taken out but by
restoring, by the user's word, or after the days that are set.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from llmtui.chat.lenient import as_text
from llmtui.chat.session import Session
from llmtui.chat.summary import Trashed
from llmtui.chat.tree import Pruned, graft
from llmtui.clock import moment_stamp, new_id
from llmtui.files.disk import DISK, Disk, make_folder
from llmtui.files.errors import why
from llmtui.files.lock import locked
from llmtui.files.reading import read_file
from llmtui.files.writing import move_file, replace_file
from llmtui.places import Places
from llmtui.store.codec.sessions import fields_of, session_from
from llmtui.store.errors import SaveError, SessionError
from llmtui.store.file_format import chunks, entry_of, split_opening
from llmtui.store.names import is_session_id, session_of
from llmtui.store.session_file import SessionFile, Snapshot
from llmtui.store.summaries import summary_of

DAY = 86_400.0
"""Seconds."""


class Trash:
    """The user's trash. All methods read or write files."""

    def __init__(
        self,
        places: Places,
        disk: Disk = DISK,
        failed: Callable[[Path, OSError], None] = lambda path, error: None,
    ) -> None:
        """``failed`` is told of files that cannot be read."""
        self._sessions = places.sessions
        self._folder = places.trash
        self._disk = disk
        self._failed = failed

    def entries(self) -> list[Trashed]:
        """What is in it, last deleted first. A file that can't be read is left out."""
        found = []
        for path in self._files():
            try:
                found.append(_trashed(path))
            except FileNotFoundError:
                continue
            except OSError as error:
                self._failed(path, error)
        return sorted(found, key=lambda one: (one.deleted, one.id), reverse=True)

    def put(self, session_id: str) -> None:
        """Move a session here; raises ``SessionError`` or ``SaveError``."""
        name = f"{session_id}.json"
        source = self._sessions / name
        if not is_session_id(session_id):
            raise SessionError(f"there is no session {session_id!r}")
        with self._locked(session_id):
            if not source.exists():
                raise SessionError(f"there is no session {session_id}")
            make_folder(self._folder)
            # It counts from now on, and not from its last message.
            os.utime(source)
            move_file(source, self._folder / name, disk=self._disk)

    def put_branch(self, session: Session, pruned: Pruned) -> str:
        """Keep a branch that is going to be pruned; the id under which it is here.

        Raises ``SaveError``; then it must not be pruned.
        """
        kept = new_id()
        head = max(pruned.messages, key=lambda m: (m.created, m.id))
        fields = fields_of(session) | {
            "id": kept,
            "head": pruned.head if pruned.head in _ids(pruned) else head.id,
            "removed": [],
            "pruned": {"session": session.id, "message": pruned.root.id},
        }
        path = self._folder / f"{kept}.json"
        data = chunks(fields, map(entry_of, pruned.messages))
        try:
            make_folder(self._folder)
            replace_file(path, data, disk=self._disk)
        except OSError as error:
            raise SaveError(why(error, path)) from error
        return kept

    def restore(self, trashed_id: str) -> str:
        """Bring a session or a branch back; the id of the session that has it now.

        A branch goes back into its session, and so do the messages of a session
        that is there again. Raises ``SessionError`` or ``SaveError``.
        """
        path = self._path(trashed_id)
        pruned_from = _trashed(path).branch_of
        target = pruned_from or trashed_id
        there = (self._sessions / f"{target}.json").exists()
        if pruned_from and not there:
            raise SessionError(f"its session {target} is not there: restore that first")
        if there:
            self._merge(path, target)
            return target
        with self._locked(target):
            make_folder(self._sessions)
            move_file(path, self._sessions / path.name, disk=self._disk)
        return target

    def remove(self, trashed_id: str) -> None:
        """Take something out for good; raises ``SessionError`` or ``SaveError``."""
        path = self._path(trashed_id)
        try:
            path.unlink()
            with contextlib.suppress(FileNotFoundError):
                path.with_suffix(".lock").unlink()
        except OSError as error:
            raise SaveError(why(error, path)) from error

    def empty(self, days: float, now: float | None = None) -> int:
        """Take out for good what has been here for so many days; how many.

        Never raises: what cannot be removed stays for the next time.
        """
        limit = (time.time() if now is None else now) - days * DAY
        removed = 0
        for path in self._files():
            with contextlib.suppress(OSError):
                if path.stat().st_mtime <= limit:
                    self.remove(session_of(path.name))
                    removed += 1
        return removed

    def _merge(self, path: Path, session_id: str) -> None:
        """Put the messages of a file here into a session, and remove the file."""
        gone = SessionFile(path.parent, session_of(path.name)).read()
        if not gone.messages:
            raise SaveError(f"{path} has no messages to be brought back")
        file = SessionFile(self._sessions, session_id, disk=self._disk)
        session = file.read()
        if session.read_only:
            raise SaveError(session.read_only)
        graft(session, Pruned(session_id, tuple(gone.messages.values()), None))
        file.save(Snapshot.of(session))
        self.remove(gone.id)

    @contextlib.contextmanager
    def _locked(self, session_id: str) -> Iterator[None]:
        path = self._sessions / f"{session_id}.json"
        try:
            make_folder(self._sessions)
            with locked(path.with_suffix(".lock")):
                yield
        except OSError as error:
            if isinstance(error, SaveError | SessionError):
                raise
            raise SaveError(why(error, path)) from error

    def _files(self) -> list[Path]:
        try:
            names = os.listdir(self._folder)
        except OSError:
            return []
        return [self._folder / name for name in sorted(names) if session_of(name)]

    def _path(self, trashed_id: str) -> Path:
        path = self._folder / f"{trashed_id}.json"
        if not is_session_id(trashed_id) or not path.exists():
            raise SessionError(f"there is no session {trashed_id!r} in the trash")
        return path


def _trashed(path: Path) -> Trashed:
    """Read what a file in the trash is; raises ``OSError``."""
    fields, messages = split_opening(read_file(path))
    session = session_from(fields, session_of(path.name))
    pruned = session.extra.get("pruned")
    return Trashed(
        session.id,
        moment_stamp(path.stat().st_mtime),
        summary_of(session, messages),
        as_text(pruned.get("session")) if isinstance(pruned, dict) else "",
    )


def _ids(pruned: Pruned) -> set[str]:
    return {message.id for message in pruned.messages}
