"""Commands and their words are completed, each by its kind."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from inspect import isawaitable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.completion import Candidate, Offered, fitting
from llmtui.commands.table import COMMANDS
from llmtui.host_settings import HostConfig
from llmtui.jobs.slash_completion import SlashCompletion
from llmtui.places import Places
from llmtui.settings import Settings
from llmtui.ui.widgets.completion_menu import CompletionMenu
from tests.support import scene
from tests.support.app import chatting

KINDS = {
    "model": ["smollm2:latest", "mistral:latest"],
    "option": ["seed", "stop"],
    "theme": ["nord"],
}


def words(kind: str, about: str) -> Offered:
    """Some words of each kind; what they depend on is one of them."""
    if kind == "file":
        return asyncio.sleep(0, [Candidate("a b.txt", about)])
    return [Candidate(word, about) for word in KINDS.get(kind, [kind])]


def completed(line: str) -> list[str]:
    """What a line may become, best first."""
    source = SlashCompletion(words)
    wanted = source.wanted(line, 0)
    if wanted is None:
        return []
    offered = source.candidates(wanted)

    async def all_of_them() -> Sequence[Candidate]:
        return await offered if isawaitable(offered) else offered

    found = fitting(asyncio.run(all_of_them()), wanted.word)
    return [line[: wanted.start] + c.text + c.end for c in found]


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("/mode", "/model "),
        ("/NEW", "/new"),
        ("/model mis", "/model mistral:latest"),
        ("/load ", "/load smollm2:latest"),
        ("/set par", "/set parameter "),
        ("/set parameter se", "/set parameter seed "),
        ("/set parameter seed ", "/set parameter seed value"),
        ("/set format j", "/set format json"),
        ("/set format sch/a", "/set format sch/a b.txt"),
        ("/show lic", "/show license"),
        ("/theme no", "/theme nord"),
        ("/? /sho", "/? /show "),
        ("/? sho", "/? shortcuts"),
        ("/export ~/a dir/a", "/export ~/a dir/a b.txt"),
        ("/export clip", "/export clipboard "),
        ("/export clipboard f", "/export clipboard format"),
        ("/resume the se", "/resume the se"),
    ],
)
def test_a_line_becomes_whole(line: str, whole: str) -> None:
    assert completed(line)[:1] == ([whole] if whole != line else [])


@pytest.mark.parametrize(
    "line", ["", "text", "//etc", " /new", "/nosuch x", "/new x", "/system Be brief"]
)
def test_there_is_nothing_to_complete(line: str) -> None:
    assert completed(line) == []


def test_a_line_of_its_own_only() -> None:
    assert SlashCompletion(words).wanted("/new", 1) is None


@given(st.sampled_from(COMMANDS), st.text(" /abc", max_size=8))
def test_whatever_is_typed_completing_keeps_what_is_in_front(
    command: object, rest: str
) -> None:
    source = SlashCompletion(words)
    for name in command.slash:  # type: ignore[attr-defined]
        line = f"/{name} {rest}"
        wanted = source.wanted(line, 0)
        assert wanted is not None
        assert line[wanted.start :] == wanted.word


def test_every_kind_of_argument_has_words(places: Places) -> None:
    kinds = set()

    def collect(arguments: Sequence[object]) -> None:
        for argument in arguments:
            kinds.add(argument.kind)  # type: ignore[attr-defined]
            collect(argument.then)  # type: ignore[attr-defined]

    for command in COMMANDS:
        collect(command.takes)
    assert kinds - {"", "command"} <= {
        *("file", "format", "host", "model", "new-model", "option", "session"),
        *("preset", "tag", "theme", "think", "value"),
    }


async def test_arguments_are_completed_from_what_there_is(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.lighthouse(places)
    scene.store(places)
    (tmp_path / "here" / "inside").mkdir(parents=True)
    (tmp_path / "here" / "inside" / "notes.md").write_text("x")
    monkeypatch.chdir(tmp_path / "here")
    settings = Settings(hosts={"box": HostConfig("http://box:1")})
    async with chatting(scene.provider(), places, settings=settings) as chat:
        prompt, menu = chat.screen.prompt, chat.screen.query_one(CompletionMenu)

        async def completes(line: str, shows: str, whole: str) -> None:
            prompt.put("")
            prompt.insert(line)
            await chat.until(lambda: menu.is_open and shows in chat.text)
            await chat.press("tab")
            assert prompt.text == whole

        await completes("/model mis", "7.2B", "/model mistral:latest")
        await completes("/set parameter nu_ct", "tokens", "/set parameter num_ctx ")
        await completes("/set parameter seed ", "another", "/set parameter seed -1")
        keeps = "/set parameter keep_alive "
        await completes("/set parameter kee", "stays in memory", keeps)
        await completes(keeps, "for ever", f"{keeps}-1")
        await completes("/think hi", "think a lot", "/think high")
        await completes("/host b", "http://box:1", "/host box")
        await completes("/theme nor", "nord", "/theme nord")
        await completes("/export ", "folder", "/export clipboard ")
        await completes("/import ins", "folder", "/import inside/")
        await chat.until("notes.md")
        await chat.press("tab")
        assert prompt.text == "/import inside/notes.md"
        await completes("/resume light", "2 h", "/resume The name of the lighthouse")
        await chat.press("enter")
        await chat.until("Tower of Hercules")

        # A name as it is meant is done, a beginning is completed.
        prompt.insert("/model mistral")
        await chat.press("enter")
        await chat.until(lambda: chat.screen.chat.model == "mistral:latest")
        prompt.insert("/model sm")
        await chat.press("enter")
        assert prompt.text == "/model smollm2:latest"
        await chat.press("enter")
        await chat.until(lambda: chat.screen.chat.model == "smollm2:latest")
        # Where nothing can be listed, what may stand there is said.
        prompt.insert("/system Be ")
        await chat.until("/system [TEXT]   edit the system prompt")
        await chat.press("escape")
        assert not menu.is_open
