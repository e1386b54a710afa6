"""A file that comes little by little, over several runs of the program.

Whoever writes it holds a lock on it, which goes with the process: two programs
never write one file, and a killed one leaves what it had for the next.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from llmtui.files.disk import DISK, Disk, make_folder, sync_folder, write_all
from llmtui.files.lock import try_lock
from llmtui.files.reading import open_file, open_regular

_FLAGS = os.O_RDWR | os.O_CREAT
_READ = 4 * 1024 * 1024


class Stopped(Exception):
    """Checking was given up because nobody waits for it any more."""


class Partial:
    """A file that is not whole yet, held by this program until it is closed."""

    def __init__(self, handle: int, path: Path, disk: Disk = DISK) -> None:
        """``open_partial`` makes one."""
        self._handle = handle
        self.path = path
        self._disk = disk
        self.size = os.lseek(handle, 0, os.SEEK_END)
        """Bytes that are there."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, data: bytes) -> None:
        """Append; raises ``OSError``, and then as much is there as fitted."""
        try:
            write_all(self._handle, data, self._disk)
        finally:
            self.size = os.lseek(self._handle, 0, os.SEEK_END)

    def reset(self) -> None:
        """Begin anew."""
        os.ftruncate(self._handle, 0)
        self.size = os.lseek(self._handle, 0, os.SEEK_SET)

    def digest(self, stopped: Callable[[], bool] = lambda: False) -> str:
        """The sha256 of what is there, in hex; blocking, seconds for a large file.

        Raises ``Stopped`` soon after ``stopped()`` has become true, and ``OSError``.
        """
        hasher = hashlib.sha256()
        with open_file(self.path) as file:
            while piece := file.read(_READ):
                hasher.update(piece)
                if stopped():
                    raise Stopped
        return hasher.hexdigest()

    def settle(self, target: Path) -> None:
        """Give it its name, once the disk has it; raises ``OSError``."""
        self._disk.fsync(self._handle)
        self._disk.replace(self.path, target)
        sync_folder(target.parent, self._disk)

    def discard(self) -> None:
        """Remove it: it can never become what it should be."""
        with suppress(OSError):
            self.path.unlink()

    def close(self) -> None:
        """Let go of it; an empty one is removed. Safe to call twice."""
        handle, self._handle = self._handle, -1
        if handle < 0:
            return
        if not self.size and _is_still(handle, self.path):
            self.discard()
        os.close(handle)


def open_partial(path: Path, disk: Disk = DISK) -> Partial | None:
    """Begin or go on with a file; None while another program is at it.

    Raises ``OSError``.
    """
    make_folder(path.parent)
    while True:
        handle = open_regular(path, _FLAGS)
        try:
            locked = try_lock(handle)
            mine = locked and _is_still(handle, path)
        except BaseException:
            os.close(handle)
            raise
        if mine:
            return Partial(handle, path, disk)
        os.close(handle)
        if not locked:
            return None
        # Between opening and locking the other one was done with it.


def _is_still(handle: int, path: Path) -> bool:
    """Whether the file that is open is the one at ``path``."""
    try:
        at = os.stat(path)
    except FileNotFoundError:
        return False
    mine = os.fstat(handle)
    return (at.st_dev, at.st_ino) == (mine.st_dev, mine.st_ino)
