"""Files that their writer keeps locked as long as it lives.

So another program can tell what is still being written from what a dead one left.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from llmtui.files.disk import Disk, make_folder, sync_folder, write_all
from llmtui.files.lock import is_held, try_lock
from llmtui.files.reading import open_regular
from llmtui.files.writing import NEW_FILE


def create_locked(path: Path, data: bytes, disk: Disk) -> int:
    """Put a file with ``data`` at ``path``, wait for the disk, and hold its lock.

    It gets its name only then, so nobody ever sees it without its content or
    without its lock. Returns the open handle, which holds the lock; raises
    ``OSError``.
    """
    make_folder(path.parent)
    temporary, new = path.with_name(f".{path.name}.tmp"), not path.exists()
    if sys.platform == "win32":
        temporary = path  # an open file cannot be renamed there
    handle = os.open(temporary, os.O_RDWR | os.O_APPEND | NEW_FILE, 0o600)
    try:
        try_lock(handle)
        write_all(handle, data, disk)
        disk.fsync(handle)
        if temporary != path:
            disk.replace(temporary, path)
        sync_folder(path.parent, disk)
    except BaseException:
        os.close(handle)
        for name in (temporary, path) if new else (temporary,):
            with contextlib.suppress(OSError):
                name.unlink()
        raise
    return handle


def remove_locked(path: Path, handle: int) -> None:
    """Take away what ``create_locked`` made. Never raises."""
    if sys.platform == "win32":  # an open file cannot be removed there
        os.close(handle)
    with contextlib.suppress(OSError):
        path.unlink()
    if sys.platform != "win32":
        os.close(handle)


@contextlib.contextmanager
def abandoned(path: Path) -> Iterator[bytes | None]:
    """The bytes of a file whose writer is gone, locked; None if it lives."""
    if sys.platform == "win32" and is_held(path):
        yield None
        return
    handle = open_regular(path, os.O_RDWR)
    try:
        if not try_lock(handle) or not _is_at(handle, path):
            yield None
            return
        with open(handle, "rb", closefd=False) as file:
            yield file.read()
    finally:
        os.close(handle)


def _is_at(handle: int, path: Path) -> bool:
    """Whether ``path`` is still the file that was opened."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False
