"""What is attached to messages, by content: each once, whatever refers to it.

``attachments/ab/abcdef…`` has the bytes whose SHA-256 that is. Sessions, drafts, and
prompts that wait refer to it; what nobody refers to any more goes when something is
taken out for good.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from llmtui.files.disk import DISK, Disk, make_folder
from llmtui.files.errors import why
from llmtui.files.reading import open_file, read_file
from llmtui.files.writing import replace_file, sweep
from llmtui.store.errors import SaveError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAMED = re.compile(rb"[0-9a-f]{64}")
_PIECE = 1 << 20
_YOUNG = 3600.0
"""Seconds in which a content may be referred to by what is on no disk yet."""


class Blobs:
    """The contents, on disk or in memory alone. Each method may run in a thread."""

    def __init__(self, folder: Path, disk: Disk = DISK) -> None:
        self._folder = folder
        self._disk = disk
        self._unwritten: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        """Keep a content, and wait for the disk; its SHA-256 in hex.

        Raises ``SaveError``.
        """
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if _is_whole(path, len(content)):
            with suppress(OSError):
                os.utime(path)  # it is young again
            return digest
        try:
            make_folder(path.parent)
            replace_file(path, [content], disk=self._disk)
        except OSError as error:
            raise SaveError(why(error, path)) from error
        return digest

    def hold(self, content: bytes) -> str:
        """Keep a content as long as the program runs, and write it nowhere."""
        digest = hashlib.sha256(content).hexdigest()
        self._unwritten[digest] = content
        return digest

    def get(self, digest: str) -> bytes:
        """A content; raises ``OSError`` if it is not there, or is another one."""
        if (held := self._unwritten.get(digest)) is not None:
            return held
        if not _SHA256.fullmatch(digest):
            raise FileNotFoundError(digest)
        content = read_file(self._path(digest))
        if hashlib.sha256(content).hexdigest() != digest:
            raise OSError(f"{self._path(digest)} is damaged")
        return content

    def remove(self, digests: Iterable[str]) -> None:
        """Take contents out for good, where they are there. Raises ``SaveError``."""
        for digest in digests:
            self._unwritten.pop(digest, None)
            if _SHA256.fullmatch(digest):
                path = self._path(digest)
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:
                    raise SaveError(why(error, path)) from error

    def collect(self, folders: Iterable[Path], sure: Iterable[str] = ()) -> int:
        """Take out what no file of ``folders`` names any more; how many.

        What came in the last hour stays, unless it is among ``sure``: somebody may be
        about to refer to it. Raises ``SaveError``. Blocking: all files are read.
        """
        sure = frozenset(sure)
        before = time.time() - _YOUNG
        old = {d for d, changed in self._all() if changed < before or d in sure}
        for path in _files(folders) if old else ():
            old.difference_update(digests_in(path))
        self.remove(old)
        return len(old)

    def _all(self) -> Iterator[tuple[str, float]]:
        """The contents on disk, with the times when they were kept."""
        if not self._folder.is_dir():
            return
        for folder in self._folder.iterdir():
            if folder.is_dir():
                sweep(folder)
                for path in folder.iterdir():
                    if _SHA256.fullmatch(path.name):
                        yield path.name, path.stat().st_mtime

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def digests_in(path: Path) -> Iterator[str]:
    """What a file names that may be contents; nothing if it cannot be read."""
    with suppress(OSError), open_file(path) as file:
        # In pieces, since other threads wait for the end of each search.
        rest = b""
        while piece := file.read(_PIECE):
            data = rest + piece
            yield from (one.decode() for one in _NAMED.findall(data))
            rest = data[-63:]


def _is_whole(path: Path, size: int) -> bool:
    with suppress(OSError):
        return path.stat().st_size == size
    return False


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from (path for path in folder.iterdir() if path.is_file())
