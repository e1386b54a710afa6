"""A living reply on disk, written as it comes.

``sessions/<id>.<reply id>.jsonl``. The first line holds the session's own
fields, the prompt and the reply's stub; then ``{"t": text}``, ``{"k": thinking}``
and ``{"c": tool call}``, or ``{"was": "thinking"}`` for all text before it; last
``{"end": …}``. The writer holds its lock as long
as it lives, so that others can tell a living reply from a dead one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import Any

from llmtui.files.disk import Disk
from llmtui.files.errors import why
from llmtui.files.locked_file import create_locked, remove_locked
from llmtui.store.file_format import encode

_FIRST_PAUSE, _LAST_PAUSE = 0.25, 15.0
"""Seconds between two tries to write to a full disk."""


class Journal:
    """Writes nowhere: for a reply that nobody wants to keep."""

    problem: str = ""
    """Why what came is not on disk, "" when it is."""

    def text(self, delta: str) -> None:
        """Add a piece of the answer. Never raises."""

    def thinking(self, delta: str) -> None:
        """Add a piece of the thinking. Never raises."""

    def was_thinking(self) -> None:
        """All text so far was thinking. Never raises."""

    def call(self, call: Mapping[str, Any]) -> None:
        """Add a tool call. Never raises."""

    def end(self, record: Mapping[str, Any]) -> None:
        """Add the end and wait for the disk. Never raises."""

    def again(self) -> None:
        """Write what was held back for a full disk. Never raises."""

    def unsynced(self) -> Callable[[], None] | None:
        """What waits until the disk has all that was written, to be called in a
        thread; None if there is nothing new. Never raises.
        """
        return None

    def remove(self) -> None:
        """Take the journal away: its session has been saved. Never raises."""


class FileJournal(Journal):
    """One unbuffered write per piece: a program that is killed loses nothing."""

    def __init__(self, path: Path, opening: Mapping[str, Any], disk: Disk) -> None:
        """Write the first line and wait for the disk; raises ``OSError``."""
        self._path = path
        self._disk = disk
        self._pending: list[bytes] = []
        self._pause, self._next_try = _FIRST_PAUSE, 0.0
        line = encode(opening) + b"\n"
        self._handle = create_locked(path, line, disk)
        self._size = self._synced = len(line)

    def text(self, delta: str) -> None:
        self._write(b'{"t":%b}\n' % encode_basestring_ascii(delta).encode())

    def thinking(self, delta: str) -> None:
        self._write(b'{"k":%b}\n' % encode_basestring_ascii(delta).encode())

    def was_thinking(self) -> None:
        self._write(b'{"was":"thinking"}\n')

    def call(self, call: Mapping[str, Any]) -> None:
        self._write(encode({"c": call}) + b"\n")

    def end(self, record: Mapping[str, Any]) -> None:
        if self._handle < 0:
            return
        self._next_try = 0.0
        self._write(encode({"end": record}) + b"\n")
        self._sync()

    def again(self) -> None:
        if self._pending and self._handle >= 0:
            self._next_try = 0.0
            self._write(b"")
            self._sync()

    def unsynced(self) -> Callable[[], None] | None:
        if self._handle < 0 or self._size == self._synced:
            return None
        self._synced = self._size
        # A handle of its own: the journal may be closed meanwhile.
        return partial(_wait_for_disk, os.dup(self._handle), self._disk)

    def _sync(self) -> None:
        try:
            self._disk.fsync(self._handle)
        except OSError as error:
            self.problem = why(error, self._path)

    def remove(self) -> None:
        if self._handle < 0:
            return
        remove_locked(self._path, self._handle)
        self._handle = -1
        self.problem = ""

    def _write(self, line: bytes) -> None:
        if self._handle < 0:
            return
        if self._pending:
            self._pending.append(line)
            if time.monotonic() < self._next_try:
                return
            line = b"".join(self._pending)
        try:
            written = self._disk.write(self._handle, line)
        except OSError as error:
            self._keep(line, error)
            return
        if written < len(line):
            self._keep(line, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
            return
        self._size += written
        if self._pending:
            self._pending.clear()
            self._pause, self.problem = _FIRST_PAUSE, ""

    def _keep(self, line: bytes, error: OSError) -> None:
        """Hold back what did not get to the disk, and try again later."""
        try:
            os.ftruncate(self._handle, self._size)
        except OSError:
            # Then a torn line stays, and is ignored by those who read.
            line = b"\n" + line
        self._pending = [line]
        self._next_try = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, _LAST_PAUSE)
        self.problem = why(error, self._path)


def _wait_for_disk(handle: int, disk: Disk) -> None:
    """What goes wrong here goes wrong at the end too, and is said then."""
    try:
        with contextlib.suppress(OSError):
            disk.fsync(handle)
    finally:
        os.close(handle)
