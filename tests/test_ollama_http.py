"""Proxies and keys: what goes where, and what never does."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest

from llmtui.access import Access
from llmtui.hosts import Host, parse_host
from llmtui.providers.errors import NotUnderstood, ProviderError, Refused, Unreachable
from llmtui.providers.ollama import Ollama
from llmtui.providers.proxies import choose_proxy
from tests.support.server import FakeOllama, Reply

KEY = {"OLLAMA_API_KEY": "secret-key"}


async def asked(host: Host, environ: Mapping[str, str]) -> httpx.Request:
    """The request that a host gets."""
    seen: list[httpx.Request] = []

    async def body() -> AsyncIterator[bytes]:
        yield b'{"version":"1"}'

    class Answering(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            seen.append(request)
            return httpx.Response(200, content=body())

    provider = Ollama(host, environ=environ, transport=Answering())
    await provider.version()
    await provider.aclose()
    return seen[0]


async def failure(host: Host, environ: Mapping[str, str]) -> ProviderError:
    provider = Ollama(host, environ=environ)
    with pytest.raises(ProviderError) as caught:
        await provider.version()
    await provider.aclose()
    return caught.value


# Keys


async def test_the_key_goes_to_ollama_com() -> None:
    request = await asked(parse_host("ollama.com"), KEY)
    assert request.headers["authorization"] == "Bearer secret-key"
    assert request.url == "https://ollama.com/api/version"


@pytest.mark.parametrize(
    "host",
    [
        "",
        "http://ollama.com",
        "https://ollama.com:8443",
        "https://ollama.com.evil.example",
        "https://evil.example/ollama.com",
        "https://notollama.com",
        "http://box:11434",
    ],
)
async def test_the_key_goes_nowhere_else(host: str) -> None:
    assert "authorization" not in (await asked(parse_host(host), KEY)).headers


async def test_the_key_goes_where_the_user_says() -> None:
    host = parse_host("http://box:8000")._replace(access=Access("BOX_KEY"))
    request = await asked(host, {**KEY, "BOX_KEY": " box-key\n"})
    assert request.headers["authorization"] == "Bearer box-key"
    assert "authorization" not in (await asked(host, KEY)).headers


async def test_the_key_does_not_follow_a_redirect(server: FakeOllama) -> None:
    async with FakeOllama() as other:
        server.answers["/api/version"] = Reply(
            status=302, body="", headers={"Location": other.url + "/api/version"}
        )
        host = parse_host(server.url)._replace(access=Access("BOX_KEY"))
        error = await failure(host, {"BOX_KEY": "k"})
        assert isinstance(error, Refused)
        assert other.url in str(error)
        assert other.requests == []


async def test_a_key_that_cannot_be_one() -> None:
    error = await failure(parse_host("ollama.com"), {"OLLAMA_API_KEY": "a“b"})
    assert isinstance(error, Unreachable)
    assert "OLLAMA_API_KEY" in str(error)
    assert "a“b" not in error.sentence


async def test_user_and_password() -> None:
    request = await asked(parse_host("http://me:p%40ss@box"), KEY)
    wanted = "Basic " + base64.b64encode(b"me:p@ss").decode()
    assert request.headers["authorization"] == wanted
    assert request.url == "http://box:80/api/version"
    request = await asked(parse_host("me@box"), {})
    wanted = "Basic " + base64.b64encode(b"me:").decode()
    assert request.headers["authorization"] == wanted


# Proxies


@pytest.mark.parametrize("host", ["", "localhost:1", "127.5.5.5", "::1", "0.0.0.0"])
@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_this_computer_is_never_behind_a_proxy(host: str, variable: str) -> None:
    assert choose_proxy(parse_host(host), {variable: "http://proxy:1"}) is None
    assert choose_proxy(parse_host(host), {variable: "nonsense://"}) is None


async def test_loopback_is_asked_directly(
    server: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    provider = Ollama(parse_host(server.url))
    assert await provider.version() == "0.33.0"
    await provider.aclose()


async def test_other_computers_are_asked_through_the_proxy(server: FakeOllama) -> None:
    """The fake server plays the proxy: it gets the whole URL."""
    path = "http://box.example:11434/api/version"
    server.answers[path] = Reply(body='{"version":"through"}')
    proxy = server.url.replace("http://", "http://me:pass@")
    environ = {"http_proxy": proxy, "HTTP_PROXY": "http://127.0.0.1:9"}
    provider = Ollama(parse_host("box.example"), environ=environ)
    assert await provider.version() == "through"
    await provider.aclose()
    assert server.requests[0].headers["proxy-authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"HTTP_PROXY": "http://a:1"}, "HTTP_PROXY"),
        ({"http_proxy": "a:1"}, "http_proxy"),
        ({"ALL_PROXY": "http://a:1"}, "ALL_PROXY"),
        ({"HTTPS_PROXY": "http://a:1"}, ""),
        ({"HTTP_PROXY": "  "}, ""),
        ({"HTTP_PROXY": "http://a:1", "NO_PROXY": "*"}, ""),
        ({"HTTP_PROXY": "http://a:1", "no_proxy": "x, .lan"}, ""),
        ({"HTTP_PROXY": "http://a:1", "NO_PROXY": "x.lan"}, "HTTP_PROXY"),
    ],
)
def test_the_variables(environ: dict[str, str], variable: str) -> None:
    found = choose_proxy(parse_host("gpu.lan"), environ)
    assert (found.name if found else "") == variable


def test_https_has_a_variable_of_its_own() -> None:
    found = choose_proxy(parse_host("https://x"), {"HTTPS_PROXY": "http://u:p@a:1"})
    assert found is not None
    assert found.shown == "http://a:1"


@pytest.mark.parametrize(
    "value",
    [
        "socks://a:1",
        "ftp://a",
        "http://",
        "http://a:port",
        "http://[bad",
        "http://a:99999",
    ],
)
async def test_a_malformed_variable_is_named(value: str) -> None:
    error = await failure(parse_host("box"), {"HTTP_PROXY": value})
    assert type(error) is Unreachable
    assert "the variable HTTP_PROXY" in str(error)
    assert "NO_PROXY" in error.advice


async def test_a_socks_proxy_without_its_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("llmtui.providers.proxies.find_spec", lambda name: None)
    error = await failure(parse_host("box"), {"ALL_PROXY": "socks5://a:1"})
    assert type(error) is Unreachable
    assert "the variable ALL_PROXY names a SOCKS proxy" in str(error)
    assert "extra `socks`" in error.advice


async def test_a_proxy_that_is_down(server: FakeOllama) -> None:
    await server.stop()
    error = await failure(parse_host("box.example"), {"HTTP_PROXY": server.url})
    assert type(error) is Unreachable
    assert "cannot connect to the proxy" in str(error)
    assert "HTTP_PROXY" in str(error)


async def test_a_proxy_that_wants_a_password(server: FakeOllama) -> None:
    page = Reply(status=407, body="<html>", content_type="text/html")
    server.answers["http://box.example:11434/api/version"] = page
    error = await failure(parse_host("box.example"), {"HTTP_PROXY": server.url})
    assert "HTTP_PROXY names wants a password" in str(error)
    assert "USER:PASSWORD" in error.advice


@pytest.mark.parametrize(("status", "advice"), [(407, "USER:PASSWORD"), (403, "NO_PR")])
async def test_a_proxy_that_refuses_a_tunnel(
    server: FakeOllama, status: int, advice: str
) -> None:
    server.answers["box.example:443"] = Reply(status=status, body="")
    host = parse_host("https://box.example")
    error = await failure(host, {"HTTPS_PROXY": server.url})
    assert type(error) is Unreachable
    assert "HTTPS_PROXY names, refused" in str(error)
    assert advice in error.advice


async def test_a_page_of_the_proxy(server: FakeOllama) -> None:
    page = Reply(status=503, body="<html>squid", content_type="text/html")
    server.answers["http://box.example:11434/api/version"] = page
    error = await failure(parse_host("box.example"), {"HTTP_PROXY": server.url})
    assert type(error) is NotUnderstood
    assert "the proxy that the variable HTTP_PROXY names" in str(error)
    assert "squid" not in error.sentence
