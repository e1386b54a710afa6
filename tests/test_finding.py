"""Finding what was said: in all sessions, and in the one that is open."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pytest
from textual.widgets import Input, Label, OptionList

from llmtui.chat import matches as matching
from llmtui.chat.matches import Match
from llmtui.chat.message import Message
from llmtui.chat.query import Query
from llmtui.places import Places
from llmtui.ui.dialogs.search import SearchDialog
from llmtui.ui.widgets.find_bar import FindBar
from tests.support.app import Chat, chatting
from tests.support.pilot import PATIENCE
from tests.support.scene import lighthouse, provider, save


def lit(chat: Chat) -> str:
    """What is lit in the log, row by row."""
    log = chat.screen.log_view
    palette = log.window.layout.painter.palette
    styles = {palette["match"].bgcolor, palette["match-now"].bgcolor}
    return " ".join(
        segment.text
        for y in range(log.window.height)
        for segment in log.canvas.strip(y)
        if segment.style and segment.style.bgcolor in styles
    )


def words(chat: Chat) -> str:
    return str(chat.app.screen.query_one("#words", Label).content)


async def test_all_sessions_are_searched_as_one_types(places: Places) -> None:
    lighthouse(places)
    save(places, "Another one", {"text": "no lamp here"})
    async with chatting(provider(), places) as chat:
        await chat.press("f8", *"keel learns")
        await chat.until("a keel learns its name.")
        await chat.until(lambda: "1 in 1 session" in words(chat))
        assert "The name of the lighthouse" in chat.text
        await chat.press("ctrl+u", *"lam")
        await chat.until(lambda: "in 2 sessions" in words(chat))
        await chat.press("ctrl+u", *"zzz")
        await chat.until("nothing found")


async def test_another_width_shows_what_is_found_by_then(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    lighthouse(places)
    save(places, "Another one", {"text": "no lamp here"})
    async with chatting(provider(), places) as chat:
        await chat.press("f8", *"lam")
        await chat.until(lambda: "in 2 sessions" in words(chat))
        later: list[Callable[[], object]] = []
        monkeypatch.setattr(
            chat.app.screen, "call_after_refresh", lambda *x: later.append(partial(*x))
        )
        await chat.pilot.resize_terminal(60, 20)
        await chat.until(lambda: later)
        await chat.press(*"p here")
        await chat.until(lambda: "1 in 1 session" in words(chat))
        for fill in later:
            fill()
        await chat.press("up", "enter")
        await chat.until(lambda: chat.screen.chat.session.title == "Another one")


async def test_enter_opens_the_session_at_the_message(places: Places) -> None:
    turns = [{"text": f"prompt {at} " + "words " * 300} for at in range(30)]
    turns[7]["text"] = "a needle in the hay\n\n" + "more " * 300
    save(places, "The hay", *turns)
    async with chatting(provider(), places) as chat:
        await chat.press("f8", *"needle", "enter")
        await chat.until("a needle in the hay")
        await chat.until(lambda: chat.screen.chat.session.title == "The hay")
        await chat.until(lambda: lit(chat) == "needle")
        assert chat.screen.log_view.has_focus
        assert not isinstance(chat.app.screen, SearchDialog)
        await chat.press("escape")
        await chat.until(lambda: not lit(chat))
        assert chat.screen.prompt.has_focus


async def test_a_hidden_branch_is_found_and_shown(places: Places) -> None:
    name = lighthouse(places)
    hidden = {"text": "an oldmost answer", "model": "mistral", "parent": f"{name}-0"}
    path = places.sessions / f"{name}.json"
    import json

    session = json.loads(path.read_text())
    session["messages"].append(
        {"id": "hidden", "role": "assistant", "created": session["created"], **hidden}
    )
    path.write_text(json.dumps(session))
    async with chatting(provider(), places) as chat:
        await chat.press("f8", *"oldmost")
        await chat.until("an oldmost answer")
        await chat.press("enter")
        await chat.until(lambda: lit(chat) == "oldmost")
        assert chat.screen.chat.session.head == "hidden"


async def test_keys_behind_an_enter_in_the_search_wait_for_it(places: Places) -> None:
    lighthouse(places)
    async with chatting(provider(), places) as chat:
        search = chat.screen.chat.core.search
        gate, find = asyncio.Event(), search.find

        async def slow(line: str, limit: int = 30, *, best_first: bool = False):  # type: ignore[no-untyped-def]
            await gate.wait()
            return await find(line, limit, best_first=best_first)

        search.find = slow  # type: ignore[method-assign]
        await chat.press("f8", *"keel", "enter", "escape")
        gate.set()
        await chat.until(lambda: not isinstance(chat.app.screen, SearchDialog))


async def test_the_making_of_the_index_is_seen(places: Places) -> None:
    lighthouse(places)
    async with chatting(provider(), places) as chat:
        search = chat.screen.chat.core.search
        done = asyncio.Event()

        async def index(progress) -> bool:  # type: ignore[no-untyped-def]
            progress(1200, 10_000)
            await done.wait()
            return True

        search.index = index  # type: ignore[method-assign]
        await chat.press("f8")
        await chat.until("making the index, 1,200 of 10,000 sessions")
        await chat.press(*"keel")
        await chat.until("a keel learns its name.")
        done.set()
        await chat.until(lambda: "in 1 session" in words(chat))


async def test_words_are_found_in_the_open_session(places: Places) -> None:
    async with chatting(provider(), places, resume=lighthouse(places)) as chat:
        await chat.until("Tower of Hercules")
        await chat.press("ctrl+f", *"light")
        bar = chat.screen.query_one(FindBar)
        count = bar.query_one("#count", Label)
        await chat.until(lambda: str(count.content).endswith(" of 6"))
        assert "down next  up previous  ctrl+f in all sessions  esc leave" in chat.text
        await chat.press("enter")
        first = str(count.content)
        await chat.press("up")
        await chat.until(lambda: str(count.content) != first)
        assert "light" in lit(chat)
        await chat.press("escape")
        await chat.until(lambda: not lit(chat))
        assert chat.screen.prompt.has_focus
        assert not bar.display


async def test_of_letters_in_one_turn_only_the_last_is_looked_for(
    places: Places, recwarn: pytest.WarningsRecorder
) -> None:
    async with chatting(provider(), places, resume=lighthouse(places)) as chat:
        await chat.until("Tower of Hercules")
        await chat.press("ctrl+f", "l")
        bar = chat.screen.query_one(FindBar)
        line, count = bar.query_one(Input), bar.query_one("#count", Label)
        for value in ("light", "keel", "keel learns"):
            line.value = value
        await chat.until(lambda: str(count.content) == "1 of 2")
        gc.collect()
    assert not recwarn.list


async def test_what_was_looked_for_in_a_session_is_lit_in_no_other(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, look = threading.Event(), matching.matches

    def slowly(messages: Iterable[Message], query: Query) -> Iterator[Match]:
        looked.wait(PATIENCE)
        return look(messages, query)

    monkeypatch.setattr(matching, "matches", slowly)
    async with chatting(provider(), places, resume=lighthouse(places)) as chat:
        await chat.until("Tower of Hercules")
        await chat.press("ctrl+f", *"light")
        chat.screen.chat.new()
        chat.screen.sync()
        looked.set()
        finding = [one for one in chat.app.workers if one.group == "find"]
        await chat.until(lambda: all(one.is_finished for one in finding))
        assert chat.screen.log_view.canvas.highlights.query is None
        bar = chat.screen.query_one(FindBar)
        assert not str(bar.query_one("#count", Label).content)


async def test_find_unfolds_the_thinking_it_is_in(places: Places) -> None:
    async with chatting(provider(), places, resume=lighthouse(places)) as chat:
        await chat.until("Tower of Hercules")
        await chat.press("ctrl+f", *"etymology")
        await chat.until(lambda: lit(chat) == "etymology")
        await chat.press("ctrl+u", *"keel")
        await chat.until(lambda: lit(chat) == "keel")
        assert "etymology" not in chat.text


async def test_the_log_finds_with_a_slash_and_steps_with_n(places: Places) -> None:
    turns = [{"text": f"number {at}\n" + "\n" * 15} for at in range(9)]
    name = save(places, "Numbers", *turns)
    async with chatting(provider(), places, resume=name) as chat:
        await chat.until("number 8")
        await chat.press("tab", "slash", *"number", "enter")
        log = chat.screen.log_view
        await chat.until(lambda: "number" in lit(chat))
        await chat.press("tab")
        log.focus()
        await chat.press("n")
        before = log.window.top
        await chat.press("N", "N")
        await chat.until(lambda: log.window.top != before)


async def test_find_widens_to_all_sessions(places: Places) -> None:
    async with chatting(provider(), places, resume=lighthouse(places)) as chat:
        await chat.until("Tower of Hercules")
        await chat.press("ctrl+f", *"keel", "ctrl+f")
        await chat.until(lambda: isinstance(chat.app.screen, SearchDialog))
        assert chat.app.screen.query_one(Input).value == "keel"
        await chat.until(lambda: chat.app.screen.query_one(OptionList).option_count)
