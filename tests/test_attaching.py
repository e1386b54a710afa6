"""Attaching in the app: picked, typed, dropped, looked at, taken off, sent."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events

from llmtui.attachments.folder import Walk
from llmtui.chat.attached_groups import amount, grouped
from llmtui.chat.completion import fitting
from llmtui.chat.message import Attachment
from llmtui.chat.models import Model
from llmtui.chat.request import ChatRequest
from llmtui.hosts import parse_host
from llmtui.jobs import named_files as named
from llmtui.jobs.attacher import Attacher, AttachError
from llmtui.jobs.core import Core
from llmtui.jobs.path_completion import PathCompletion
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.ui.dialogs.attachment import AttachmentDialog
from llmtui.ui.widgets.attached_bar import AttachedBar
from tests.support.app import Chat, chatting
from tests.support.pictures import png

SEES = Model("m", capabilities=frozenset({"completion", "vision"}))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user is: some files."""
    folder = tmp_path / "here"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "alpha.py").write_text("a = 1\n")
    (folder / "src" / "beta.py").write_text("b = 2\n")
    (folder / "my notes.txt").write_text("remember \x1b[2J")
    (folder / "cat.png").write_bytes(png(40, 20))
    monkeypatch.chdir(folder)
    return folder


def attachments(chat: Chat) -> tuple[Attachment, ...]:
    """What is attached to the input."""
    return chat.screen.chat.outbox.attached(chat.screen.chat.session)


def names(chat: Chat) -> list[str]:
    return [one.name for one in attachments(chat)]


def last(chat: Chat) -> tuple[str, int]:
    """What was sent last: the words, and how many images."""
    request = chat.provider.requests[-1]
    assert isinstance(request, ChatRequest)
    return request.turns[-1].content, len(request.turns[-1].images)


async def typed(chat: Chat, text: str) -> None:
    spelled = {
        " ": "space",
        "@": "at",
        "/": "slash",
        ".": "full_stop",
        "!": "exclamation_mark",
    }
    await chat.press(*(spelled.get(c, c) for c in text))
    await chat.pilot.pause()


async def attached(chat: Chat, *expected: str) -> None:
    await chat.until(lambda: names(chat) == [*expected])
    await chat.pilot.pause()


