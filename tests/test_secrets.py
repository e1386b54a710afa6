"""Keys and passwords: whatever happens, nothing that is shown or written has one."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

from llmtui.access import Access
from llmtui.cli.main import main
from llmtui.configuration import load
from llmtui.hosts import Host, parse_host
from llmtui.jobs.core import Core
from llmtui.places import user_places
from llmtui.providers.errors import ProviderError
from llmtui.providers.factory import open_provider
from llmtui.providers.ollama import Ollama
from llmtui.providers.openai import OpenAI
from llmtui.providers.scripted import Scripted
from llmtui.state import State
from llmtui.ui.app import LlmtuiApp
from llmtui.ui.start import Start
from tests.support.app import Chat
from tests.support.server import Reply, ServerThread

SECRETS = ("pass-Wq7", "key-Zx81", "head-Yp39", "envh-Kk02", "prox-Lm55")


@pytest.fixture
def repeating(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerThread]:
    """A proxy and server that repeats in its errors all that it was sent."""
    with ServerThread() as server:
        words = json.dumps({"error": f"bad request by {' '.join(SECRETS)}"})
        for path in ("tags", "version", "ps", "chat", "show", "me"):
            url = f"http://box.example:11434/api/{path}"
            server.fake.answers[url] = Reply(status=400, body=words)
        proxy = server.url.replace("http://", "http://px:prox-Lm55@")
        file = user_places().config_file
        file.parent.mkdir(parents=True)
        file.write_text(
            '[hosts.box]\nurl = "http://me:pass-Wq7@box.example:11434"\n'
            "headers = { X-Own = 'head-Yp39', X-Env = '$BOX_HEAD' }\n"
            f'key_env = "BOX_KEY"\nproxy = "{proxy}"\n'
        )
        monkeypatch.setenv("BOX_KEY", "key-Zx81")
        monkeypatch.setenv("BOX_HEAD", "envh-Kk02")
        monkeypatch.setenv("LLMTUI_HOST", "box")
        yield server


def assert_none(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


def assert_none_written(home: Path) -> None:
    for file in home.rglob("*"):
        if file.is_file() and file.name != "config.toml":
            text = file.read_bytes().decode("utf-8", "replace")
            assert_none(text)


@pytest.mark.parametrize(
    "line",
    [
        ["list"],
        ["hosts"],
        ["hosts", "test", "--json"],
        ["config", "show"],
        ["config", "show", "--json"],
        ["doctor"],
        ["ask", "--save", "-m", "m", "hello"],
        ["ask", "--json", "-m", "m", "hello"],
    ],
)
def test_no_verb_tells_one(
    line: list[str],
    repeating: ServerThread,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        main(line)
    printed = capsys.readouterr()
    assert_none(printed.out + printed.err)
    assert_none_written(tmp_path)
    if line[0] != "config":
        sent = repeating.fake.requests[0].headers
        assert sent["x-own"] == "head-Yp39"
        assert sent["x-env"] == "envh-Kk02"
        assert sent["authorization"] == "Bearer key-Zx81"
        assert sent["proxy-authorization"].startswith("Basic ")


async def test_no_screen_tells_one(repeating: ServerThread, tmp_path: Path) -> None:
    places = user_places()
    settings = load(places, {"LLMTUI_HOST": "box"})
    host = settings.find_host()
    app = LlmtuiApp(
        Start(
            settings=settings,
            state=State.load(places.state_file),
            places=places,
            open_core=lambda: Core(places, open_provider, host),
            host=host,
            model="m",
        )
    )
    async with app.run_test(size=(160, 40)) as pilot:
        chat = Chat(pilot, app, Scripted())
        await chat.until("Bad request by")
        assert_none(chat.text)
        await chat.say("hello")
        await chat.until("failed: bad request by")
        assert_none(chat.text)
        await chat.say("/hosts")
        await chat.until("user •••")
        assert_none(chat.text)
        await chat.press("ctrl+e")
        await chat.until("http://•••@box.example:11434")
        assert_none(chat.text)
        await chat.press("ctrl+t")
        await chat.until(lambda: chat.text.count("bad request by") > 1)
        assert_none(chat.text + chat.said)
        form = chat.app.screen
        form.query_one("#ca_file", Input).value = "/no/such.pem"
        await chat.press("ctrl+s")
        await chat.until(lambda: chat.app.screen is not form)
        assert_none(chat.text + chat.said)
    assert_none_written(tmp_path)
    assert all(secret in places.config_file.read_text() for secret in SECRETS[::2])


secrets = st.text("abXY09@:/%+=\\\"'", min_size=5, max_size=12)


@given(secrets, secrets, st.integers(0, 600), st.sampled_from(["json", "text", "page"]))
def test_no_error_tells_one(key: str, value: str, before: int, how: str) -> None:
    """Whatever it is, wherever it stands in what a server says."""
    key, value = f"k-{key}-k", f"v-{value}-v"
    words = "x" * before + f" {key} {value} {key}"
    body = json.dumps({"error": {"message": words}}) if how == "json" else words
    kind = "text/html" if how == "page" else "application/json"

    async def content() -> AsyncIterator[bytes]:
        yield body.encode()

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400, content=content(), headers={"Content-Type": kind})

    async def ask(host: Host, make: Any) -> None:
        transport = httpx.MockTransport(answer)
        provider = make(host, environ={"K": key}, transport=transport)
        with pytest.raises(ProviderError) as refused:
            await provider.models()
        await provider.aclose()
        for secret in (key, value):
            said = refused.value.sentence
            assert secret not in said
            assert not any(said.endswith(secret[:n] + "…") for n in range(6, 20))

    access = Access("K", headers=(("X", value),))
    host = parse_host("http://box")._replace(access=access)
    asyncio.run(ask(host, Ollama))
    asyncio.run(ask(host._replace(kind="openai"), OpenAI))
