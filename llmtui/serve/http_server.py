"""A small HTTP/1.1 server: connections in, requests to a handler, answers out.

A client that hangs up ends the work on its request, which is how a reply is
stopped.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import replace

from llmtui.serve.http_message import (
    BadRequest,
    Incoming,
    Request,
    Response,
    chunk,
    parse_head,
    read_body,
)

IDLE = 120.0
"""Seconds that a connection may be silent between two requests."""
SLOW = 60.0
"""Seconds that the body of a request may take."""

Handler = Callable[[Request], Awaitable[Response]]


class HttpServer:
    """Listens from ``open`` to ``aclose``."""

    def __init__(self, handler: Handler) -> None:
        """``handler`` must not raise."""
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int) -> int:
        """Listen; returns the port, which is new for 0. Raises ``OSError``."""
        self._server = await asyncio.start_server(self._accepted, host, port)
        found: int = self._server.sockets[0].getsockname()[1]
        return found

    async def aclose(self) -> None:
        """Stop listening and cut the connections; safe to call twice."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for task in self._connections:
            task.cancel()
        if self._connections:
            await asyncio.wait(self._connections)
        await server.wait_closed()

    async def _accepted(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            # Small pieces of an answer must not wait for each other.
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._connection(Incoming(reader), writer)
        except (ConnectionError, TimeoutError, asyncio.CancelledError):
            # Cancelled is a connection only when the server closes: streams
            # would report that as an error.
            pass
        finally:
            self._connections.discard(task)
            writer.close()
            with suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _connection(
        self, incoming: Incoming, writer: asyncio.StreamWriter
    ) -> None:
        while True:
            try:
                request = await _read(incoming, writer)
            except BadRequest as error:
                body = str(error).encode()
                refusal = Response(body, error.status, "text/plain; charset=utf-8")
                await _write(writer, None, refusal)
                return
            if request is None:
                return
            if not await self._answer(request, incoming, writer):
                return

    async def _answer(
        self, request: Request, incoming: Incoming, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; False if the connection is done with."""
        work = asyncio.ensure_future(self._work(request, writer))
        gone = asyncio.ensure_future(incoming.gone())
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            return work.done() and await work
        finally:
            for task in (gone, work):
                task.cancel()
                with suppress(asyncio.CancelledError, ConnectionError):
                    await task

    async def _work(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        response = await self._handler(request)
        return await _write(writer, request, response)


async def _read(incoming: Incoming, writer: asyncio.StreamWriter) -> Request | None:
    """The next request, None if there is none; raises ``BadRequest``."""
    async with asyncio.timeout(IDLE):
        head = await incoming.head()
    if head is None:
        return None
    request = parse_head(head)
    if request.headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
    async with asyncio.timeout(SLOW):
        body = await read_body(incoming, request.headers)
    return replace(request, body=body)


async def _write(
    writer: asyncio.StreamWriter, request: Request | None, response: Response
) -> bool:
    """Send an answer; whether the connection can be used again."""
    keep = request is not None and request.keeps_alive
    bare = request is not None and request.method == "HEAD"
    body = response.body
    if isinstance(body, bytes):
        writer.write(response.head(chunked=False, close=not keep))
        writer.write(b"" if bare else body)
        await writer.drain()
        return keep
    async with aclosing(body):
        chunked = request is not None and request.version == "HTTP/1.1"
        keep = keep and chunked
        writer.write(response.head(chunked=chunked, close=not keep))
        async for piece in body:
            if piece and not bare:
                writer.write(chunk(piece) if chunked else piece)
                await writer.drain()
        if chunked and not bare:
            writer.write(chunk(b""))
        await writer.drain()
    return keep
