"""The disk with its faults: the calls of the system that all writing goes through."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple


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


AT_REST = 60.0
"""Seconds without a change after which nobody is writing a file any more."""


MOMENT = 0.3
"""Seconds after which a file that looks half-written is looked at again."""


def at_rest(path: Path) -> bool:
    """Whether a file is whole as far as one can tell: not changed for a while."""
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > AT_REST
    return True


def make_folder(folder: Path) -> None:
    """Make ``folder`` and what is missing above it, for the user alone (0700)."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def check_writable(folder: Path) -> None:
    """Raise the ``OSError`` that making a file in ``folder`` would end in.

    ``folder`` may be missing. A full disk is not looked for: it may have room again
    in a moment.
    """
    at = folder
    while not at.exists() and at != at.parent:
        at = at.parent
    if not at.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(at))
    if not os.access(at, os.W_OK | os.X_OK):
        number = errno.EROFS if _is_read_only(at) else errno.EACCES
        raise OSError(number, os.strerror(number), str(at))


def _is_read_only(folder: Path) -> bool:
    """Whether the whole disk is."""
    if sys.platform == "win32":
        return False
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


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
