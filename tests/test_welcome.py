"""The empty page: what it offers where nobody can answer, and that it is done."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from llmtui.chat.events import PullProgress
from llmtui.chat.models import Model
from llmtui.hosts import BUILTIN
from llmtui.jobs import local_choices
from llmtui.places import Places
from llmtui.providers.errors import Unreachable
from llmtui.providers.scripted import Gate, Scripted
from llmtui.ui.widgets.offer_list import OfferList
from tests.support.app import Chat, chatting

A = "sha256:aaaaaaaaaaaa"
DISK = Model("qwen3:4b", 2_500_000_000, capabilities=frozenset({"completion"}))


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """8 GB, 4 cores, no Ollama; the extra is there."""
    monkeypatch.setattr(local_choices, "_machine", lambda: (8 * 10**9, 4, ""))
    monkeypatch.setattr("llmtui.providers.local.offer.extra_installed", lambda: True)


def no_server(start: str = "") -> Scripted:
    provider = Scripted()
    provider.down = Unreachable("no Ollama server here", advice="start it", start=start)
    return provider


async def go_to(chat: Chat, what: str) -> None:
    """Mark a row of the page, with keys."""
    await chat.until(what)
    rows = chat.screen.query_one(OfferList)
    for _ in range(rows.option_count):
        if rows.marked is not None and rows.marked.what == what:
            return
        await chat.press("down")
    raise AssertionError(f"nothing offers {what}:\n{chat.text}")


async def test_it_says_what_the_machine_is_and_what_fits(places: Places) -> None:
    local = Scripted(["smollm2:135m"])
    async with chatting(no_server(), places, local=local, size=(80, 24)) as chat:
        await chat.until("8.0 GB of memory, 4 cores")
        assert "fetch qwen2.5:0.5b" in chat.text
        assert "398 MB  quick, for short answers" in chat.text
        assert "the built-in smollm2:135m" in chat.text
        assert "tiny, only for trying it out" in chat.text
        assert "another host" in chat.text
        marked = chat.screen.query_one(OfferList).marked
        assert marked is not None
        assert marked.what == "the built-in smollm2:135m"


async def test_a_model_on_the_disk_is_used_by_enter(places: Places) -> None:
    local = Scripted([DISK, "smollm2:135m"], [["from the disk"]])
    async with chatting(no_server(), places, local=local) as chat:
        await chat.until("use qwen3:4b")
        await chat.press("enter")
        await chat.until("Ready. qwen3:4b runs on this computer.")
        await chat.say("hello")
        await chat.until("from the disk")
    assert local.requests[-1].model == "qwen3:4b"


async def test_a_fetched_model_answers_once_it_is_there(places: Places) -> None:
    gate = Gate()
    pulling = PullProgress("pulling aaaa", A, 523_000_000, 230_000_000)
    local = Scripted(
        ["smollm2:135m"],
        [["from here"]],
        pulls=[[pulling, gate, PullProgress("success")]],
    )
    async with chatting(no_server(), places, local=local) as chat:
        await go_to(chat, "fetch qwen3:0.6b")
        await chat.press("enter")
        await gate.reached.wait()
        await chat.until("pulling qwen3:0.6b  43%")
        await chat.until("is being fetched")
        await chat.press(*"typed meanwhile")
        gate.open()
        await chat.until("Ready. qwen3:0.6b runs on this computer.")
        assert chat.screen.prompt.text == "typed meanwhile"
        await chat.press("enter")
        await chat.until("from here")
        assert chat.screen.chat.monitor.host == BUILTIN
    assert local.requests[-1].model == "qwen3:0.6b"


async def test_where_the_network_is_closed_the_built_in_one_is_still_there(
    places: Places,
) -> None:
    closed = Unreachable("the registry cannot be reached", advice="Is there a network?")
    local = Scripted(["smollm2:135m"], [["hello"]], pulls=[[closed]])
    async with chatting(no_server(), places, local=local) as chat:
        await go_to(chat, "fetch qwen3:0.6b")
        await chat.press("enter")
        await chat.until_said("qwen3:0.6b was not fetched: the registry cannot be")
        await go_to(chat, "the built-in smollm2:135m")
        await chat.press("enter")
        await chat.until("runs on this computer")
        # Better ones are still offered, and nothing is fetched by chance.
        await chat.until("fetch qwen3:0.6b")
        assert chat.screen.query_one(OfferList).marked is None
        await chat.press("enter")
        await go_to(chat, "fetch llama3.2:1b")
    assert local.calls.count(("pull", "qwen3:0.6b")) == 1


async def test_a_server_without_models_fetches_one(places: Places) -> None:
    provider = Scripted()
    async with chatting(provider, places) as chat:
        await go_to(chat, "fetch qwen3:0.6b")
        await chat.press("enter")
        await chat.until("Ready. qwen3:0.6b answers on localhost.")
    assert ("pull", "qwen3:0.6b") in provider.calls


async def test_up_and_down_are_the_inputs_own_once_something_is_typed(
    places: Places,
) -> None:
    async with chatting(no_server(), places, local=Scripted(["smollm2:135m"])) as chat:
        await chat.until("another host")
        rows = chat.screen.query_one(OfferList)
        before = rows.marked
        await chat.press(*"ab", "ctrl+j", *"cd", "up", "x", "down", "y")
        assert chat.screen.prompt.text == "abx\ncdy"
        assert rows.marked == before


async def test_a_row_can_be_clicked(places: Places) -> None:
    local = Scripted([DISK, "smollm2:135m"])
    async with chatting(no_server(), places, local=local) as chat:
        await chat.until("use qwen3:4b")
        await chat.pilot.click(OfferList, offset=(5, 0))
        await chat.until("Ready. qwen3:4b runs on this computer.")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
async def test_ollama_is_started_and_ends_with_the_program(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "ollama"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho serving $1\nexec sleep 600\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    machine = (8 * 10**9, 4, "ollama serve")
    monkeypatch.setattr(local_choices, "_machine", lambda: machine)
    provider = no_server(start="ollama serve")
    async with chatting(provider, places, local=Scripted()) as chat:
        await chat.until("start Ollama")
        await chat.press("enter")
        server = chat.screen.chat.core.ollama
        assert server.running
        await chat.until("Ollama is starting")
        await chat.until(lambda: "serving serve" in server.log.read_text())
        await chat.until_said(str(server.log))
        provider.down = None
        provider.catalogue.append(Model("mistral:latest"))
        await chat.until("Ready. mistral answers")
    assert not server.running


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
async def test_ollama_is_started_again_in_the_middle_of_a_conversation(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "ollama"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    machine = (8 * 10**9, 4, "ollama serve")
    monkeypatch.setattr(local_choices, "_machine", lambda: machine)
    provider = Scripted(["smollm2"], [["one"], ["two"]])
    async with chatting(provider, places, local=Scripted()) as chat:
        await chat.say("first")
        await chat.until("one")
        provider.down = no_server(start="ollama serve").down
        chat.screen.chat.monitor.poke()
        await chat.until(lambda: chat.screen.chat.models.offers.start_command)
        await chat.say("second")
        await chat.until_said("not sent (f10 starts Ollama): no Ollama server here")
        await chat.press("f10")
        await chat.until_said("ollama serve runs until you leave")
        provider.down = None
        await chat.until(lambda: chat.screen.chat.monitor.state == "up")
        await chat.press("enter")
        await chat.until("two")


async def test_an_ollama_that_ends_at_once_is_said(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "ollama"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho no room on the device\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    machine = (8 * 10**9, 4, "ollama serve")
    monkeypatch.setattr(local_choices, "_machine", lambda: machine)
    async with chatting(
        no_server(start="ollama serve"), places, local=Scripted()
    ) as chat:
        await chat.until("start Ollama")
        await chat.press("enter")
        await chat.until_said("Ollama ended: no room on the device")


# -- pulling while one chats -----------------------------------------------------------


async def test_a_reply_without_its_model_gets_it_by_one_key(places: Places) -> None:
    provider = Scripted(["smollm2"], [["one"], ["two"]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one")
        provider.catalogue.clear()
        provider.catalogue.append(Model("other:latest"))
        chat.screen.chat.monitor.poke()
        await chat.until(lambda: chat.screen.chat.models.choice.missing("smollm2"))
        await chat.say("second")
        await chat.until("f9 fetches it")
        await chat.press("tab", "f9")
        await chat.until_said("smollm2 is here: f6 asks again")
        await chat.press("escape", "f6")
        await chat.until("two")
    assert ("pull", "smollm2") in provider.calls


async def test_the_line_of_pulls_is_stopped_and_goes_on_by_keys(places: Places) -> None:
    gate = Gate()
    pulling = PullProgress("pulling aaaa", A, 1000, 400)
    provider = Scripted(["smollm2"], [["one"]], pulls=[[pulling, gate]])
    async with chatting(provider, places, size=(100, 30)) as chat:
        await chat.say("/pull mistral")
        await gate.reached.wait()
        await chat.say("/pull llama3")
        await chat.until("pulling mistral  40%")
        await chat.until("+1 f9")
        await chat.say("hello")
        await chat.until("one")
        await chat.press("ctrl+n")
        await chat.until("pulling mistral  40%")
        await chat.press("f9")
        await chat.until("models being fetched")
        await chat.until("llama3 on localhost  waits in line")
        await chat.until("400 B of 1.0 kB")
        await chat.press("enter")
        await chat.until("mistral on localhost  stopped at 40%")
        await chat.until("llama3 on localhost  done")
        await chat.press("enter")
        await chat.until("mistral on localhost  done")
        await chat.press("delete")
        await chat.until(lambda: len(chat.screen.chat.models.pulls.all) == 1)
        await chat.press("escape")
        await chat.press("ctrl+l")
        await chat.until("3 of 3")
        assert chat.screen.chat.model == "smollm2"


async def test_a_name_that_is_typed_into_the_picker_is_fetched(places: Places) -> None:
    provider = Scripted(["smollm2"], [["from the new one"]])
    async with chatting(provider, places) as chat:
        await chat.press("ctrl+l")
        await chat.until("1 of 1")
        await chat.press(*"qwen3:0.6b")
        await chat.until("enter fetches qwen3:0.6b to localhost")
        await chat.press("enter")
        await chat.until("Ready. qwen3:0.6b answers")
        # A name that begins as another one is offered too, as the last row.
        await chat.press("ctrl+l", *"qwen3")
        await chat.until("1 of 2")
        await chat.until("enter fetches qwen3 to localhost")
        await chat.press("down", "enter")
        await chat.until("Ready. qwen3 answers")
        await chat.press("ctrl+l", *"smollm2")
        await chat.until("1 of 3")
        assert "enter fetches" not in chat.text
    assert ("pull", "qwen3:0.6b") in provider.calls
