"""A small HTTP/1.1 server on loopback, real sockets, that can misbehave.

``Loopback`` records every request (``Seen``) and calls ``handle`` with an
``Exchange``, through which a subclass answers well or badly. It notices when
the client hangs up, also while the handler waits: the handler is cancelled and
``seen.hung_up`` is set. Tests wait for such things with ``until``.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

_REASONS = {200: "OK", 302: "Found", 400: "Bad Request", 404: "Not Found"}


@dataclass
class Seen:
    """One request, and what became of it."""

    method: str
    path: str
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes
    finished: bool = False
    """The answer was sent to its end, or cut off on purpose."""
    hung_up: bool = False
    """The client closed the connection before that."""

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


class Cut(Exception):
    """Raised by ``drop`` and ``reset``: the connection is gone, the handler is done."""


class Exchange:
    """One answer being sent."""

    def __init__(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        self.seen = seen
        self._writer = writer
        self.started = False

    async def start(
        self,
        status: int = 200,
        content_type: str = "application/x-ndjson",
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send the head of a chunked answer."""
        self._head(
            status, content_type, {**(headers or {}), "Transfer-Encoding": "chunked"}
        )
        self.started = True
        await self._writer.drain()

    async def send(self, *pieces: bytes) -> None:
        """Send each piece as an HTTP chunk of its own."""
        self._writer.write(b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in pieces if p))
        await self._writer.drain()

    async def end(self) -> None:
        """End a chunked answer."""
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    async def answer(
        self,
        status: int,
        body: bytes = b"",
        content_type: str = "application/json; charset=utf-8",
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send a whole answer."""
        length = {"Content-Length": str(len(body))}
        self._head(status, content_type if body else "", {**(headers or {}), **length})
        self._writer.write(body)
        await self._writer.drain()

    async def begin(
        self, status: int, length: int, data: bytes, headers: dict[str, str]
    ) -> None:
        """Promise ``length`` bytes and send the first of them."""
        kind = "application/octet-stream"
        self._head(status, kind, {**headers, "Content-Length": str(length)})
        self._writer.write(data)
        await self._writer.drain()

    async def raw(self, data: bytes) -> None:
        """Send bytes that need not be HTTP, then close."""
        self._writer.write(data)
        await self._writer.drain()
        raise Cut

    async def drop(self) -> None:
        """Close in the middle of a chunk."""
        self._writer.write(b'40\r\n{"model":')
        await self._writer.drain()
        raise Cut

    def reset(self) -> None:
        """Close so that the client gets a reset (RST) instead of an end."""
        sock: socket.socket = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()
        raise Cut

    def _head(self, status: int, content_type: str, headers: dict[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}"]
        if content_type:
            lines.append(f"Content-Type: {content_type}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())


class Loopback:
    """``async with Loopback() as server`` listens at ``server.url``."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        """0 until it listens, unless one was asked for; kept by ``stop``."""
        self.requests: list[Seen] = []
        self._changed = asyncio.Condition()
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """How many clients are connected now."""
        return len(self._connections)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after ``stop`` on the same port again."""
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", self.port, limit=2**24
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close every connection and refuse new ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def handle(self, exchange: Exchange) -> None:
        """Answer one request; for subclasses."""
        await exchange.answer(404, b"404 page not found", "text/plain")

    async def until(self, what: Callable[[], object], seconds: float = 20) -> None:
        """Wait until ``what()`` is true; it is asked whenever something happened.

        Raises ``TimeoutError`` after so many seconds.
        """
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: bool(what()))

    async def tell(self) -> None:
        """Let those who wait in ``until`` look again."""
        async with self._changed:
            self._changed.notify_all()

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        ahead = b""
        try:
            while (seen := await _read(reader, ahead)) is not None:
                self.requests.append(seen)
                await self.tell()
                again, ahead = await self._exchange(Exchange(seen, writer), reader)
                if not again:
                    break
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client left, or the server stops: either way it is over
        finally:
            writer.close()
            self._connections.discard(task)
            await self.tell()

    async def _exchange(
        self, exchange: Exchange, reader: asyncio.StreamReader
    ) -> tuple[bool, bytes]:
        """Answer, and watch for a hang-up: whether to go on, and bytes read ahead."""
        handler = asyncio.ensure_future(self.handle(exchange))
        watch = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({handler, watch}, return_when=asyncio.FIRST_COMPLETED)
            ahead = watch.result() if watch.done() and not watch.exception() else None
            if watch.done() and not ahead and not handler.done():
                exchange.seen.hung_up = True
                return False, b""
            try:
                await handler
            except Cut:
                exchange.seen.finished = True
                return False, b""
            except ConnectionError:
                exchange.seen.hung_up = True
                return False, b""
            exchange.seen.finished = True
            return True, ahead or b""
        finally:
            for task in (handler, watch):
                task.cancel()
            await asyncio.gather(handler, watch, return_exceptions=True)
            await self.tell()


async def _read(reader: asyncio.StreamReader, ahead: bytes) -> Seen | None:
    """A whole request; None if the client leaves before."""
    try:
        return await _read_all(reader, ahead)
    except asyncio.IncompleteReadError:
        return None


async def _read_all(reader: asyncio.StreamReader, ahead: bytes) -> Seen:
    head = ahead + await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {
        name.lower(): value.strip()
        for name, _, value in (x.partition(":") for x in lines)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, path, headers, body)
