"""What was typed before comes back, to nobody but who may see it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmtui.chat.models import Model
from llmtui.chat.pasted import Typed
from llmtui.input_settings import InputSettings
from llmtui.jobs.input_history import Walk
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.settings import Settings
from llmtui.store.history import LONGEST, Entry, History
from tests.support.app import chatting

MODELS = [Model("smollm2")]
TEXTS = st.text(
    st.sampled_from('ab \n\r\u0085\u2028\x1b\ud800"\\é'), min_size=1, max_size=9
)


@settings(max_examples=30)
@given(st.lists(TEXTS, max_size=8))
def test_entries_come_back_whole_and_none_twice_in_a_row(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    history = History(tmp_path_factory.mktemp("state") / "history.jsonl")
    wanted: list[str] = []
    for text in texts:
        assert history.add(Entry(text, "s")) == ""
        if text.strip() and wanted[-1:] != [text]:
            wanted.append(text)
    assert [entry.text for entry in history.load()] == wanted


def test_it_is_bounded_and_the_newest_stay(tmp_path: Path) -> None:
    path = tmp_path / "new" / "history.jsonl"
    history = History(path, most_bytes=2000)
    for number in range(200):
        history.add(Entry(f"entry {number}"))
        assert path.stat().st_size <= 2000
    texts = [entry.text for entry in history.load()]
    assert texts == [f"entry {n}" for n in range(200 - len(texts), 200)]
    assert len(texts) > 20
    assert history.add(Entry("x" * (LONGEST + 1))) == ""
    assert history.load()[-1].text == "entry 199"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_was_torn_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    history = History(path)
    history.add(Entry("one"))
    with path.open("ab") as file:
        file.write(b'{"text":"tw')
    history.add(Entry("three"))
    assert [entry.text for entry in history.load()] == ["one", "three"]


ADD_MANY = """
import sys
from pathlib import Path
from llmtui.store.history import Entry, History

history = History(Path(sys.argv[1]), most_bytes=20_000)
for number in range(int(sys.argv[3])):
    problem = history.add(Entry(f"{sys.argv[2]} {number} " + "." * 200))
    assert not problem, problem
"""


def test_two_programs_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    command = [sys.executable, "-c", ADD_MANY, str(path)]
    writers = [subprocess.Popen([*command, name, "60"]) for name in ("a", "b")]
    assert [writer.wait() for writer in writers] == [0, 0]
    found = [entry.text.split(" ")[:2] for entry in History(path).load()]
    for name in ("a", "b"):
        numbers = [int(number) for who, number in found if who == name]
        assert numbers == sorted(set(numbers))
    assert max(int(number) for _, number in found) == 59


def test_a_program_that_is_killed_leaves_whole_entries(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    command = [sys.executable, "-c", ADD_MANY, str(path), "a", "1000000"]
    with subprocess.Popen(command) as writer:
        while not path.exists() or path.stat().st_size < 10_000:
            assert writer.poll() is None
        writer.kill()
    history = History(path)
    assert history.add(Entry("and on")) == ""
    *before, last = [entry.text for entry in history.load()]
    assert last == "and on"
    assert all(text.startswith("a ") and text.endswith("...") for text in before)


def test_what_is_erased_goes_from_it(tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl")
    for text in ("hunter2-hunter2", "is hunter2-hunter2 safe?", "no", "say no"):
        history.add(Entry(text, "one"))
    history.erase(["hunter2-hunter2", "no"])
    assert [entry.text for entry in history.load()] == ["is  safe?", "say no"]
    history.add(Entry("elsewhere", "two"))
    history.forget({"one"})
    assert history.load() == [Entry("elsewhere", "two")]


@given(st.lists(TEXTS, max_size=5, unique=True), st.integers(0, 8))
def test_every_way_up_has_the_same_way_down(texts: list[str], steps: int) -> None:
    typed = Typed("typed", ((0, 5),))
    walk, shown, seen = Walk(texts), typed, list[Typed]()
    for _ in range(steps):
        if (older := walk.older(shown)) is None:
            break
        seen.append(shown)
        shown = older
    while seen:
        assert walk.newer(shown) == seen[-1]
        shown = seen.pop()
    assert walk.newer(shown) is None
    assert shown == typed


async def test_up_down_and_a_search_bring_it_back(places: Places) -> None:
    async with chatting(Scripted(MODELS), places) as chat:
        for text in ("first\nof two rows", "/think off", "second"):
            await chat.say(text)
            await chat.until(lambda: not chat.screen.prompt.text)
    async with chatting(Scripted(MODELS), places) as chat:
        prompt = chat.screen.prompt
        here = chat.screen.chat
        await chat.until(lambda: here.history.texts(here.session))
        await chat.press(*"new", "up")
        assert prompt.text == "second"
        await chat.press("up", "up")
        assert prompt.text == "first\nof two rows"
        await chat.press("up", "x", "down")
        assert prompt.text == "firstx\nof two rows"
        await chat.press("down", "down", "down")
        assert prompt.text == "new"
        await chat.press("ctrl+z")
        assert prompt.text == "second"
        await chat.press("ctrl+y")
        assert prompt.text == "new"
        await chat.press("ctrl+r")
        await chat.until("what was typed before")
        await chat.press(*"rows fir", "enter")
        await chat.until(lambda: prompt.text == "first\nof two rows")
        await chat.press("ctrl+z")
        assert prompt.text == "new"


async def test_a_private_session_writes_none_and_shows_none(places: Places) -> None:
    async with chatting(Scripted(MODELS), places, private=True) as chat:
        await chat.say("hush")
        await chat.until(lambda: not chat.screen.prompt.text)
        await chat.press("up")
        assert chat.screen.prompt.text == "hush"
        await chat.press("down")
        await chat.say("/private")
        await chat.until_said("kept, as usual")
        await chat.press("up")
        assert chat.screen.prompt.text == ""
        await chat.say("/host http://me:secret@127.0.0.1:9")
        await chat.until(lambda: not chat.screen.prompt.text)
    assert not places.history.exists()


async def test_no_history_is_written_where_none_is_wanted(places: Places) -> None:
    silent = Settings(input=InputSettings(history=False))
    async with chatting(Scripted(MODELS), places, settings=silent) as chat:
        await chat.say("hello")
        await chat.until(lambda: not chat.screen.prompt.text)
        await chat.press("up")
        assert chat.screen.prompt.text == "hello"
    assert not places.history.exists()
