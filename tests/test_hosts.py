"""Hosts, beyond the table in the docstring of ``parse_ollama_host``."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.hosts import Host, HostError, parse_host, parse_ollama_host


@pytest.mark.parametrize(
    "value",
    [
        "",
        "box",
        ":1234",
        "http://[::1]:80/x",
        "https://example.com/ollama/",
        "ollama.com",
        "openai+http://box:8000/v1",
        "openai+https://api.example.com/v1/",
        "openai+http://[::80]:80/v1",
        "local",
        "local:/models/a b.gguf",
        "LOCALHOST",
    ],
)
def test_what_is_stored_is_read_back(value: str) -> None:
    host = parse_host(value)
    assert parse_host(host.stored) == host


@given(st.text() | st.from_regex(r"(openai\+)?(https?://)?[a-z@:\[\].0-9/%]*"))
def test_any_text_is_a_host_or_a_sentence(text: str) -> None:
    with suppress(HostError):
        host = parse_host(text)
        assert host.label
        assert isinstance(host.is_loopback, bool)
        assert parse_host(host.stored).url == host.url
        assert not host.url.endswith("/")


@pytest.mark.parametrize(
    "value", ["me:secret@box", "http://me:secret@box/x", "openai+http://me:secret@b/v1"]
)
def test_a_password_is_shown_nowhere(value: str) -> None:
    host = parse_host(value)
    assert host.userinfo == "me:secret"
    for shown in (host.url, host.label, host.stored, repr(host), f"{host}"):
        assert "secret" not in shown


@pytest.mark.parametrize(
    "value",
    [
        "a b",
        "ftp://box",
        "http://[::1",
        "box/?x",
        "openai+box",
        "http://me:secret@a b",
        "ftp://me:secret@box",
        "openai+me:secret@box",
    ],
)
def test_what_is_no_host_is_a_sentence(value: str) -> None:
    with pytest.raises(HostError) as caught:
        parse_host(value)
    assert "host" in str(caught.value) or "server" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_names_and_loopback() -> None:
    named = parse_host("http://10.0.0.1:1")._replace(name="box")
    assert (named.label, named.stored) == ("box", "box")
    for value in ("localhost", "x.localhost", "localhost.", "::ffff:127.0.0.1"):
        assert parse_host(value).is_loopback
    for value in ("example.com", "10.0.0.1", "127.example.com", "::2"):
        assert not parse_host(value).is_loopback
    assert parse_ollama_host("0.0.0.0:1").label == "localhost:1"
    assert parse_host("http://[::1]:5/x").label == "localhost:5/x"
    assert parse_host("local:") == Host("local", "")


def test_weights_are_kept_by_their_whole_path() -> None:
    assert parse_host("local:a.gguf").url == str(Path.cwd() / "a.gguf")
    assert parse_host("local:~/a.gguf").url == str(Path.home() / "a.gguf")


def test_it_is_light() -> None:
    """It is imported before the first frame."""
    code = "import sys, llmtui.hosts; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    loaded = set(out.stdout.split())
    assert "llmtui.hosts" in loaded
    assert not loaded & {"urllib.request", "urllib.parse", "httpx", "ipaddress"}
