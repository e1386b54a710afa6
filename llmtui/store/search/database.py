"""The file of the search index: what it holds, and how it is kept small.

Words and no texts, about a quarter of their size: a row of an FTS5 table for each
message, which FTS5 does not store (``content=''``), nor where a word stands
(``detail=none``). Rows cannot be taken out of such a table without their words, so
those of messages that have changed or gone stay until they are too many.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import NamedTuple

from llmtui.files.reading import NotAFile, check_kind
from llmtui.files.writing import create_file

VERSION = 1
SHIFT = 20
"""A row is the number of its session and, below these bits, of its message."""
HASH = 8
"""Bytes that tell one message from another."""

_SCHEMA = f"""
CREATE TABLE session (
    number INTEGER PRIMARY KEY, name TEXT UNIQUE, mtime INTEGER, size INTEGER,
    next INTEGER, lines BLOB
);
CREATE TABLE vocabulary (words BLOB);
CREATE TABLE written (rows INTEGER);
INSERT INTO written VALUES (0);
CREATE VIRTUAL TABLE word USING fts5(
    words, content='', detail=none, columnsize=0, tokenize="ascii tokenchars '_'"
);
INSERT INTO word(word, rank) VALUES ('hashsize', 8388608);
PRAGMA user_version = {VERSION};
"""


def fts5_works() -> bool:
    """Whether this Python's sqlite has FTS5."""
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        try:
            database.execute("CREATE VIRTUAL TABLE word USING fts5(words)")
        except sqlite3.Error:
            return False
    return True


class Known(NamedTuple):
    """What the index has of one session."""

    number: int
    stamp: tuple[int, int]
    next: int
    lines: bytes
    """Hashes of the messages that it has, as they are in the file, end to end."""

    @property
    def hashes(self) -> set[bytes]:
        """Of each message one."""
        lines = self.lines
        return {lines[at : at + HASH] for at in range(0, len(lines), HASH)}


def connect(file: Path) -> sqlite3.Connection:
    """Open the file, made if it is not there; raises ``sqlite3.Error``, ``OSError``."""
    if not file.exists():
        # sqlite would make it readable for others.
        with contextlib.suppress(FileExistsError):
            create_file(file, "")
    try:
        check_kind(file, file.stat())
    except NotAFile as error:
        # sqlite would write beside whatever a link leads to.
        raise sqlite3.DatabaseError(str(error)) from error
    database = sqlite3.connect(file, timeout=5, check_same_thread=False)
    try:
        [version] = database.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError("another version")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        if not version:
            database.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
    except BaseException:
        database.close()
        raise
    return database


def known_sessions(database: sqlite3.Connection) -> dict[str, Known]:
    rows = database.execute(
        "SELECT name, number, mtime, size, next, lines FROM session"
    )
    return {
        f"{name}.json": Known(number, (mtime, size), count, lines)
        for name, number, mtime, size, count, lines in rows
    }


def count_rows(database: sqlite3.Connection) -> tuple[int, int]:
    """How many rows are of messages as they are, and how many are stale."""
    written, size = database.execute(
        "SELECT (SELECT rows FROM written), total(length(lines)) FROM session"
    ).fetchone()
    live = int(size) // HASH
    return live, written - live


def empty(database: sqlite3.Connection) -> None:
    """Take all words out of the file, and not only out of reach."""
    with database:
        database.execute("INSERT INTO word(word) VALUES ('delete-all')")
        for table in ("session", "vocabulary"):
            database.execute(f"DELETE FROM {table}")
        database.execute("UPDATE written SET rows = 0")
    database.execute("VACUUM")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def tidy(database: sqlite3.Connection, *, many: bool) -> None:
    """Make one vocabulary of many; after a first time give back what is free."""
    [chunks] = database.execute("SELECT count(*) FROM vocabulary").fetchone()
    if not many and chunks < 200:
        return
    with database:
        if many:
            database.execute("INSERT INTO word(word) VALUES ('optimize')")
        database.execute(
            "CREATE VIRTUAL TABLE temp.known USING fts5vocab(main, word, row)"
        )
        database.execute("DELETE FROM vocabulary")
        database.execute(
            "INSERT INTO vocabulary SELECT CAST(group_concat(term, char(10)) AS BLOB)"
            " FROM temp.known HAVING count(*)"
        )
        database.execute("DROP TABLE temp.known")
    if many:
        database.execute("VACUUM")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
