"""Every failure is one clear sentence with a next step."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from llmtui.access import Access
from llmtui.chat.events import Text
from llmtui.chat.request import ChatRequest, Turn
from llmtui.hosts import Host, parse_host
from llmtui.providers import httpx_errors
from llmtui.providers.errors import (
    BrokenStream,
    ModelMissing,
    NotUnderstood,
    ProviderError,
    Refused,
    SignInNeeded,
    Unreachable,
)
from llmtui.providers.http import Link
from llmtui.providers.ollama import Ollama
from tests.support.server import FakeOllama, Reply

CERTIFICATE = Path(__file__).parent / "support" / "localhost.pem"

CHAT = ChatRequest("smollm2", (Turn("user", "Hi"),))


class Failing(httpx.AsyncBaseTransport):
    """Raises instead of connecting."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise self._error


async def pieces(*found: bytes) -> AsyncIterator[bytes]:
    for piece in found:
        yield piece


def open_to(server: FakeOllama) -> Ollama:
    return Ollama(parse_host(server.url))


async def failure(provider: Ollama) -> tuple[ProviderError, str]:
    """What a chat fails with, and the text that came before."""
    text = ""
    found: ProviderError | None = None
    try:
        async with aclosing(provider.chat(CHAT)) as events:
            async for event in events:
                text += event.delta if isinstance(event, Text) else ""
    except ProviderError as error:
        found = error
    finally:
        await provider.aclose()
    assert found is not None, "it did not fail"
    assert "\n" not in found.sentence
    assert "Traceback" not in found.sentence
    assert found.advice.endswith((".", "?"))
    return found, text


NGINX = "<html>\n<head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
CLOUD = 'Post "https://ollama.com:443/api/chat?ts=1": dial tcp: lookup ollama.com on x'

