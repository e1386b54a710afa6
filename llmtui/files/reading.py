"""Reading what may be anything: a pipe that never ends, a device, a folder.

A name in the user's folders need not be a file, and a file may be a link to what is
none. Opening such a thing, or reading it, can wait for ever or never end.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_NO_WAITING = (
    getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOCTTY", 0)
)


class NotAFile(OSError):
    """It is something else, as ``strerror`` says."""


def kind_of(found: os.stat_result) -> str:
    """What it is, as words; "" for a file.

    >>> kind_of(os.stat(os.curdir))
    'a folder'
    """
    return next((words for is_kind, words in _KINDS if is_kind(found.st_mode)), "")


def check_kind(path: Path, found: os.stat_result) -> None:
    """Raise ``NotAFile`` for what is none."""
    if kind := kind_of(found):
        raise NotAFile(errno.EINVAL, f"it is {kind}, not a file", str(path))


def open_regular(path: Path, flags: int = os.O_RDONLY) -> int:
    """A handle on a file; raises ``NotAFile`` and other ``OSError``.

    What is no file is not even opened. With ``O_CREAT`` one that is missing is made,
    for the user alone (0600).
    """
    try:
        check_kind(path, os.stat(path))
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
    except ValueError:  # a NUL, or what is no character
        raise OSError(errno.EINVAL, "no file can be called so", str(path)) from None
    handle = os.open(path, flags | _NO_WAITING, 0o600)
    try:
        check_kind(path, os.fstat(handle))
    except BaseException:
        os.close(handle)
        raise
    return handle


def open_file(path: Path) -> BufferedReader:
    """A file for reading; raises as ``open_regular``."""
    return os.fdopen(open_regular(path), "rb")


def read_file(path: Path) -> bytes:
    """All of a file; raises as ``open_regular``."""
    with open_file(path) as file:
        return file.read()