async def test_files_are_picked_looked_at_taken_off_and_sent(
    places: Places, here: Path
) -> None:
    async with chatting(Scripted([SEES], ["fine", "fine", "fine"]), places) as chat:
        prompt, bar = chat.screen.prompt, chat.screen.query_one(AttachedBar)
        assert not bar.display

        # Picked by a few of its letters; the name stays in the text.
        await typed(chat, "see @alph")
        await chat.until("src/alpha.py")
        await chat.press("tab")
        await attached(chat, "src/alpha.py")
        await chat.until(lambda: prompt.text == "see src/alpha.py ")
        assert "src/alpha.py 6 B ~5 tokens x" in chat.text

        # By a command, with what goes wrong as a sentence; the text stays.
        chat.screen.run_command("attach", "nowhere.txt")
        await chat.until_said("nowhere.txt cannot be read: No such file")
        chat.screen.run_command("attach", "my notes.txt")
        await attached(chat, "src/alpha.py", "my notes.txt")

        # Dropped on the terminal.
        prompt.post_message(events.Paste(f"'{here / 'cat.png'}' "))
        await attached(chat, "src/alpha.py", "my notes.txt", "cat.png")
        await chat.until(lambda: "cat.png" not in prompt.text)

        # Looked at and taken off by keys.
        await chat.press("shift+tab")
        assert bar.has_focus
        await chat.until("enter open  delete take off  esc leave")
        await chat.press("right", "enter")
        await chat.until(lambda: isinstance(chat.app.screen, AttachmentDialog))
        await chat.until("remember ␛[2J")
        await chat.press("escape", "right", "enter")
        await chat.until("40 x 20 pixels")
        assert "▀" in chat.text
        await chat.press("escape", "left", "delete", "escape")
        await attached(chat, "src/alpha.py", "cat.png")
        assert prompt.has_focus

        # By the mouse.
        await chat.pilot.click(AttachedBar, offset=(4, 0))
        await chat.until(lambda: isinstance(chat.app.screen, AttachmentDialog))
        await chat.press("escape")
        end = chat.text.split("src/alpha.py 6 B ~5 tokens x")[0].rpartition("\n")[2]
        await chat.pilot.click(AttachedBar, offset=(len(end) + 27, 0))
        await attached(chat, "cat.png")

        # What is mentioned at the end is attached first, and seen, and then sent.
        prompt.put("")
        prompt.insert("why? @src/beta.py, @nobody and @src/")
        await chat.press("enter")
        await chat.until_said("what is named is attached: enter sends it")
        await attached(chat, "cat.png", "src/beta.py", "src/alpha.py")
        assert prompt.text == "why? src/beta.py, @nobody and src/"
        assert chat.screen.controls
        chat.screen.controls.attaching.take_off(grouped(attachments(chat))[2])
        prompt.put("why? src/beta.py")
        await chat.press("enter")
        await chat.until("fine")
        assert last(chat) == ("src/beta.py:\n```\nb = 2\n```\n\nwhy? src/beta.py", 1)
        assert names(chat) == []
        assert not bar.display
        assert "+ cat.png, src/beta.py" in chat.text

        # Another version has the same attached, as long as it is not taken off.
        (here / "src" / "beta.py").unlink()
        chat.screen.run_command("retry")
        await chat.until(lambda: len(chat.provider.requests) == 2)
        assert last(chat) == ("src/beta.py:\n```\nb = 2\n```\n\nwhy? src/beta.py", 1)
        await chat.until(lambda: chat.screen.chat.reply is None)
        chat.screen.run_command("amend")
        await attached(chat, "cat.png", "src/beta.py")
        await chat.press("escape")
        await attached(chat)


async def test_commands_folders_and_drafts(places: Places, here: Path) -> None:
    async with chatting(Scripted(["m"], ["fine"]), places) as chat:
        prompt = chat.screen.prompt
        # A command is shown before it is attached, and may be left.
        await typed(chat, "!echo one")
        await chat.press("enter")
        await chat.until("enter attaches it")
        assert "one" in chat.text
        await chat.press("escape")
        assert names(chat) == []
        assert "running" not in chat.text
        await chat.say("!echo two; exit 3")
        await chat.until("exit code 3")
        await chat.press("enter")
        await attached(chat, "$ echo two; exit 3")
        await chat.say("!sleep 60")
        await chat.until("running sleep 60; esc ends it")
        await chat.until("esc stop")
        await chat.press("escape")
        await chat.until_said("ended: sleep 60")
        await chat.until(lambda: "running" not in chat.text)

        # A folder is attached as its files, and so is a pattern; twice is once.
        chat.screen.run_command("attach", "src")
        await attached(chat, "$ echo two; exit 3", "src/alpha.py", "src/beta.py")
        await chat.say("/attach src/*.py")
        await chat.pilot.pause()
        chat.screen.run_command("attach", "cat.png")
        await chat.until(lambda: len(names(chat)) == 4)

        # All of it is part of the draft.
        prompt.insert("look")

        def draft() -> dict[str, Any]:
            paths = [*places.drafts.iterdir()]
            return dict(json.loads(paths[0].read_text())) if paths else {}

        await chat.until(lambda: draft().get("text") == "look")
        assert len(draft()["attachments"]) == 4
    async with chatting(Scripted([SEES], ["fine"]), places) as chat:
        assert chat.screen.prompt.text == "look"
        assert len(names(chat)) == 4
        await chat.press("enter")
        await chat.until("fine")
        words, images = last(chat)
        assert words.startswith("$ echo two; exit 3:\n```\ntwo\n[exit code 3]\n```\n\n")
        assert images == 1


