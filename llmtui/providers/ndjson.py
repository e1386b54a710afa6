"""JSON objects, one to a line, out of bytes that are cut anywhere.

Lines end with ``\\n`` alone: a ``str``'s idea of a line also ends at U+0085 and
U+2028, which JSON may contain.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterable
from typing import Any

LIMIT = 8_000_000
"""Bytes of a line, as Ollama's own client has it (``api/client.go``)."""

_BATCH = 64
"""Lines handed on before other tasks get a turn: a few milliseconds of work."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_scan = json.JSONDecoder().raw_decode


class TooLong(ValueError):
    """A line is longer than the limit."""


class Garbage(ValueError):
    """A line is not JSON."""


class Torn(ValueError):
    """The stream ended in the middle of a line."""


class LineSplitter:
    """Bytes in, whole lines out, without their ends."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._rest = bytearray()

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that are whole with ``chunk``; raises ``TooLong``."""
        if b"\n" not in chunk:
            self._rest += chunk
            lines = []
        else:
            lines = chunk.split(b"\n")
            if self._rest:
                lines[0] = bytes(self._rest) + lines[0]
            self._rest = bytearray(lines.pop())
        if len(self._rest) > self._limit or (
            lines and len(max(lines, key=len)) > self._limit
        ):
            raise TooLong(f"a line is longer than {self._limit} bytes")
        return lines

    def end(self) -> bytes:
        """What came after the last line's end."""
        rest, self._rest = bytes(self._rest), bytearray()
        return rest


async def objects(
    chunks: AsyncIterable[bytes], limit: int = LIMIT
) -> AsyncGenerator[list[Any], None]:
    """The values of a stream, some at a time; empty lines are passed over.

    One read can bring a thousand lines, in one chunk or in many that come without
    waiting. Every ``_BATCH`` lines other tasks get a turn, so that a screen goes
    on moving. What came before a bad line is given first;
    then it raises ``TooLong``, ``Garbage`` or ``Torn``.
    """
    splitter = LineSplitter(limit)
    since = 0
    async for chunk in chunks:
        lines = splitter.feed(chunk)
        for start in range(0, len(lines), _BATCH):
            if since >= _BATCH:
                since = 0
                await asyncio.sleep(0)
            found, bad = _parsed(lines[start : start + _BATCH])
            since += len(found)
            if found:
                yield found
            if bad is not None:
                raise Garbage(bad)
    found, bad = _parsed([splitter.end()])
    if found:
        yield found
    if bad is not None:
        raise Torn(bad) if bad[:1] in (b"{", b"[") else Garbage(bad)


def _parsed(lines: list[bytes]) -> tuple[list[Any], bytes | None]:
    """The values of the lines up to the first bad one, and that one."""
    found = []
    for line in lines:
        try:
            found.append(parse(line))
        except ValueError:
            if line.strip():
                return found, line
    return found, None


def parse(line: bytes) -> Any:
    """The JSON of one line; raises ``ValueError`` if it is none.

    Lone surrogates, which may come as escapes, become U+FFFD: no text with one
    can be sent or saved as UTF-8.

    >>> parse(b'{"a": "\\\\ud83d\\\\ude00", "b": ["\\\\udead"]}') == {
    ...     "a": "\\U0001f600", "b": ["\\ufffd"]}
    True
    """
    text = line.decode("utf-8", "replace").strip(" \t\r\n")
    try:
        value, end = _scan(text)
        if end != len(text):
            raise ValueError("something follows the JSON")
        if b"\\ud" in line or b"\\uD" in line:
            return whole_text(value)
    except RecursionError as error:
        raise ValueError(str(error)) from error
    return value


def whole_text(value: Any) -> Any:
    """A JSON value with U+FFFD for each lone surrogate in it, however deep."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, list):
        return [whole_text(item) for item in value]
    if isinstance(value, dict):
        return {whole_text(key): whole_text(item) for key, item in value.items()}
    return value