ANSWERS: list[tuple[str, Reply, type[ProviderError], str, str]] = [
    (
        "missing model",
        Reply(status=404, error="model 'smollm2' not found"),
        ModelMissing,
        "Ollama at localhost:{port} has no model 'smollm2'",
        "llmtui pull smollm2",
    ),
    (
        "missing model in other words",
        Reply(status=404, error='model "smollm2" not found, try pulling it first'),
        ModelMissing,
        "Ollama at localhost:{port} has no model 'smollm2'",
        "llmtui pull smollm2",
    ),
    (
        "thinking",
        Reply(status=400, error='"smollm2" does not support thinking'),
        Refused,
        '"smollm2" does not support thinking',
        "Switch thinking off",
    ),
    (
        "sign in",
        Reply(
            status=401,
            body='{"error":"unauthorized","signin_url":"https://ollama.com/c?k=1"}',
        ),
        SignInNeeded,
        "Ollama at localhost:{port} is not signed in to ollama.com",
        "https://ollama.com/c?k=1",
    ),
    (
        "key",
        Reply(status=401, body="Unauthorized", content_type="text/plain"),
        SignInNeeded,
        "Ollama at {url} wants an account or an API key: Unauthorized",
        "key_env",
    ),
    (
        "foreign name",
        Reply(status=403, body=""),
        Refused,
        "Ollama at {url} refuses requests that come by this name (status 403)",
        "Host: localhost:11434",
    ),
    (
        "cloud off",
        Reply(
            status=403,
            error="ollama cloud is disabled: remote model is unavailable",
        ),
        Refused,
        "ollama cloud is disabled: remote model is unavailable",
        "Choose a local model",
    ),
    (
        "limit",
        Reply(status=429, error="you have reached your hourly usage limit"),
        Refused,
        "you have reached your hourly usage limit",
        "wait a little",
    ),
    (
        "crash",
        Reply(
            status=500,
            error="model runner has unexpectedly stopped, this may be due to …",
        ),
        Refused,
        "model runner has unexpectedly stopped, this may be due to …",
        "its log tells more",
    ),
    (
        "memory",
        Reply(
            status=500,
            error="model requires more system memory (9 GiB) than is available",
        ),
        Refused,
        "model requires more system memory (9 GiB) than is available",
        "Choose a smaller model",
    ),
    (
        "no reason",
        Reply(status=500, body=""),
        Refused,
        "Ollama at localhost:{port} answered with status 500 and gave no reason",
        "log",
    ),
    (
        "cloud out of reach",
        Reply(status=502, error=f"{CLOUD}: no such host"),
        Refused,
        "Ollama at localhost:{port} cannot reach ollama.com: no such host",
        "local models",
    ),
    (
        "queue full",
        Reply(
            status=503,
            error="server busy, please try again.  maximum pending requests exceeded",
        ),
        Refused,
        "server busy, please try again. maximum pending requests exceeded",
        "try again later",
    ),
    (
        "proxy's page",
        Reply(status=502, body=NGINX, content_type="text/html"),
        NotUnderstood,
        "a proxy or another program answered instead of Ollama at {url}, with a web "
        "page (status 502)",
        "Is the server behind it running?",
    ),
    (
        "portal's page",
        Reply(body=NGINX, content_type="text/html; charset=utf-8"),
        NotUnderstood,
        "a proxy or another program answered instead of Ollama at {url}, with a web "
        "page",
        "Check the address",
    ),
    (
        "page without a type",
        Reply(status=404, body="\n<!DOCTYPE html>…", content_type=""),
        NotUnderstood,
        "a proxy or another program answered instead of Ollama at {url}, with a web "
        "page (status 404)",
        "Check the address",
    ),
    (
        "JSON inside",
        Reply(
            status=400,
            error='{"error":{"code":400,"message":"request (23 tokens) exceeds the '
            'available context size (10 tokens), try increasing it","type":"x"}}',
        ),
        Refused,
        "request (23 tokens) exceeds the available context size (10 tokens), try "
        "increasing it",
        "num_ctx",
    ),
    (
        "other server",
        Reply(status=404, body="404 page not found", content_type="text/plain"),
        NotUnderstood,
        "what answers at {url} does not know Ollama's requests (status 404)",
        "Is this an Ollama server",
    ),
    (
        "other server's JSON",
        Reply(status=404, body='{"detail":"Not Found"}'),
        NotUnderstood,
        "what answers at {url} does not know Ollama's requests (status 404)",
        "openai+",
    ),
    (
        "redirect",
        Reply(status=302, body="", headers={"Location": "https://x.example/login"}),
        Refused,
        "Ollama at {url} sends us on to https://x.example/login",
        "--host",
    ),
    (
        "too big",
        Reply(status=413, body="Payload Too Large", content_type="text/plain"),
        Refused,
        "Payload Too Large",
        "too big",
    ),
    (
        "no HTTP",
        Reply(raw="220 mail.example ESMTP\r\n\r\n"),
        NotUnderstood,
        "what answers at {url} does not speak HTTP",
        "Check the port",
    ),
    (
        "hang-up",
        Reply(raw="HTTP/1.1"),
        BrokenStream,
        "Ollama at {url} closed the connection without an answer",
        "try once more",
    ),
    (
        "text",
        Reply(lines=[], body="hello there", content_type="text/plain"),
        NotUnderstood,
        "Ollama at {url} sent a line that is no answer of Ollama's: hello there",
        "proxy",
    ),
    (
        "a list",
        Reply(body="[1, 2]\n"),
        NotUnderstood,
        "Ollama at {url} sent a line that is no answer of Ollama's: [1, 2]",
        "proxy",
    ),
    (
        "damaged compression",
        Reply(body="not gzip", headers={"Content-Encoding": "gzip"}),
        NotUnderstood,
        "Ollama at {url} sent compressed data that is damaged",
        "proxy",
    ),
]


@pytest.mark.parametrize(
    ("reply", "kind", "words", "advice"),
    [row[1:] for row in ANSWERS],
    ids=[row[0] for row in ANSWERS],
)
async def test_answers(
    server: FakeOllama,
    reply: Reply,
    kind: type[ProviderError],
    words: str,
    advice: str,
) -> None:
    server.replies.append(reply)
    error, text = await failure(open_to(server))
    assert type(error) is kind
    assert str(error) == words.format(port=server.port, url=server.url)
    assert advice in error.advice
    assert text == ""
    if isinstance(error, Refused):
        assert error.status == reply.status


