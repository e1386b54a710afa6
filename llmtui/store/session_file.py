"""One session's file: read, and saved together with what other windows wrote."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from llmtui.chat.lenient import as_texts
from llmtui.chat.message import Message
from llmtui.chat.session import Session
from llmtui.files.disk import DISK, MOMENT, Disk, Stamp, at_rest, make_folder
from llmtui.files.errors import why
from llmtui.files.lock import PATIENCE, locked
from llmtui.files.reading import open_file
from llmtui.files.writing import replace_file
from llmtui.store.codec.sessions import fields_of, put_fields, session_from
from llmtui.store.errors import SaveError, SessionError, SessionGone, Unreadable
from llmtui.store.file_format import Entry, chunks, entry_of, split
from llmtui.store.merge import merge_fields, merge_messages
from llmtui.store.upgrades import VERSION


class Snapshot(NamedTuple):
    """A session as it is at one moment, cheap to take and safe to give to a thread."""

    fields: dict[str, Any]
    messages: list[Message]
    """All but those that are still being written; their journals have them."""
    read_only: str

    @classmethod
    def of(cls, session: Session) -> Snapshot:
        fields = fields_of(session)
        messages = [m for m in session.messages.values() if not m.is_living]
        fields["head"] = saved_head(session)
        return cls(fields, messages, session.read_only)


class Changes(NamedTuple):
    """What other windows had written, to be taken over by ``adopt``."""

    fields: dict[str, Any]
    messages: list[Message]
    removed: tuple[str, ...] = ()


class _Content(NamedTuple):
    """What a file holds."""

    fields: dict[str, Any]
    entries: dict[str, Entry]
    stamp: Stamp | None
    read_only: str = ""

    def session(self, session_id: str) -> Session:
        messages = (entry.message for entry in self.entries.values())
        session = session_from(self.fields, session_id, messages)
        session.read_only = self.read_only
        return session


_NOTHING = _Content({}, {}, None)


class SessionFile:
    """``sessions/<id>.json`` and what this window knows of it.

    Complete messages keep their encoded bytes, so that a save joins bytes.
    Usable from any thread.
    """

    def __init__(self, folder: Path, session_id: str, *, disk: Disk = DISK) -> None:
        self.id = session_id
        self.path = folder / f"{session_id}.json"
        self._lock_path = folder / f"{session_id}.lock"
        self._disk = disk
        self._guard = threading.Lock()
        self._seen = _NOTHING
        self._head: str | None = None
        """The head this window last put forward, whatever is on disk."""

    @property
    def existed(self) -> bool:
        """Whether this window has seen the file."""
        return self._seen.stamp is not None

    @property
    def gone(self) -> bool:
        """Whether the file was there and is no longer."""
        return self.existed and Stamp.at(self.path) is None

    @property
    def is_stale(self) -> bool:
        """Whether others have written the file since this window last saw it."""
        return self.existed and Stamp.at(self.path) not in (None, self._seen.stamp)

    def read(self) -> Session:
        """Read the file. Raises ``SessionError``, ``Unreadable`` if it is damaged."""
        with self._guard:
            try:
                content = self._read()
            except FileNotFoundError:
                raise SessionError(f"there is no session {self.id}") from None
            except OSError as error:
                if isinstance(error, SessionError):
                    raise
                words = error.strerror or error
                raise SessionError(f"{self.path} cannot be read: {words}") from error
            self._seen = content
            session = content.session(self.id)
            if session.head not in session.messages:
                session.head = _newest(session)
            self._head = session.head
            return session

    def changed(self, fields: dict[str, Any]) -> list[str]:
        """The names of own fields that are not as this window last saw them."""
        base = self._seen.fields | {"head": self._head}
        return [
            name
            for name, value in fields.items()
            if name not in base or base[name] != value
        ]

    def save(
        self, snapshot: Snapshot, *, recreate: bool = False, patience: float = PATIENCE
    ) -> Changes | None:
        """Write what changed, together with what other windows wrote.

        Returns what is new to this window. Raises ``SessionGone`` if the file
        was moved away (unless ``recreate``) and ``SaveError`` with a sentence
        for everything else.
        """
        try:
            with self._exclusive(patience):
                theirs = self._theirs(recreate)
                fields, entries, changes = self._merge(snapshot, theirs)
                stamp = theirs.stamp
                if stamp is None or (fields, entries) != theirs[:2]:
                    data = chunks(fields, entries.values())
                    stamp = replace_file(self.path, data, disk=self._disk)
                self._seen = _Content(fields, entries, stamp)
                self._head = snapshot.fields["head"]
        except OSError as error:
            if isinstance(error, SaveError | SessionError):
                raise
            raise SaveError(why(error, self.path)) from error
        return changes

    def look(self, snapshot: Snapshot) -> Changes | None:
        """What other windows wrote since this one last saw the file; writes nothing.

        Raises ``OSError``; then the same is found later.
        """
        if not self.is_stale:
            return None
        with self._guard:
            theirs = self._read()
            changes = self._merge(snapshot, theirs)[2]
            self._seen = theirs
            return changes

    def pack(self) -> None:
        """Hold what nobody looks at in less memory. Slow: for a thread, at rest."""
        for source in {entry.line.source for entry in self._seen.entries.values()}:
            source.pack()

    def forget(self) -> None:
        """Take the file for one that never was: it has been set aside."""
        with self._guard:
            self._seen = _NOTHING

    @contextmanager
    def _exclusive(self, patience: float) -> Iterator[None]:
        if not self._guard.acquire(timeout=patience):
            raise SaveError("an earlier save of this session hangs")
        try:
            make_folder(self.path.parent)
            with locked(self._lock_path, patience):
                yield
        finally:
            self._guard.release()

    def _theirs(self, recreate: bool) -> _Content:
        """What the file holds now; read only if it is not as it was left."""
        stamp = Stamp.at(self.path)
        if stamp is None:
            if self.existed and not recreate:
                raise SessionGone("this session was moved to the trash meanwhile")
            return _NOTHING
        content = self._seen if stamp == self._seen.stamp else self._read()
        if content.read_only:
            raise SaveError(content.read_only)
        return content

    def _merge(
        self, ours: Snapshot, theirs: _Content
    ) -> tuple[dict[str, Any], dict[str, Entry], Changes | None]:
        seen = self._seen if theirs.stamp is not None else _NOTHING
        base = seen.fields | {"head": self._head} if seen.fields else {}
        fields = merge_fields(base, ours.fields, theirs.fields)
        mine = {m.id: self._entry(m) for m in ours.messages}
        gone = set(as_texts(fields.get("removed")))
        entries = merge_messages(seen.entries, mine, theirs.entries, gone)
        # What was taken out for good stays out, whoever else changed it.
        entries |= {
            i: theirs.entries[i]
            for i, e in entries.items()
            if theirs.entries.get(i, e) is not e and theirs.entries[i].message.erased
        }
        if theirs is seen:
            return fields, entries, None
        new = [e.message for i, e in entries.items() if mine.get(i) is not e]
        return fields, entries, Changes(fields, new, tuple(gone & mine.keys()))

    def _entry(self, message: Message) -> Entry:
        known = self._seen.entries.get(message.id)
        if known is not None and known.message is message:
            return known
        return entry_of(message)

    def _read(self) -> _Content:
        """Read the file; raises ``OSError``, ``Unreadable`` among them.

        One that is half-written just now is looked at again.
        """
        try:
            return self._read_now()
        except Unreadable:
            if at_rest(self.path):
                raise
        time.sleep(MOMENT)
        return self._read_now()

    def _read_now(self) -> _Content:
        with open_file(self.path) as file:
            data = file.read()
            stamp = Stamp.of(os.fstat(file.fileno()))
        try:
            raw, entries = split(data, self._seen.entries.values())
        except Unreadable as error:
            raise Unreadable(f"{self.path} is no session: {error}") from None
        newer = raw.get("version", 0) > VERSION
        return _Content(
            fields_of(session_from(raw, self.id)),
            entries,
            stamp,
            _NEWER if newer else "",
        )


_NEWER = "a newer llmtui wrote this session: it can be read here, not changed"


def _newest(session: Session) -> str | None:
    newest = max(
        session.messages.values(), key=lambda m: (m.created, m.id), default=None
    )
    return newest.id if newest is not None else None


def saved_head(session: Session) -> str | None:
    """The head, or what it answers while it is still being written."""
    head = session.head
    while head is not None:
        message = session.messages.get(head)
        if message is None or not message.is_living:
            break
        head = message.parent
    return head


def adopt(session: Session, before: Snapshot, changes: Changes) -> None:
    """Take over what other windows wrote, except what changed here meanwhile.

    ``before`` is what was saved. The head stays where this window has it.
    """
    now = fields_of(session)
    taken = {
        name: value
        for name, value in changes.fields.items()
        if now.get(name) == before.fields.get(name)
    }
    kept = {n: v for n, v in now.items() if v != before.fields.get(n)}
    put_fields(session, taken | kept)
    for message in changes.messages:
        session.replace(message)
    for message_id in changes.removed:
        gone = session.messages.pop(message_id, None)
        if gone is not None and session.head == message_id:
            session.head = gone.parent
