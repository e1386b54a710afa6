"""What is set for one host: keys, headers, certificates, proxies; who gets them."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.access import DEFAULT, Access
from llmtui.configuration import load
from llmtui.host_settings import (
    HIDDEN,
    HostConfig,
    as_table,
    notes,
    read,
    with_secrets,
    without_secrets,
)
from llmtui.hosts import Host, HostError, parse_host
from llmtui.places import Places
from llmtui.providers import key_command
from llmtui.providers.errors import ProviderError, SignInNeeded, Unreachable
from llmtui.providers.key_command import key_of
from llmtui.providers.ollama import Ollama
from llmtui.providers.tls import tls_context
from llmtui.settings import SettingsError
from tests.support.chatting import until
from tests.support.loopback import Loopback
from tests.support.server import FakeOllama, Reply

CERTIFICATE = Path(__file__).parent / "support" / "localhost.pem"


def box(url: str = "http://box:8000", **access: Any) -> Host:
    return parse_host(url)._replace(name="box", access=Access(**access))


async def asked(host: Host, environ: Mapping[str, str] = {}) -> httpx.Request:
    """The request that a host gets."""
    seen: list[httpx.Request] = []

    async def body() -> AsyncIterator[bytes]:
        yield b'{"version":"1"}'

    class Answering(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            seen.append(request)
            return httpx.Response(200, content=body())

    provider = Ollama(host, environ=environ, transport=Answering())
    try:
        await provider.version()
    finally:
        await provider.aclose()
    return seen[0]


# -- headers ---


async def test_headers_go_with_every_request() -> None:
    headers = (("X-Team", "blue"), ("X-Token", "$TOKEN"), ("Host", "localhost:11434"))
    request = await asked(box(headers=headers), {"TOKEN": " t-1\n"})
    assert request.headers["x-team"] == "blue"
    assert request.headers["x-token"] == "t-1"
    assert request.headers["host"] == "localhost:11434"
    with pytest.raises(Unreachable, match="the variable TOKEN, which is to hold"):
        await asked(box(headers=headers))


async def test_a_header_may_be_the_authorization() -> None:
    host = box("http://me:pw@box", headers=(("authorization", "Token x"),))
    assert (await asked(host)).headers["authorization"] == "Token x"


async def test_a_servers_words_never_repeat_a_header(server: FakeOllama) -> None:
    server.answers["/api/version"] = Reply(status=400, body='{"error":"no tok-1 here"}')
    host = parse_host(server.url)._replace(access=Access(headers=(("X", "tok-1"),)))
    provider = Ollama(host, environ={})
    with pytest.raises(ProviderError) as refused:
        await provider.version()
    await provider.aclose()
    assert "tok-1" not in refused.value.sentence


# -- a key from a command ---


def script(folder: Path, text: str) -> str:
    """A command that runs a script of this interpreter's."""
    file = folder / "key.py"
    file.write_text(text)
    return f"'{sys.executable}' '{file}'"


async def test_a_command_prints_the_key(tmp_path: Path) -> None:
    command = script(tmp_path, "print('  key-1  '); print('login: me')")
    request = await asked(box(key_command=command))
    assert request.headers["authorization"] == "Bearer key-1"
    request = await asked(box("http://me@box", key_command=command))
    assert request.headers["authorization"] == "Basic bWU6a2V5LTE="


