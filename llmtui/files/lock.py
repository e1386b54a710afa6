"""Locks between windows, held by the system: gone with the program that held them.

On Windows there is no ``flock``: nothing is locked, and a file counts as held
while a program has it open.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from llmtui.files.errors import Busy
from llmtui.files.reading import open_regular

if sys.platform != "win32":
    import fcntl

PATIENCE = 5.0
"""Seconds to wait for another window's save."""


def try_lock(handle: int) -> bool:
    """Lock an open file until it is closed; False if somebody else holds it."""
    if sys.platform != "win32":
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def open_lock(path: Path) -> int:
    """A handle on a lock file, made if it is missing. Raises ``OSError``."""
    return open_regular(path, os.O_RDWR | os.O_CREAT)


def is_held(path: Path) -> bool:
    """Whether a living program holds the lock of ``path``."""
    try:
        if sys.platform == "win32":
            os.rename(path, path)
            return False
        handle = open_regular(path)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True
    try:
        return not try_lock(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of ``path``, a file of its own that is never replaced.

    Raises ``Busy`` after ``patience`` seconds: a window that was suspended in
    mid-save must not hang the others.
    """
    handle = open_lock(path)
    try:
        until = time.monotonic() + patience
        pause = 0.002
        while not try_lock(handle):
            if time.monotonic() > until:
                raise Busy(f"another window is writing {path.stem} and hangs")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.05)
        yield
    finally:
        os.close(handle)