MIDWAY: list[tuple[str, Reply, type[ProviderError], str]] = [
    ("drop", Reply("a b c", at=2, then="drop"), BrokenStream, "broke off"),
    ("reset", Reply("a b c", at=2, then="reset"), BrokenStream, "broke off"),
    ("error", Reply("a b c", at=2, then="error"), Refused, "unexpected EOF"),
    ("garbage", Reply("a b c", at=2, then="garbage"), NotUnderstood, "no answer"),
    ("end", Reply("a b c", at=2, then="end"), BrokenStream, "ended the answer"),
]


@pytest.mark.parametrize(
    ("reply", "kind", "words"), [row[1:] for row in MIDWAY], ids=[r[0] for r in MIDWAY]
)
async def test_midway_keeps_what_came(
    server: FakeOllama, reply: Reply, kind: type[ProviderError], words: str
) -> None:
    server.replies.append(reply)
    error, text = await failure(open_to(server))
    assert type(error) is kind
    assert words in str(error)
    if reply.then != "reset":  # a reset may overtake what was sent before it
        assert text == "a b"


async def test_torn_line_is_an_answer_cut_off(server: FakeOllama) -> None:
    whole = json.dumps({"message": {"content": "one"}, "done": False})
    server.replies.append(Reply(body=f'{whole}\n{{"message":{{"cont'))
    error, text = await failure(open_to(server))
    assert type(error) is BrokenStream
    assert text == "one"


async def test_endless_line_is_refused(server: FakeOllama) -> None:
    server.replies.append(Reply(body='{"x": "' + "y" * 8_100_000))
    error, _ = await failure(open_to(server))
    assert type(error) is NotUnderstood
    assert "too long" in str(error)


async def test_long_line_is_read(server: FakeOllama) -> None:
    text = "y" * 7_900_000
    server.replies.append(Reply(text, done_reason="length"))
    provider = open_to(server)
    events = [event async for event in provider.chat(CHAT)]
    assert events[0] == Text(text)
    await provider.aclose()


async def test_refused_connection(server: FakeOllama) -> None:
    await server.stop()
    error, _ = await failure(open_to(server))
    assert type(error) is Unreachable
    assert str(error) == (
        f"cannot connect to Ollama at {server.url}: connection refused"
    )
    assert "ollama serve" in error.advice


async def test_it_answers_again_after_it_was_down(server: FakeOllama) -> None:
    provider = open_to(server)
    assert await provider.version() == "0.33.0"
    await server.stop()
    with pytest.raises(Unreachable):
        await provider.version()
    await server.start()
    assert await provider.version() == "0.33.0"
    await provider.aclose()


async def test_unknown_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    error, _ = await failure(Ollama(parse_host("nosuch.invalid")))
    assert type(error) is Unreachable
    assert "the name 'nosuch.invalid' is not known" in str(error)
    assert "spelling" in error.advice


async def test_name_that_cannot_be_one() -> None:
    error, _ = await failure(Ollama(parse_host("a..b")))
    assert type(error) is Unreachable


async def test_port_that_cannot_be_one() -> None:
    error, _ = await failure(Ollama(Host("ollama", "http://[a:1:2]:80")))
    assert type(error) is Unreachable
    assert "no address" in str(error)


async def test_connect_time_out() -> None:
    provider = Ollama(
        parse_host("10.255.255.1"), transport=Failing(httpx.ConnectTimeout("x"))
    )
    error, _ = await failure(provider)
    assert type(error) is Unreachable
    assert "no answer in 5 seconds" in str(error)
    assert "firewall" in error.advice


async def test_connecting_has_a_limit_and_reading_none() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=pieces(b'{"version":"1"}'))

    provider = Ollama(parse_host(""), transport=httpx.MockTransport(answer))
    await provider.version()
    await provider.aclose()
    assert seen[0].extensions["timeout"] == {
        "connect": httpx_errors.CONNECT_SECONDS,
        "read": None,
        "write": None,
        "pool": None,
    }


OS_ERRORS: list[tuple[int, str]] = [
    (errno.ENETUNREACH, "no way to that network"),
    (errno.EHOSTUNREACH, "no way to that network"),
    (errno.EMFILE, "too many open files"),
    (errno.ETIMEDOUT, "no answer in"),
    (errno.ECONNRESET, "closed the connection"),
    (errno.EACCES, "Permission denied"),
]