async def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    file = tmp_path / "made"
    assert await key_of(f"echo 'k; touch {file}' $HOME") == f"k; touch {file} $HOME"
    assert not file.exists()
    assert await key_of("sh -c 'echo a-$((1+1))'") == "a-2"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import sys; sys.exit('no agent')", "ended with code 1: no agent"),
        ("print('s3cret'); raise SystemExit(3)", "ended with code 3"),
        ("print()", "printed nothing"),
        ("import time; time.sleep(60)", "was not done in 0.3 seconds"),
    ],
)
async def test_a_command_without_a_key_is_a_sentence(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(Unreachable) as failed:
        await key_of(script(tmp_path, text), patience=0.3 if "60" in text else 20)
    assert words in str(failed.value)
    assert "s3cret" not in failed.value.sentence
    assert "key_command" in failed.value.advice


async def test_a_command_that_is_not_there() -> None:
    with pytest.raises(Unreachable, match="'no-such-command' cannot be started"):
        await key_of("no-such-command --x")


async def test_what_a_command_started_ends_with_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    text = (
        "import os, subprocess, time\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(file)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    task = asyncio.create_task(key_of(script(tmp_path, text)))
    async with asyncio.timeout(20):
        await until(lambda: file.exists() and file.read_text())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: _over(int(file.read_text())))


def _over(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except OSError:
        return True


class Counting(Loopback):
    """Lets in who has the newest key."""

    wanted = "Bearer k1"

    async def handle(self, exchange: Any) -> None:
        if exchange.seen.headers.get("authorization") == self.wanted:
            await exchange.answer(200, b'{"version":"1"}')
        else:
            await exchange.answer(401, b'{"error":"unauthorized"}')


async def test_a_key_that_has_expired_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys of cloud providers live for an hour; the program lives longer."""
    count = tmp_path / "count"
    count.write_text("0")
    command = script(
        tmp_path,
        f"n = int(open({str(count)!r}).read()) + 1\n"
        f"open({str(count)!r}, 'w').write(str(n))\n"
        "print(f'k{n}')",
    )
    async with Counting() as server:
        host = parse_host(server.url)._replace(access=Access(key_command=command))
        provider = Ollama(host, environ={})
        for _ in range(3):
            assert await provider.version() == "1"
        assert count.read_text() == "1", "it is kept in memory"
        server.wanted = "Bearer k2"
        with pytest.raises(SignInNeeded):
            await provider.version()
        assert count.read_text() == "1", "one that is so new is wrong, not old"
        monkeypatch.setattr(key_command, "FRESH", 0)
        assert await provider.version() == "1"
        server.wanted = "nobody"
        with pytest.raises(SignInNeeded, match="wants an account") as refused:
            await provider.version()
        assert count.read_text() == "3", "one more attempt, and no more"
        assert "Run key_command of this host" in refused.value.advice
        await provider.aclose()


async def test_many_who_want_a_key_wait_for_one_command(tmp_path: Path) -> None:
    count = tmp_path / "count"
    text = f"open({str(count)!r}, 'a').write('x'); print('key')"
    keys = key_command.KeyCommand(script(tmp_path, text))
    assert await asyncio.gather(*(keys.key() for _ in range(5))) == ["key"] * 5
    assert count.read_text() == "x"
    assert not keys.expired("key")
    assert keys.expired("an older one"), "somebody else has had it replaced"
    assert not key_command.KeyCommand("").expired("of a variable")


# -- certificates ---


def test_certificates() -> None:
    assert tls_context(DEFAULT).verify_mode is ssl.CERT_REQUIRED
    assert tls_context(Access(verify=False)).verify_mode is ssl.CERT_NONE
    own = tls_context(Access(ca_file=str(CERTIFICATE)))
    assert len(own.get_ca_certs()) == 1, "nobody else's"


def test_a_ca_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"ca_file, cannot be used: No such file"):
        tls_context(Access(ca_file="/nowhere.pem"))
    file = tmp_path / "x.pem"
    file.write_text("hello")
    with pytest.raises(Unreachable, match="no certificate in PEM form"):
        tls_context(Access(ca_file=str(file)))


# -- proxies ---


async def test_a_proxy_of_its_own(server: FakeOllama) -> None:
    server.answers["http://box.example:11434/api/version"] = Reply(
        body='{"version":"7"}'
    )
    host = parse_host("box.example")._replace(access=Access(proxy=server.url))
    provider = Ollama(host, environ={"HTTP_PROXY": "http://127.0.0.1:9"})
    assert await provider.version() == "7"
    await provider.aclose()


@pytest.mark.parametrize("url", ["http://me:pw@127.0.0.1:9", "socks5://127.0.0.1:9"])
async def test_a_proxy_of_its_own_that_is_down(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmtui.providers.proxies.find_spec", lambda name: None)
    provider = Ollama(parse_host("box")._replace(access=Access(proxy=url)), environ={})
    with pytest.raises(Unreachable) as failed:
        await provider.version()
    await provider.aclose()
    assert "the setting proxy names" in str(failed.value)
    assert "pw" not in failed.value.sentence
    assert "NO_PROXY" not in failed.value.sentence


async def test_no_proxy_although_the_environment_has_one(server: FakeOllama) -> None:
    host = parse_host(server.url)._replace(access=Access(proxy="none"))
    provider = Ollama(host, environ={"ALL_PROXY": "http://127.0.0.1:9"})
    assert await provider.version()
    await provider.aclose()


# -- the table ---


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("key_command = 3", 'key_command is text, like key_command = "pass show box"'),
        ('key_command = "a \'b"', "a quote without its other half"),
        ('key_env = "K"\nkey_command = "c"', "are two keys"),
        ('headers = "X: y"', "headers is a table"),
        ('headers = { "X Y" = "s3cret" }', "'X Y' cannot be the name of a header"),
        ('headers = { X = "s3cret\\n" , x = "b" }', "the header x is there twice"),
        ('headers = { X = "s3\\ncret" }', "the value of the header X"),
        ("headers = { X = 3 }", "the value of the header X is text"),
        ('headers = { Content-Length = "3" }', "belongs to llmtui itself"),
        ('verify = "no"', "verify is true or false"),
        ('ca_file = "x"\nverify = false', "at odds"),
        ('proxy = "proxy:3128"', 'like proxy = "http://proxy:3128", or "none"'),
    ],
)
def test_a_wrong_value_is_a_sentence_at_the_start(
    places: Places, line: str, words: str
) -> None:
    places.config.mkdir(parents=True)
    places.config_file.write_text(f'[hosts.box]\nurl = "http://box"\n{line}\n')
    with pytest.raises(SettingsError) as caught:
        load(places, {})
    assert f"{places.config_file}: [hosts.box]: " in str(caught.value)
    assert words in str(caught.value)
    assert "s3" not in str(caught.value)


def test_a_ca_file_that_is_missing_is_told_at_the_start(places: Places) -> None:
    places.config.mkdir(parents=True)
    places.config_file.write_text('[hosts.box]\nurl = "b"\nca_file = "/no/such.pem"')
    (warning,) = load(places, {}).warnings
    assert "[hosts.box]: there is no file /no/such.pem" in warning


secret = st.text("abcXYZ019@:/#%", min_size=3, max_size=9).map("s3c-{}".format)
headers = st.dictionaries(st.sampled_from(["X-A", "X-B", "X-C"]), secret, max_size=3)


@given(secret, headers, secret, st.booleans())
def test_no_secret_is_shown_and_none_is_lost(
    password: str, values: dict[str, str], other: str, named: bool
) -> None:
    table = {
        "url": f"http://me:{password}@box:80" if named else "http://box:80",
        "headers": values,
        "proxy": f"http://me:{other}@proxy:1",
    }
    access = Access(headers=tuple(values.items()), proxy=table["proxy"])  # type: ignore[arg-type]
    config = HostConfig(str(table["url"]), "ollama", access)
    shown = without_secrets(config)
    host = Host("ollama", "http://box:80", "box", f"me:{password}", access)
    for text in (
        *map(repr, (config, access, host)),
        str(as_table(shown)),
        *notes(host),
    ):
        assert "s3c-" not in text
    back = with_secrets(as_table(shown), config)
    assert back == as_table(config)


def test_what_was_never_there_cannot_be_kept() -> None:
    for table in (
        {"url": f"http://{HIDDEN}@box"},
        {"url": "box", "headers": {"X": HIDDEN}},
        {"url": "box", "proxy": f"http://{HIDDEN}@p"},
    ):
        with pytest.raises(HostError, match="must be written out"):
            with_secrets(table, HostConfig("http://box"))


def test_what_is_written_is_read_back() -> None:
    every = {
        "url": "https://box/v1",
        "kind": "openai",
        "key_command": "pass show box",
        "headers": {"X": "y"},
        "verify": False,
        "proxy": "none",
    }
    assert as_table(read(every)) == every
