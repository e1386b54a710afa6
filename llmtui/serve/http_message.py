"""One request and one answer of HTTP/1.1 (RFC 9112), as far as an API needs them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote

from llmtui import __version__

LONGEST_HEAD = 64 * 1024
"""Bytes of a request's line and headers."""
LONGEST_BODY = 256 * 1024 * 1024
"""Bytes of a request's body: images in base64, and many of them."""
_PIECE = 64 * 1024
_METHOD = re.compile(r"[A-Z]{1,16}")
_FIELD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class BadRequest(Exception):
    """A request that cannot be answered but with ``status``, and be closed on."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """A request that has come in whole."""

    method: str
    path: str
    """Without the query and unquoted."""
    headers: Mapping[str, str]
    """By names in lower case; of several the last."""
    body: bytes = b""
    version: str = "HTTP/1.1"

    @property
    def keeps_alive(self) -> bool:
        """Whether the client would send another one on the same connection."""
        wish = self.headers.get("connection", "").lower()
        return "close" not in wish and (
            self.version != "HTTP/1.0" or "keep-alive" in wish
        )


@dataclass(slots=True)
class Response:
    """An answer, whole or as a stream of pieces."""

    body: bytes | AsyncGenerator[bytes, None] = b""
    status: int = 200
    kind: str = ""
    """The media type."""
    headers: dict[str, str] = field(default_factory=dict)

    def head(self, *, chunked: bool, close: bool) -> bytes:
        """Status line and headers."""
        phrase = HTTPStatus(self.status).phrase
        lines = [f"HTTP/1.1 {self.status} {phrase}", f"Server: llmtui/{__version__}"]
        if self.kind:
            lines.append(f"Content-Type: {self.kind}")
        if isinstance(self.body, bytes):
            if self.status != HTTPStatus.NO_CONTENT:
                lines.append(f"Content-Length: {len(self.body)}")
        elif chunked:
            lines.append("Transfer-Encoding: chunked")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if close:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def chunk(piece: bytes) -> bytes:
    """A piece of a body whose length is not known before its end."""
    return b"%x\r\n%s\r\n" % (len(piece), piece)


class Incoming:
    """The client's side of a connection, read as far as it is wanted.

    What came too early stays, so that the end of the connection can be waited
    for while an answer is written.
    """

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._buffer = bytearray()

    async def head(self) -> bytes | None:
        """Request line and headers; None if the client left before them.

        Raises ``BadRequest``.
        """
        while True:
            # An empty line before a request is to be ignored (RFC 9112, 2.2).
            while self._buffer.startswith((b"\r", b"\n")):
                del self._buffer[:1]
            end = self._buffer.find(b"\r\n\r\n")
            if end >= 0:
                return self._take(end + 4)
            if len(self._buffer) > LONGEST_HEAD:
                raise BadRequest(431, "request header fields too large")
            if not await self._fill():
                return None

    async def line(self, longest: int = 8192) -> bytes:
        """One line without its end; raises ``BadRequest``."""
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > longest or not await self._fill():
                raise BadRequest(400, "bad chunk")
        return self._take(end + 2)[:-2]

    async def exactly(self, count: int) -> bytes:
        """So many bytes; raises ``BadRequest`` if the client leaves before."""
        while len(self._buffer) < count:
            if not await self._fill():
                raise BadRequest(400, "unexpected EOF")
        return self._take(count)

    async def gone(self) -> None:
        """Return when the client has left."""
        try:
            while len(self._buffer) <= LONGEST_HEAD:
                if not await self._fill():
                    return
        except ConnectionError:
            return
        # It sends request after request without waiting; its end is seen later.
        await asyncio.Event().wait()

    async def _fill(self) -> bool:
        piece = await self._reader.read(_PIECE)
        self._buffer += piece
        return bool(piece)

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken


def parse_head(head: bytes) -> Request:
    """Request line and headers; raises ``BadRequest``.

    >>> found = parse_head(b"GET /api/tags?x=1 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
    >>> found.method, found.path, dict(found.headers)
    ('GET', '/api/tags', {'host': 'a'})
    """
    first, *rest = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not _METHOD.fullmatch(parts[0]):
        raise BadRequest(400, "malformed request line")
    method, target, version = parts
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise BadRequest(505, "HTTP version not supported")
    # A proxy may send the whole URL (RFC 9112, 3.2.2).
    target = re.sub(r"^https?://[^/]*", "", target, flags=re.IGNORECASE)
    headers: dict[str, str] = {}
    for line in rest:
        name, colon, value = line.partition(":")
        if not colon or not _FIELD.fullmatch(name):
            raise BadRequest(400, "malformed header")
        name = name.lower()
        if name in ("content-length", "transfer-encoding", "host") and name in headers:
            raise BadRequest(400, f"more than one {name}")
        headers[name] = value.strip()
    path = unquote(target.partition("?")[0]) or "/"
    return Request(method, path, headers, version=version)


async def read_body(incoming: Incoming, headers: Mapping[str, str]) -> bytes:
    """The body that the headers announce; raises ``BadRequest``."""
    coding = headers.get("transfer-encoding", "").lower()
    length = headers.get("content-length")
    if coding:
        if coding != "chunked" or length is not None:
            raise BadRequest(400, "unsupported transfer encoding")
        return await _chunked(incoming)
    if length is None:
        return b""
    if not length.isascii() or not length.isdigit():
        raise BadRequest(400, "bad content length")
    if len(length) > 18 or int(length) > LONGEST_BODY:
        raise BadRequest(413, "request body too large")
    return await incoming.exactly(int(length))


async def _chunked(incoming: Incoming) -> bytes:
    body = bytearray()
    while True:
        size = (await incoming.line()).partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9a-fA-F]{1,15}", size):
            raise BadRequest(400, "bad chunk")
        count = int(size, 16)
        if len(body) + count > LONGEST_BODY:
            raise BadRequest(413, "request body too large")
        if not count:
            break
        body += await incoming.exactly(count)
        if await incoming.line():
            raise BadRequest(400, "bad chunk")
    for _ in range(100):
        if not await incoming.line():
            return bytes(body)
    raise BadRequest(431, "too many trailers")
