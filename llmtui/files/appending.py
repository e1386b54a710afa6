"""Files that grow by a line at a time, from several programs at once."""

from __future__ import annotations

import os
from pathlib import Path

from llmtui.files.disk import DISK, Disk, make_folder, write_all
from llmtui.files.reading import open_file, open_regular


def append_line(path: Path, line: bytes, *, disk: Disk = DISK) -> int:
    """Add ``line`` (without its end) to the file, made if it is missing.

    A last line that a killed program left without its end is ended first, so that
    it spoils no other. The caller holds the lock. Returns the new size in bytes;
    raises ``OSError``.
    """
    make_folder(path.parent)
    handle = open_regular(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    try:
        size = os.lseek(handle, 0, os.SEEK_END)
        if size:
            os.lseek(handle, size - 1, os.SEEK_SET)
            if os.read(handle, 1) != b"\n":
                line = b"\n" + line
        write_all(handle, line + b"\n", disk)
        return size + len(line) + 1
    finally:
        os.close(handle)


def last_bytes(path: Path, count: int) -> bytes:
    """The end of a file, at most ``count`` bytes; empty if there is none.

    Raises ``OSError``.
    """
    try:
        with open_file(path) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - count))
            return file.read(count)
    except FileNotFoundError:
        return b""
