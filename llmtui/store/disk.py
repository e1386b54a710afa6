"""Writing that lasts: whole files or nothing, for the user alone."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_STALE = 3600.0
"""Seconds after which a temporary file belongs to no living program."""


class Disk:
    """The system calls that can fail late; tests put a full disk in its place."""

    def write(self, handle: int, data: bytes) -> int:
        """As ``os.write``: may write less than all of it. Raises ``OSError``."""
        return os.write(handle, data)

    def fsync(self, handle: int) -> None:
        """Wait until what was written survives a power cut. Raises ``OSError``."""
        os.fsync(handle)

    def replace(self, source: Path, target: Path) -> None:
        """Put ``source`` in the place of ``target`` in one step. Raises ``OSError``."""
        os.replace(source, target)


DISK = Disk()

NEW_FILE = os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
"""Flags for a file that must not be there yet, without Windows' line ends."""


class Stamp(NamedTuple):
    """What tells one state of a file from another."""

    inode: int
    mtime_ns: int
    size: int

    @classmethod
    def of(cls, stat: os.stat_result) -> Stamp:
        return cls(stat.st_ino, stat.st_mtime_ns, stat.st_size)

    @classmethod
    def at(cls, path: Path) -> Stamp | None:
        """The stamp of the file at ``path``, None if there is none."""
        try:
            return cls.of(os.stat(path))
        except FileNotFoundError:
            return None


def make_folder(folder: Path) -> None:
    """Make ``folder`` and what is missing above it, for the user alone (0700)."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def sync_folder(folder: Path, disk: Disk = DISK) -> None:
    """Make a new name in ``folder`` last; nothing where folders cannot be opened."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        disk.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes, disk: Disk = DISK) -> None:
    """Write all of ``data``; raises ``OSError``."""
    view = memoryview(data)
    while view:
        view = view[disk.write(handle, view) :]  # type: ignore[arg-type]


def replace_file(
    path: Path, data: Iterable[bytes], *, disk: Disk = DISK, durable: bool = True
) -> Stamp:
    """Put the chunks of ``data`` in the place of ``path`` as a whole, with mode 0600.

    A reader sees the old file or the new one. ``durable`` waits for the disk.
    Raises ``OSError``; then the old file is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
    handle = os.open(temporary, os.O_WRONLY | NEW_FILE, 0o600)
    try:
        try:
            for chunk in data:
                write_all(handle, chunk, disk)
            if durable:
                disk.fsync(handle)
            stamp = Stamp.of(os.fstat(handle))
        finally:
            os.close(handle)
        disk.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if durable:
        sync_folder(path.parent, disk)
    return stamp


def sweep(folder: Path) -> None:
    """Remove what programs that were killed in mid-write left in ``folder``."""
    with contextlib.suppress(OSError):
        for path in folder.glob(".*.tmp"):
            if time.time() - path.stat().st_mtime > _STALE:
                path.unlink()
