"""Reading files that may be anything: a pipe that never ends, a device, a folder."""

from __future__ import annotations

import os
from pathlib import Path

from llmtui.attachments.loaded import CannotAttach
from llmtui.files.reading import kind_of
from llmtui.human import size

_HANDED_OVER = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
"""What a shell hands over, as in ``--file <(git diff)``: to be read as a stream."""
_PIECE = 1 << 20


def read_regular(path: Path, *, limit: int, streams: bool = False) -> bytes:
    """All of a file, and never more than ``limit`` bytes; raises ``CannotAttach``.

    What is no file is not even opened, since that can wait for ever; with
    ``streams`` what a shell handed over is read all the same.
    """
    handed_over = streams and str(path).startswith(_HANDED_OVER)
    try:
        if not handed_over:
            _check(path, os.stat(path))
        handle = os.open(path, _flags(blocking=handed_over))
        try:
            if not handed_over:
                _check(path, os.fstat(handle))
            return _read(path, handle, limit)
        finally:
            os.close(handle)
    except OSError as error:
        raise CannotAttach(
            f"{path} cannot be read: {error.strerror or error}"
        ) from None
    except ValueError:  # a NUL in the name
        raise CannotAttach(f"{path} cannot be read: no file is called so") from None


def _flags(*, blocking: bool) -> int:
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    return flags if blocking else flags | getattr(os, "O_NONBLOCK", 0)


def _check(path: Path, found: os.stat_result) -> None:
    if kind := kind_of(found):
        raise CannotAttach(f"{path} is {kind}, not a file")


def _read(path: Path, handle: int, limit: int) -> bytes:
    """What a file says of its size may be wrong: that of ``/proc`` is 0."""
    pieces, left = [], limit + 1
    while left and (piece := os.read(handle, min(left, _PIECE))):
        pieces.append(piece)
        left -= len(piece)
    if not left:
        raise CannotAttach(f"{path} is too large: at most {size(limit)} are read")
    return b"".join(pieces)
