"""The search index: which sessions have which words.

It lives in the cache directory and is derived: deleting it costs only the time to
make it once more, and without it everything is still found, by reading all sessions.
What it finds is looked at in the session's file.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from llmtui.chat.query import Query
from llmtui.files.disk import make_folder
from llmtui.files.lock import open_lock, try_lock
from llmtui.store.search import database as db
from llmtui.store.search.words import Lookup, lookups
from llmtui.store.search.writer import Progress, Writer
from llmtui.store.summaries import Stamps, stamps

_MOST_WORDS = 300
"""Words with the same part beyond which it is called common, and not looked up."""
_MOST_LOOKUPS = 12
_SPARE = 20_000
"""Rows that may be stale before the index is made anew."""
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
}
"""What a file has no part in."""


_BROKEN = (ValueError, TypeError, LookupError)
"""What comes of a file whose bytes are no text, or no numbers, where they should be."""


class SearchIndex:
    """Usable from any thread: one may refresh it while others look words up."""

    def __init__(self, sessions: Path, file: Path) -> None:
        self._sessions = sessions
        self._file = file
        self._lock_file = file.with_name(file.name + ".lock")
        self._guard = threading.Lock()
        self._reader: sqlite3.Connection | None = None
        self._inode = 0
        self._seen: object = None
        """The state of the file in which the following was read."""
        self._vocabulary = b"\n"
        """All words, a line each."""
        self._files: Stamps = {}
        self._unknown: frozenset[str] = frozenset()
        """The ids of the sessions among these that it does not know as they are."""

    # -- making it ---------------------------------------------------------------

    def refresh(
        self,
        progress: Progress = lambda done, total: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Index what is new; False if that was not possible, or is being done by
        another window. Blocking: a first time takes a while, a later one is quick.
        """
        try:
            with self._alone() as alone:
                return alone and self._refresh_or_replace(progress, stopped)
        except (sqlite3.Error, OSError, *_BROKEN):
            return False

    def forget(self) -> bool:
        """Take out all words, so that nothing is left of what was erased; False if
        that was not possible. The next ``refresh`` makes the index anew.
        """
        try:
            with self._alone() as alone:
                if not alone:
                    return False
                if self._file.exists():
                    with contextlib.closing(db.connect(self._file)) as database:
                        db.empty(database)
                return True
        except (sqlite3.Error, OSError, *_BROKEN):
            return self._remove()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether no other window is writing the index. Raises ``OSError``."""
        make_folder(self._file.parent)
        handle = open_lock(self._lock_file)
        try:
            yield try_lock(handle)
        finally:
            os.close(handle)

    def _refresh_or_replace(
        self, progress: Progress, stopped: Callable[[], bool]
    ) -> bool:
        try:
            return self._refresh(progress, stopped)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING:
                return False
        except _BROKEN:
            pass
        # It is broken, or of another version.
        return self._remove() and self._refresh(progress, stopped)

    def _remove(self) -> bool:
        with self._guard:
            self._close()
            try:
                for ending in ("", "-wal", "-shm"):
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(f"{self._file}{ending}")
            except OSError:
                return False
        return True

    def _refresh(self, progress: Progress, stopped: Callable[[], bool]) -> bool:
        with contextlib.closing(db.connect(self._file)) as database:
            found = {n: s for n, s in stamps(self._sessions).items() if _is_text(n)}
            known = db.known_sessions(database)
            gone = [k.number for name, k in known.items() if name not in found]
            with database:
                database.executemany(
                    "DELETE FROM session WHERE number = ?", ((one,) for one in gone)
                )
            changed = [
                name
                for name, stamp in found.items()
                if name not in known or known[name].stamp != stamp
            ]
            # The newest first, since those are looked for soonest.
            changed.sort(key=lambda name: found[name], reverse=True)
            writer = Writer(database, self._sessions)
            if not writer.write(changed, found, known, progress, stopped):
                return False
            if changed:
                db.tidy(database, many=len(changed) > len(known))
            rows, stale = db.count_rows(database)
            if stale > rows + _SPARE:
                db.empty(database)
                return self._refresh(progress, stopped)
        return True

    # -- asking it ---------------------------------------------------------------

    def candidates(self, query: Query, files: Stamps) -> set[str] | None:
        """The ids of the sessions that may have what is wanted in one message.

        Those of ``files``, as they are now, that the index does not know yet are
        among them. None if all may: there is no index, or the words are too common.
        """
        wanted = {one for word in query.wanted for one in lookups(word)}
        if not wanted:
            return None
        # The longest tell most; of a pasted page a few words are enough.
        wanted = set(sorted(wanted, key=lambda one: -len(one.text))[:_MOST_LOOKUPS])
        with self._guard:
            try:
                return self._candidates(wanted, files)
            except (sqlite3.Error, OSError, *_BROKEN):
                self._close()
                return None

    def _candidates(self, wanted: set[Lookup], files: Stamps) -> set[str] | None:
        database = self._open()
        if database is None:
            return None
        self._learn(database, files)
        parts = []
        for one in wanted:
            words = [one.text] if one.whole else self._words_with(one.text)
            if words is None:
                continue
            if not words:
                return set(self._unknown)
            parts.append(" OR ".join(f'"{word}"' for word in words))
        if not parts:
            return None
        rows = database.execute(
            "SELECT name FROM session WHERE number IN "
            f"(SELECT DISTINCT rowid >> {db.SHIFT} FROM word WHERE word MATCH ?)",
            (" AND ".join(f"({part})" for part in parts),),
        )
        return {name for (name,) in rows} | self._unknown

    def _words_with(self, part: str) -> list[str] | None:
        """The words that have ``part`` in them, None if these are too many."""
        wanted, text = part.encode(), self._vocabulary
        found: set[bytes] = set()
        at = text.find(wanted)
        while at >= 0:
            end = text.index(b"\n", at)
            found.add(text[text.rindex(b"\n", 0, at) + 1 : end])
            if len(found) > _MOST_WORDS:
                return None
            at = text.find(wanted, end)
        return [word.decode() for word in found]

    def _open(self) -> sqlite3.Connection | None:
        """The connection for reading, made anew if the file is another one."""
        try:
            inode = os.stat(self._file).st_ino
        except FileNotFoundError:
            self._close()
            return None
        if self._reader is None or inode != self._inode:
            self._close()
            self._reader, self._inode = db.connect(self._file), inode
        return self._reader

    def _learn(self, database: sqlite3.Connection, files: Stamps) -> None:
        """Read which words there are and which sessions, if that has changed."""
        [state] = database.execute("PRAGMA data_version").fetchone()
        if self._seen != state:
            chunks = database.execute("SELECT words FROM vocabulary").fetchall()
            self._vocabulary = b"\n".join((b"", *(chunk for (chunk,) in chunks), b""))
        if self._seen != state or self._files is not files:
            rows = database.execute("SELECT name, mtime, size FROM session")
            known = {(f"{name}.json", (mtime, size)) for name, mtime, size in rows}
            unknown = (name for name, _ in files.items() - known)
            self._unknown = frozenset(name.removesuffix(".json") for name in unknown)
            self._seen, self._files = state, files

    def _close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader, self._seen = None, None


def _is_text(name: str) -> bool:
    """Whether a file's name is text for sqlite; others are looked through."""
    return not any("\ud800" <= char <= "\udfff" for char in name)