@pytest.mark.parametrize(("number", "words"), OS_ERRORS)
async def test_other_ways_not_to_connect(number: int, words: str) -> None:
    error = httpx.ConnectError("All connection attempts failed")
    several = [
        OSError(number, "Permission denied"),
        OSError(number, "Permission denied"),
    ]
    error.__cause__ = ExceptionGroup("multiple connection attempts failed", several)
    found, _ = await failure(Ollama(parse_host("box"), transport=Failing(error)))
    assert type(found) is Unreachable
    assert words in str(found)


@asynccontextmanager
async def answering(
    answer: bytes, context: ssl.SSLContext | None = None
) -> AsyncGenerator[int, None]:
    """A server that sends ``answer`` after the first bytes it gets; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


@pytest.fixture
async def tls() -> AsyncIterator[str]:
    """The URL of a server whose certificate nobody knows, and whose version is 9."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    answer = b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"version":"9"}'
    async with answering(answer, context) as port:
        yield f"https://localhost:{port}"


async def test_untrusted_certificate(tls: str) -> None:
    error, _ = await failure(Ollama(parse_host(tls)))
    assert type(error) is Unreachable
    assert "is not trusted: self" in str(error)
    assert "SSL_CERT_FILE" in error.advice


async def test_own_authority(tls: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    provider = Ollama(parse_host(tls))
    assert await provider.version() == "9"
    await provider.aclose()


async def test_own_authority_of_one_host(tls: str) -> None:
    access = Access(ca_file=str(CERTIFICATE))
    provider = Ollama(parse_host(tls)._replace(access=access))
    assert await provider.version() == "9"
    await provider.aclose()


async def test_certificate_that_is_not_checked(tls: str) -> None:
    provider = Ollama(parse_host(tls)._replace(access=Access(verify=False)))
    assert await provider.version() == "9"
    await provider.aclose()


async def test_missing_authority(tls: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    error, _ = await failure(Ollama(parse_host(tls)))
    assert type(error) is Unreachable
    assert "the variable SSL_CERT_FILE names cannot be read" in str(error)


async def test_no_tls_there() -> None:
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        error, _ = await failure(Ollama(parse_host(f"https://127.0.0.1:{port}")))
    assert type(error) is Unreachable
    assert "does not speak TLS" in str(error)
    assert "http://" in error.advice


async def test_nothing_of_httpx_gets_out() -> None:
    """Whatever httpx raises before an answer, a ``ProviderError`` comes out."""
    kinds: list[Callable[[str], Exception]] = [
        httpx.ReadError,
        httpx.WriteError,
        httpx.CloseError,
        httpx.PoolTimeout,
        httpx.LocalProtocolError,
        httpx.UnsupportedProtocol,
        httpx.ProxyError,
        httpx.InvalidURL,
        httpx.TooManyRedirects,
    ]
    for kind in kinds:
        error, _ = await failure(
            Ollama(parse_host("box"), transport=Failing(kind("words")))
        )
        assert str(error)


async def test_answer_that_is_too_long_is_refused(server: FakeOllama) -> None:
    server.replies.append(Reply(status=500, body="x" * 1_100_000))
    error, _ = await failure(open_to(server))
    assert type(error) is NotUnderstood


@pytest.mark.parametrize("body", ["", "[]", "{}", "Ollama is running", '{"models'])
async def test_simple_requests_to_another_server(server: FakeOllama, body: str) -> None:
    server.answers["/api/version"] = server.answers["/api/tags"] = Reply(body=body)
    provider = open_to(server)
    with pytest.raises(NotUnderstood, match="is not Ollama"):
        await provider.version()
    with pytest.raises(NotUnderstood, match="is not Ollama"):
        await provider.models()
    await provider.aclose()


async def test_closing_the_provider_ends_its_answers(server: FakeOllama) -> None:
    server.replies.append(Reply("a b", at=1))
    provider = open_to(server)
    failing = asyncio.ensure_future(failure(provider))
    await server.until(lambda: server.held)
    await provider.aclose()
    error, _ = await failing
    assert type(error) is BrokenStream
    await server.until(lambda: server.requests[-1].hung_up)


async def test_link_can_be_closed_twice() -> None:
    link = Link(parse_host(""))
    await link.aclose()
    await link.aclose()
