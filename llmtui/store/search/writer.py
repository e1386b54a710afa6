"""Putting the words of sessions into the index."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from llmtui.chat.lenient import as_mapping
from llmtui.chat.texts import texts_of
from llmtui.files.reading import read_file
from llmtui.store.errors import Unreadable
from llmtui.store.file_format import decode, message_lines
from llmtui.store.search.database import HASH, SHIFT, Known
from llmtui.store.search.words import index_words
from llmtui.store.summaries import Stamps

_BATCH = 0.5
"""Seconds of work that become one transaction."""

Progress = Callable[[int, int], object]
"""Called with how many sessions are done and how many there are to do."""


class Writer:
    """Writes the words of sessions, a transaction for every half second of work."""

    def __init__(self, database: sqlite3.Connection, sessions: Path) -> None:
        self._database = database
        self._sessions = sessions
        self._words: set[str] = set()
        self._rows = 0
        """Both of the transaction."""

    def write(
        self,
        names: list[str],
        found: Stamps,
        known: dict[str, Known],
        progress: Progress,
        stopped: Callable[[], bool],
    ) -> bool:
        """Index these files; False if it was stopped before the end."""
        done = 0
        while done < len(names):
            progress(done, len(names))
            with self._database:
                until = time.monotonic() + _BATCH
                while done < len(names) and time.monotonic() < until and not stopped():
                    name = names[done]
                    self._session(name, found[name], known.get(name))
                    done += 1
                self._end_batch()
            if stopped() and done < len(names):
                return False
        progress(done, done)
        return True

    def _end_batch(self) -> None:
        words = "\n".join(self._words).encode()
        self._database.execute("INSERT INTO vocabulary VALUES (?)", (words,))
        self._database.execute("UPDATE written SET rows = rows + ?", (self._rows,))
        self._words.clear()
        self._rows = 0

    def _session(self, name: str, stamp: tuple[int, int], known: Known | None) -> None:
        try:
            lines = message_lines(read_file(self._sessions / name))
        except OSError:
            lines = []  # it can't be read: others say so
        if known is None:
            new = self._database.execute(
                "INSERT INTO session (name) VALUES (?)", (name.removesuffix(".json"),)
            )
            known = Known(new.lastrowid or 0, stamp, 0, b"")
        row, indexed = known.next, known.hashes
        hashes = [_hash(line) for line in lines]
        for line, digest in zip(lines, hashes, strict=True):
            if digest not in indexed:
                self._message(known.number, row, line)
                row += 1
        self._rows += row - known.next
        self._database.execute(
            "UPDATE session SET mtime = ?, size = ?, next = ?, lines = ?"
            " WHERE number = ?",
            (*stamp, row, b"".join(hashes), known.number),
        )

    def _message(self, number: int, row: int, line: bytes) -> None:
        words: set[str] = set()
        with contextlib.suppress(Unreadable):
            for said in texts_of(as_mapping(decode(line))):
                words |= index_words(said.text)
        self._words |= words
        self._database.execute(
            "INSERT INTO word(rowid, words) VALUES (?, ?)",
            (number << SHIFT | min(row, (1 << SHIFT) - 1), " ".join(words)),
        )


def _hash(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=HASH).digest()
