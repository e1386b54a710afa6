"""The HTTP server below ``llmtui serve``: what comes in, however it comes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.serve import http_message
from llmtui.serve.access import Access
from llmtui.serve.http_message import BadRequest, Incoming, Request, Response
from tests.support.serving import listening


async def echo(request: Request) -> Response:
    words = f"{request.method} {request.path} {request.body.decode()}"
    return Response(words.encode(), kind="text/plain")


def body(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


async def test_requests_in_a_row_on_one_connection() -> None:
    async with listening(echo) as served:
        answer = await served.raw(
            b"GET /a?x=1 HTTP/1.1\r\nHost: x\r\n\r\n"
            b"\r\nPOST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"
            b"GET http://box/c HTTP/1.1\r\nConnection: close\r\n\r\n"
        )
        assert answer.count(b"HTTP/1.1 200 OK") == 3
        for words in (b"GET /a ", b"POST /b hi", b"GET /c "):
            assert words in answer


async def test_head_has_no_body_and_old_clients_are_closed_on() -> None:
    async with listening(echo) as served:
        head = await served.raw(b"HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert b"Content-Length: 7" in head
        assert body(head) == b""
        assert body(await served.raw(b"GET / HTTP/1.0\r\n\r\n")) == b"GET / "


async def test_a_body_in_chunks_and_one_that_asks_first() -> None:
    async with listening(echo) as served:
        chunked = await served.raw(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
            b"\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: 1\r\n\r\n"
        )
        assert body(chunked) == b"POST / abcde"
        asking = await served.raw(
            b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
            b"Connection: close\r\n\r\nhi"
        )
        assert asking.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (
            b"GET / HTTP/1.1\r\nContent-Length: 1\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
        ),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000, 431),
    ],
)
async def test_what_is_no_request(request_: bytes, status: int) -> None:
    async with listening(echo) as served:
        answer = await served.raw(request_)
        assert answer.startswith(b"HTTP/1.1 %d " % status)


async def test_a_stream_comes_piece_by_piece() -> None:
    may_go_on = asyncio.Event()

    async def pieces() -> AsyncGenerator[bytes, None]:
        yield b"one\n"
        await may_go_on.wait()
        yield b"two\n"

    async def handler(request: Request) -> Response:
        return Response(pieces())

    async with (
        listening(handler) as served,
        served.client.stream("GET", "/") as response,
    ):
        lines = response.aiter_lines()
        assert await anext(lines) == "one"
        may_go_on.set()
        assert await anext(lines) == "two"


async def test_hanging_up_ends_the_work() -> None:
    reached, ended = asyncio.Event(), asyncio.Event()

    async def handler(request: Request) -> Response:
        if request.path == "/wait":
            return await waiting()
        return Response(stream())

    async def waiting() -> Response:
        reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return Response()

    async def stream() -> AsyncGenerator[bytes, None]:
        yield b"first"
        await waiting()

    async with listening(handler) as served:
        for path in (b"/wait", b"/stream"):
            reached.clear()
            ended.clear()
            _, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(b"GET %b HTTP/1.1\r\n\r\n" % path)
            await reached.wait()
            writer.close()
            await ended.wait()


async def test_closing_ends_all_connections() -> None:
    reached = asyncio.Event()

    async def handler(request: Request) -> Response:
        reached.set()
        await asyncio.Event().wait()
        return Response()

    async with listening(handler) as served:
        idle, idle_writer = await asyncio.open_connection("127.0.0.1", served.port)
        busy = asyncio.ensure_future(served.raw(b"GET / HTTP/1.1\r\n\r\n"))
        await reached.wait()
    assert await idle.read() == b""
    assert await busy == b""
    idle_writer.close()


@given(st.binary(max_size=300), st.lists(st.integers(1, 40), max_size=20))
def test_any_bytes_are_a_request_or_a_refusal(data: bytes, cuts: list[int]) -> None:
    """However they are cut; the same body comes out of both ways to send it."""

    async def read(sent: bytes, headers: dict[str, str]) -> bytes:
        reader = asyncio.StreamReader()
        rest = sent
        for cut in cuts:
            reader.feed_data(rest[:cut])
            rest = rest[cut:]
        reader.feed_data(rest)
        reader.feed_eof()
        return await http_message.read_body(Incoming(reader), headers)

    async def run() -> None:
        chunked = b"".join(map(http_message.chunk, [data[:7], data[7:]]))
        if len(data) > 7:
            coded = {"transfer-encoding": "chunked"}
            assert await read(chunked + b"0\r\n\r\n", coded) == data
        assert await read(data, {"content-length": str(len(data))}) == data
        with pytest.raises(BadRequest):
            await read(data, {"content-length": str(len(data) + 1)})
        with contextlib.suppress(BadRequest):
            http_message.parse_head(data)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"host": "localhost:11434"}, True),
        ({"host": "127.0.0.1"}, True),
        ({"host": "[::1]:11434"}, True),
        ({"host": "192.168.1.5:11434"}, True),
        ({"host": "box.local"}, True),
        ({"host": "example.com"}, False),
        ({"host": "8.8.8.8"}, False),
        ({"host": "localhost.example.com"}, False),
        ({"host": "localhost", "origin": "http://localhost:3000"}, True),
        ({"host": "localhost", "origin": "https://127.0.0.1"}, True),
        ({"host": "localhost", "origin": "app://obsidian.md"}, True),
        ({"host": "localhost", "origin": "https://example.com"}, False),
        ({"host": "localhost", "origin": "http://localhost.example.com"}, False),
        ({"host": "localhost", "origin": "null"}, False),
        ({"host": "localhost", "origin": "https://mine.example"}, True),
    ],
)
def test_who_may_ask(headers: dict[str, str], allowed: bool) -> None:
    access = Access("127.0.0.1", ["https://mine.example"])
    assert access.allows(Request("GET", "/", headers)) is allowed


def test_a_server_for_everybody_takes_any_host_but_not_any_page() -> None:
    access = Access("0.0.0.0")
    assert access.allows(Request("GET", "/", {"host": "box.example.com"}))
    page = {"host": "box.example.com", "origin": "https://evil.example"}
    assert not access.allows(Request("POST", "/", page))
    own = {"host": "box.example.com", "origin": "https://box.example.com"}
    assert access.allows(Request("POST", "/", own))
