"""Server-sent events, split from bytes as they come off the socket.

The format is WHATWG HTML, "9.2.6 Interpreting an event stream": lines end in
LF, CR or CRLF, ``data:`` lines of one event are joined by LF, a line that
begins with a colon is a comment, an empty line ends the event. Bytes are split
before they are decoded, so a character may be cut anywhere.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LIMIT = 16 * 1024 * 1024
"""Bytes one event may have; a server that sends more is no chat server."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BOM = b"\xef\xbb\xbf"


class ServerEvent(NamedTuple):
    """One event that carried data."""

    data: bytes
    name: bytes = b""
    """What the ``event:`` line said, empty without one."""


class TooLong(ValueError):
    """An event went past the limit."""


class EventSplitter:
    """Bytes in, events out; the cost of a byte does not depend on what came before.

    >>> splitter = EventSplitter()
    >>> splitter.feed(b": ping\\n\\ndata: {}\\r")
    []
    >>> splitter.feed(b"\\n\\r\\ndata: [DONE]\\n")
    [ServerEvent(data=b'{}', name=b'')]
    >>> splitter.end()
    [ServerEvent(data=b'[DONE]', name=b'')]
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._size = 0
        self._line: list[bytes] = []
        self._data: list[bytes] = []
        self._name = b""
        self._after_cr = False
        self._first = True
        self.stray = b""
        """The first line that was no part of an event: it may be plain words."""

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """The events that ``chunk`` completes; raises ``TooLong``."""
        if self._after_cr and chunk:
            # CR and LF of one line end came in two chunks.
            chunk = chunk.removeprefix(b"\n")
            self._after_cr = False
        if not chunk:
            return []
        self._after_cr = chunk.endswith(b"\r")
        *whole, rest = _LINE_END.split(chunk)
        events: list[ServerEvent] = []
        for part in whole:
            self._take(part)
            events += self._end_line()
        self._take(rest)
        return events

    def end(self) -> list[ServerEvent]:
        """What is left when the stream ends.

        The standard drops an event without its empty line; servers that close
        right after ``data: [DONE]`` do exist, so it counts here.
        """
        return [*self._end_line(), *self._dispatch()]

    def _take(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._limit:
            raise TooLong(f"an event of more than {self._limit} bytes")
        if part:
            self._line.append(part)

    def _end_line(self) -> list[ServerEvent]:
        line = b"".join(self._line)
        self._line.clear()
        if self._first:
            line = line.removeprefix(_BOM)
            self._first = False
        if not line:
            return self._dispatch()
        if line.startswith(b":"):
            self._size -= len(line)
            return []
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
        elif field == b"event":
            self._name = value
        elif field == b"error":
            # llama.cpp's server wrote its errors so until 2025.
            self._name = field
            self._data.append(value)
        elif field not in (b"id", b"retry"):
            self.stray = self.stray or line
        return []

    def _dispatch(self) -> list[ServerEvent]:
        data, name = self._data, self._name
        self._data, self._name, self._size = [], b"", 0
        if not data:
            return []
        return [ServerEvent(b"\n".join(data), name)]
