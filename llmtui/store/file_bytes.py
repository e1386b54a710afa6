"""The bytes of a session's file in memory, packed once nobody looks at them.

A large session is mostly read at its end: what is above lies there to be searched
once in a while, and to be saved again. Text takes a third of its space packed.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

LEAST = 1 << 22
"""Bytes below which packing gains nothing that anybody would notice."""
_BLOCK = 1 << 18
"""Bytes that are packed together, and unpacked to see one of them."""
_QUICKLY = 1
"""zlib's level: a hundred megabytes a second, without the interpreter's lock."""


class FileBytes:
    """May be read while it is being packed, from any thread."""

    __slots__ = ("_blocks", "_seen", "plain")

    def __init__(self, plain: bytes) -> None:
        self.plain: bytes | None = plain
        """All of them, None once they are packed."""
        self._blocks: list[bytes] = []
        self._seen = (-1, b"")
        """The block that was unpacked last, and its number."""

    def pack(self) -> None:
        """Take less memory; nothing if there are few bytes. Slow: for a thread."""
        plain = self.plain
        if plain is None or len(plain) < LEAST:
            return
        view = memoryview(plain)
        starts = range(0, len(plain), _BLOCK)
        self._blocks = [
            zlib.compress(view[at : at + _BLOCK], _QUICKLY) for at in starts
        ]
        self.plain = None

    def piece(self, start: int, end: int) -> bytes:
        """A copy of the bytes from ``start`` to before ``end``."""
        if (plain := self.plain) is not None:
            return plain[start:end]
        if start >= end:
            return b""
        first, last = start // _BLOCK, (end - 1) // _BLOCK
        found = b"".join(map(self._unpacked, range(first, last + 1)))
        return found[start - first * _BLOCK : end - first * _BLOCK]

    def _unpacked(self, number: int) -> bytes:
        seen, block = self._seen
        if seen != number:
            block = zlib.decompress(self._blocks[number])
            self._seen = (number, block)
        return block


class Line(NamedTuple):
    """One message in JSON: a piece of a file, without a copy of its own."""

    source: FileBytes
    start: int
    end: int

    @classmethod
    def of(cls, data: bytes) -> Line:
        return cls(FileBytes(data), 0, len(data))

    @property
    def data(self) -> bytes:
        """A copy of its bytes."""
        return self.source.piece(self.start, self.end)
