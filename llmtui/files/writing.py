"""Writing that lasts: whole files or nothing, for the user alone (mode 0600)."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

from llmtui.files.disk import DISK, Disk, Stamp, make_folder, sync_folder, write_all
from llmtui.files.reading import check_kind, open_regular

NEW_FILE = os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
"""Flags for a file that must not be there yet, without Windows' line ends."""

_STALE = 3600.0
"""Seconds after which a temporary file belongs to no living program."""


def replace_file(
    path: Path, data: Iterable[bytes], *, disk: Disk = DISK, durable: bool = True
) -> Stamp:
    """Put the chunks of ``data`` in the place of ``path`` as a whole.

    A reader sees the old file or the new one. ``durable`` waits for the disk.
    Raises ``OSError``; then the old file is untouched. What is no file stays what it
    is: ``NotAFile`` is raised, so that no device ever makes way for a file.
    """
    with contextlib.suppress(FileNotFoundError):
        check_kind(path, os.lstat(path))
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


def write_where_told(path: Path, data: Iterable[bytes]) -> None:
    """Write to what a user has named: a file is replaced as a whole, also one that a
    link leads to; a device or a pipe is written into. Raises ``OSError``.
    """
    real = Path(os.path.realpath(path))
    if not real.exists() or real.is_file():
        replace_file(real, data)
        return
    handle = os.open(real, os.O_WRONLY)
    try:
        for chunk in data:
            write_all(handle, chunk)
    finally:
        os.close(handle)


def second_name(path: Path, other: Path) -> None:
    """Give a file a second name, beside the first; nothing is written twice.

    A name that is there already stays. Raises ``OSError``, also where a file system
    has no such names.
    """
    make_folder(other.parent)
    with contextlib.suppress(FileExistsError):
        os.link(path, other)


def create_file(path: Path, text: str, *, mode: int = 0o600, disk: Disk = DISK) -> None:
    """Write a file that is not there yet; half a surrogate pair becomes ``?``.

    Raises ``FileExistsError`` and other ``OSError``; then nothing of it stays.
    """
    handle = os.open(path, os.O_WRONLY | NEW_FILE, mode)
    try:
        try:
            write_all(handle, text.encode("utf-8", "replace"), disk)
        finally:
            os.close(handle)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def open_log(path: Path) -> int:
    """A handle on an emptied file that several processes may append to.

    Emptied at each start, so that a log cannot grow for ever. Raises ``OSError``.
    """
    make_folder(path.parent)
    return open_regular(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)


def move_file(source: Path, target: Path, *, disk: Disk = DISK) -> None:
    """Give a file another name, for good; ``target``'s folder must be there.

    A file that has that name already is given a number, never replaced. Raises
    ``OSError``.
    """
    _step_aside(target, disk)
    disk.replace(source, target)
    for folder in dict.fromkeys((target.parent, source.parent)):
        sync_folder(folder, disk)


def settle_file(source: Path, target: Path, *, disk: Disk = DISK) -> None:
    """Put a file that others have written in its place, once the disk has it.

    Both are on the same file system. Raises ``OSError``.
    """
    handle = os.open(source, os.O_RDONLY)
    try:
        disk.fsync(handle)
    finally:
        os.close(handle)
    disk.replace(source, target)
    sync_folder(target.parent, disk)


def _step_aside(path: Path, disk: Disk) -> None:
    if not path.exists():
        return
    number = 1
    while (other := path.with_name(f"{path.stem}.{number}{path.suffix}")).exists():
        number += 1
    disk.replace(path, other)


def sweep(folder: Path) -> None:
    """Remove what programs that were killed in mid-write left in ``folder``."""
    with contextlib.suppress(OSError):
        for path in folder.glob(".*.tmp"):
            if time.time() - path.stat().st_mtime > _STALE:
                path.unlink()
