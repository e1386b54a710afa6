"""Passwords and keys: nothing prints them, nothing loses them."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from llmtui.access import Access
from llmtui.configuration import load
from llmtui.host_settings import HostConfig
from llmtui.hosts import Host, HostError, parse_host
from llmtui.jobs.provider_pool import ProviderPool
from llmtui.places import Places, user_places
from llmtui.providers.credentials import find_credentials
from llmtui.providers.scripted import Scripted
from llmtui.settings import Settings, SettingsError
from tests.support.app import chatting
from tests.support.program import run

WRITTEN = "http://me:sec@ret/pw@box:1234"
CONFIG = f"""
host = "{WRITTEN}"
[hosts.gpu]
url = "https://me:sec@gpu.lan/v1"
kind = "openai"
key_env = "GPU_KEY"
"""


def write_config(text: str) -> Path:
    file = user_places().config_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_the_settings_are_shown_without_passwords(more: tuple[str, ...]) -> None:
    write_config(CONFIG.replace("sec@ret/pw", "secret"))
    shown = run("config", "show", *more).out
    assert "…@box:1234" in shown
    assert "•••@gpu.lan/v1" in shown
    assert "GPU_KEY" in shown
    assert "sec" not in shown


def test_a_host_that_cannot_be_read_shows_no_part_of_its_password() -> None:
    with pytest.raises(HostError) as refused:
        parse_host("ftp://me:sec@ret/pw@box")
    for part in ("sec", "ret", "pw"):
        assert part not in str(refused.value)


def test_no_repr_has_a_password() -> None:
    settings = Settings(host=WRITTEN, hosts={"gpu": HostConfig(WRITTEN)})
    host = parse_host("http://me:secret@box")
    credentials = find_credentials(
        host._replace(access=Access(key_env="K")), {"K": "key-secret"}
    )
    for value in (settings, settings.hosts["gpu"], host, credentials):
        assert "sec" not in repr(value)


def test_a_key_in_the_place_of_its_variable_is_not_repeated() -> None:
    file = write_config('[hosts.gpu]\nurl = "http://gpu"\nkey_env = "sk-secret-1"\n')
    with pytest.raises(SettingsError, match="name of the variable") as refused:
        load(user_places(), {})
    assert str(file) in str(refused.value)
    assert "sk-secret" not in str(refused.value)


def test_what_a_session_keeps_of_a_host_finds_its_password_again() -> None:
    settings = Settings(
        host="http://me:secret@box:80",
        hosts={
            "gpu": HostConfig(
                "https://you:word@gpu.lan/v1", "openai", Access("GPU_KEY")
            ),
            "bad": HostConfig("ftp://x"),
        },
    )
    stored = settings.find_host().stored
    assert "secret" not in stored
    assert settings.find_host(stored).userinfo == "me:secret"
    by_url = settings.find_host("openai+https://gpu.lan/v1")
    assert (by_url.userinfo, by_url.access.key_env) == ("you:word", "GPU_KEY")
    assert settings.find_host("http://other").userinfo == ""
    assert settings.find_host("http://he:his@box:80").userinfo == "he:his"


def test_a_host_met_in_this_run_keeps_its_password() -> None:
    opened: list[Host] = []

    def open_provider(host: Host) -> Scripted:
        opened.append(host)
        return Scripted()

    pool = ProviderPool(open_provider)
    first = pool.open(parse_host("http://me:secret@box"))
    assert pool.open(parse_host("http://box")) is first
    assert pool.open(parse_host("http://box:81")) is not first
    assert [host.userinfo for host in opened] == ["me:secret", ""]


async def test_enter_in_the_dialog_for_hosts_loses_nothing(places: Places) -> None:
    at = "http://me:secret@box:1234"
    async with chatting(Scripted(["smollm2"]), places, at=at) as chat:
        monitor, model = chat.screen.chat.monitor, chat.screen.chat.model
        await chat.say("/host")
        await chat.until("http://box:1234")
        await chat.press("enter")
        await chat.pilot.pause()
        assert monitor.host.userinfo == "me:secret"
        assert chat.screen.chat.model == model
        assert "secret" not in chat.text


@pytest.mark.parametrize("kind", ["", "openai+"])
def test_no_verb_prints_a_password(kind: str) -> None:
    for line in (["list"], ["doctor"], ["doctor", "--json"], ["ask", "-m", "m", "hi"]):
        with contextlib.suppress(SystemExit):
            done = run(*line, "--host", f"{kind}http://me:secret@127.0.0.1:9/v1")
            assert "secret" not in done.out + done.err
            assert done.code != 0


def test_the_doctor_says_where_the_key_of_ollama_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", "secret")
    monkeypatch.setenv("LLMTUI_HOST", "http://gpu.invalid")
    found = json.loads(run("doctor", "--json").out)
    (key,) = [one for one in found if one["what"] == "key"]
    assert (key["state"], key["code"]) == ("note", 0)
    assert "OLLAMA_API_KEY is set" in key["advice"]
    assert "secret" not in json.dumps(found)


def test_the_doctor_finds_a_key_that_is_not_set() -> None:
    write_config('host = "gpu"\n[hosts.gpu]\nurl = "http://gpu.invalid"\nkey_env="GPU"')
    (key,) = [
        one for one in json.loads(run("doctor", "--json").out) if one["what"] == "key"
    ]
    assert key["state"] == "bad"
    assert "GPU" in key["words"] + key["advice"]