async def test_what_is_private_is_attached_in_memory_alone(
    places: Places, here: Path
) -> None:
    async with chatting(Scripted(["m"], ["fine"]), places, private=True) as chat:
        await chat.say("why? @src/alpha.py")
        await attached(chat, "src/alpha.py")
        await chat.press("enter")
        await chat.until("fine")
        assert last(chat)[0].startswith("src/alpha.py:\n```\na = 1\n```")
    data = places.data
    assert not data.exists() or [p for p in data.rglob("*") if p.is_file()] == []


async def test_what_was_named_in_a_session_is_attached_in_no_other(
    places: Places, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, named_files = asyncio.Event(), named.named_files

    async def slowly(text: str) -> list[named.Named]:
        found = await named_files(text)
        await looked.wait()
        return found

    monkeypatch.setattr(named, "named_files", slowly)
    async with chatting(Scripted(["smollm2"], [["hi"]]), places) as chat:
        await chat.say("hello")
        await chat.until("hi")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.say("see @src/alpha.py now")
        await chat.press("ctrl+n")
        await chat.press(*"other")
        looked.set()
        await chat.until_said("not attached: another session is open now")
        assert not attachments(chat)
        assert chat.screen.prompt.text == "other"
        assert len(chat.provider.requests) == 1


async def test_an_image_is_not_sent_to_a_model_that_cannot_see(
    places: Places, here: Path
) -> None:
    blind = Model("m", capabilities=frozenset({"completion"}))
    async with chatting(Scripted([blind], ["fine"]), places) as chat:
        await chat.say("look @cat.png")
        await attached(chat, "cat.png")
        await chat.press("enter")
        await chat.until_said("cannot look at images")
        assert chat.provider.requests == []
        assert chat.screen.prompt.text == "look cat.png"
        assert names(chat) == ["cat.png"]


async def test_what_is_mentioned_and_cannot_be_attached_is_said_once(
    places: Places, here: Path
) -> None:
    os.mkfifo(here / "fifo")
    async with chatting(Scripted(["m"], ["fine"]), places) as chat:
        prompt = chat.screen.prompt
        # What is folded was pasted: it names nothing.
        prompt.post_message(events.Paste("@src/alpha.py\n" * 3000))
        await chat.until("pasted")
        prompt.insert(" what is @fifo")
        await chat.press("enter")
        await chat.until_said("fifo is a pipe, not a file")
        assert (names(chat), chat.provider.requests) == ([], [])
        await chat.press("enter")
        await chat.until("fine")
        assert last(chat)[0].endswith("@src/alpha.py\n what is @fifo")


async def test_paths_that_are_typed_are_attached_or_said_to_be_missing(
    places: Places, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(here))
    shot = tmp_path / "my shot.png"
    shot.write_bytes(png(4, 4))
    async with chatting(Scripted([SEES], ["fine"] * 5), places) as chat:
        prompt = chat.screen.prompt
        escaped = str(shot).replace(" ", "\\ ")
        for said, left, name in (
            (f"{here}/cat.png what is it", "cat.png what is it", "cat.png"),
            ("~/cat.png, what is it", "cat.png, what is it", "cat.png"),
            (f"{escaped} what is it", "my shot.png what is it", shot.name),
            (f"'{shot}' what is it", "my shot.png what is it", shot.name),
            (f"what is in {here}/cat.png?", "what is in cat.png?", "cat.png"),
            (f"@{here}/cat.png is", "cat.png is", "cat.png"),
            ("what is in @src/alpha.py?", "what is in src/alpha.py?", "src/alpha.py"),
            ("what is in @src/al*.py?", "what is in src/al*.py?", "src/alpha.py"),
            (f"{here}/src is", "src is", "src/alpha.py"),
        ):
            await chat.say(said)
            await chat.until(lambda left=left: prompt.text == left)
            assert names(chat)[0] == name
            for group in grouped(attachments(chat)):
                assert chat.screen.controls
                chat.screen.controls.attaching.take_off(group)
            prompt.put("")
        chat.screen.run_command("attach", escaped)
        await attached(chat, shot.name)

        for said, sentence in (
            (f"{here}/none.png what is it", f"there is no file {here}/none.png"),
            ("/sesions", "there is no command /sesions: did you mean /sessions?"),
            ("/tmp\t/x", "there is no command"),
        ):
            prompt.put(said)
            for _ in range(2):
                chat.app.notices.history.clear()
                await chat.press("enter")
                await chat.until_said(sentence)
                assert prompt.text == said
        assert chat.provider.requests == []

        # What is no hindrance twice is one again in the next prompt.
        refusal = "there is no file none.png. Enter sends the text without it"
        for times in (1, 2):
            prompt.put("describe @none.png, please")
            chat.app.notices.history.clear()
            await chat.press("enter")
            await chat.until_said(refusal)
            assert prompt.text == "describe @none.png, please"
            assert len(chat.provider.requests) == times - 1
            await chat.press("enter")
            await chat.until(lambda n=times: len(chat.provider.requests) == n)
            await chat.until(lambda: chat.screen.chat.reply is None)

        await chat.say('@app.route("/a.png") of @user and me@x.png, @types/node')
        await chat.until(lambda: len(chat.provider.requests) == 3)


async def test_chips_fit_where_there_is_little_room(places: Places) -> None:
    evil = [Attachment(str(n), f"x\x1b[2J{n}\u202e.py", "", 9000) for n in range(5)]
    async with chatting(Scripted(["m"]), places, size=(24, 8)) as chat:
        chat.screen.chat.outbox.attach(chat.screen.chat.session, evil)
        chat.screen.sync()
        bar = chat.screen.query_one(AttachedBar)
        await chat.until("x␛[2J0.py 9.0 k…  +4")
        bar.focus()
        for _ in range(4):
            await chat.press("right")
        await chat.until("x␛[2J4.py 9.0 kB ~")
        assert "\x1b" not in chat.text


# -- below the screen ------------------------------------------------------------


def large_tree(folder: Path, files: int) -> None:
    for number in range(files // 50):
        below = folder / f"package{number % 20}" / f"module{number}"
        below.mkdir(parents=True)
        for name in range(50):
            (below / f"some_file_{name}.py").touch()
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("*.pyc\nbuild/\n__pycache__/\n/dist\n" * 10)


async def test_ten_thousand_files_are_offered_at_once_and_hold_no_key(
    tmp_path: Path,
) -> None:
    large_tree(tmp_path, 10_000)
    more_found = asyncio.Event()
    source = PathCompletion(tmp_path, more=more_found.set)
    await source.prepare()  # as the screen does, when it is at rest
    wanted = source.wanted("see @", 0)
    assert wanted is not None
    gaps: list[float] = []

    async def keys() -> None:
        """Whoever types is heard every few milliseconds."""
        before = time.thread_time()
        while True:
            await asyncio.sleep(0.002)
            gaps.append(time.thread_time() - before)
            before = time.thread_time()

    typing = asyncio.create_task(keys())
    begun, worked_before = time.monotonic(), time.process_time()
    found = await source.candidates(wanted)
    worked = time.process_time() - worked_before
    waited = time.monotonic() - begun
    assert found
    while not fitting(found, "some") or len(found) < 10_001:
        await more_found.wait()
        more_found.clear()
    assert len(found) == 10_001
    for word in ("s", "pf9", "m1f4.py", "package1/module"):
        begun_key = time.thread_time()
        assert fitting(found, word)
        # Of the processor's time: others may be running here.
        assert time.thread_time() - begun_key < 0.03
    typing.cancel()
    # The first are there within 100 ms, unless others have the processor.
    assert worked < 0.1
    assert waited < 0.5
    assert max(gaps) < 0.03


@pytest.mark.parametrize("first", [1, 300])
async def test_what_was_found_is_offered_while_the_rest_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    """A few after a moment, many at once."""
    go_on = threading.Event()

    def slow(walk: Walk) -> Iterator[str]:
        yield from map(str, range(first))
        go_on.wait()
        yield "the last one"

    monkeypatch.setattr(Walk, "files", slow)
    more_found = asyncio.Event()
    source = PathCompletion(tmp_path, more=more_found.set)
    wanted = source.wanted("@", 0)
    assert wanted is not None
    try:
        found = await source.candidates(wanted)
        assert len(found) == first
    finally:
        go_on.set()
    while len(found) == first:
        await more_found.wait()
        more_found.clear()
    assert found[-1].text == 'the last one"'


async def test_what_takes_long_can_be_left(places: Places, tmp_path: Path) -> None:
    large_tree(tmp_path, 1000)
    attacher = Attacher(Core(places, lambda host: Scripted(["m"]), parse_host("")))
    told: list[str] = []

    def tell(sentence: str) -> None:
        told.append(sentence)
        attacher.leave()

    with pytest.raises(AttachError, match="was left, and is not attached"):
        await attacher.attach("s", str(tmp_path), tell)
    assert "256 files with" in told[0]
    assert not attacher.leave()
    with pytest.raises(AttachError, match=r"nowhere\.png cannot be read"):
        await attacher.attach("s", "nowhere.png", told.append)


@pytest.mark.parametrize("command", ["a\0b", "\ud800", "y " * 2_000_000])
async def test_what_cannot_be_a_command_is_not_run(
    places: Places, command: str
) -> None:
    attacher = Attacher(Core(places, lambda host: Scripted(["m"]), parse_host("")))
    with pytest.raises(AttachError, match="not run: "):
        await attacher.run(command)


async def test_the_image_in_the_clipboard(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attacher = Attacher(Core(places, lambda host: Scripted(["m"]), parse_host("")))
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(AttachError, match="no desktop here"):
        await attacher.attach("s", "clipboard", print)
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AttachError, match="xclip is needed"):
        await attacher.attach("s", "clipboard", print)
    (tmp_path / "image").write_bytes(png(3, 2))
    tool = tmp_path / "xclip"
    tool.write_text(
        f"#!/bin/sh\nwhile read -r x; do :; done\n/bin/cat {tmp_path}/image"
    )
    tool.chmod(0o700)
    [image], _ = await attacher.attach("s", "clipboard", print)
    assert (image.name, image.type, image.size) == (
        "clipboard.png",
        "image/png",
        len(png(3, 2)),
    )


def test_many_of_one_folder_are_one_chip() -> None:
    many = [Attachment(str(n), f"src/{n}.py", "text/plain", 400) for n in range(20)]
    other = Attachment("x", "a.txt", "text/plain", 1000)
    groups = grouped([other, *many])
    assert [g.name for g in groups] == ["a.txt", "src/ 20 files"]
    assert groups[1].words == amount(many) == "8.0 kB ~2.1k tokens"
    assert len(grouped(many[:3])) == 3


@pytest.mark.parametrize("before", ["me@x.org", "a @b c", "", "@"])
def test_what_is_no_beginning_of_a_path_is_not_completed(before: str) -> None:
    wanted: Any = PathCompletion().wanted(before, 0)
    assert (wanted is None) is (before != "@")


async def test_a_click_on_a_chip_that_has_gone_meanwhile_is_none(
    places: Places, here: Path
) -> None:
    async with chatting(Scripted([SEES]), places) as chat:
        bar = chat.screen.query_one(AttachedBar)
        await typed(chat, "see @src/alpha.py ")
        await attached(chat, "src/alpha.py")
        click = events.Click(bar, 3, 0, 0, 0, 1, False, False, False)
        bar.show((), "")
        bar.post_message(click)
        await chat.pilot.pause()
        assert chat.app.screen is chat.screen
