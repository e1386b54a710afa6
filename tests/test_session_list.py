"""The list of sessions: what it shows, and what is done from it."""

from __future__ import annotations

import json
from datetime import timedelta

from textual.widgets import Input, OptionList

from llmtui.places import Places
from llmtui.providers.scripted import Gate
from llmtui.ui.dialogs.sessions import SessionsDialog
from llmtui.ui.dialogs.trash import TrashDialog
from tests.support.app import Chat, chatting
from tests.support.scene import provider, save


def two(places: Places) -> tuple[str, str]:
    """An older and a newer session."""
    old = save(
        places,
        "The river",
        {"text": "hi"},
        {"text": "yo", "model": "llava:13b"},
        age=timedelta(days=3),
    )
    return old, save(places, "The hill", {"text": "hello"})


def titles(chat: Chat) -> list[str]:
    options = chat.app.screen.query_one(OptionList)
    return [" ".join(str(option.prompt).split()) for option in options.options]


def stored(places: Places, name: str) -> dict[str, object]:
    data: dict[str, object] = json.loads((places.sessions / f"{name}.json").read_text())
    return data


async def opened(chat: Chat) -> None:
    await chat.press("ctrl+o")
    await chat.until(lambda: isinstance(chat.app.screen, SessionsDialog))
    await chat.until(lambda: titles(chat))


async def test_a_row_says_title_model_messages_and_age(places: Places) -> None:
    two(places)
    async with chatting(provider(), places, size=(140, 30)) as chat:
        await opened(chat)
        assert titles(chat)[1] == "The river llava:13b 2 3 days"


async def test_what_is_pinned_is_on_top(places: Places) -> None:
    old, _ = two(places)
    async with chatting(provider(), places) as chat:
        await opened(chat)
        await chat.press("down", "ctrl+p")
        await chat.until(lambda: "The river" in titles(chat)[0])
        assert stored(places, old)["pinned"] is True
        await chat.press("ctrl+p")
        await chat.until(lambda: "The hill" in titles(chat)[0])


async def test_a_list_that_was_scrolled_a_little_is_shown_anew(places: Places) -> None:
    for number in range(12):
        save(places, f"river {number}", {"text": "hi"})
    async with chatting(provider(), places, size=(60, 14)) as chat:
        await opened(chat)
        await chat.press("up")  # the last one
        options = chat.app.screen.query_one(OptionList)
        await chat.until(lambda: options.scroll_y > 0)
        await chat.press("ctrl+p")
        await chat.until(lambda: "▪" in titles(chat)[0])
        assert len(titles(chat)) == 12


async def test_sessions_are_renamed_and_tagged_from_the_list(places: Places) -> None:
    old, _ = two(places)
    async with chatting(provider(), places) as chat:
        await opened(chat)
        await chat.press("down", "ctrl+r", "ctrl+u", *"The sea", "enter")
        await chat.until(lambda: "The sea" in titles(chat)[1])
        await chat.press("ctrl+t", *"#water, Far", "enter")
        await chat.until(lambda: "#water #Far" in titles(chat)[1])
        assert stored(places, old)["tags"] == ["water", "Far"]
        assert stored(places, old)["title_by"] == "user"
        await chat.press(*"tag:far")
        await chat.until(lambda: len(titles(chat)) == 1)
        await chat.press("ctrl+u", *"model:llava -sea")
        await chat.until(lambda: not titles(chat))


async def test_the_trash_is_seen_and_brings_back(places: Places) -> None:
    old, _ = two(places)
    async with chatting(provider(), places) as chat:
        await opened(chat)
        await chat.press("down", "delete")
        await chat.until(lambda: len(titles(chat)) == 1)
        await chat.press("ctrl+b")
        await chat.until(lambda: isinstance(chat.app.screen, TrashDialog))
        await chat.until(lambda: titles(chat) and "The river" in titles(chat)[0])
        await chat.press("enter")
        await chat.until(lambda: isinstance(chat.app.screen, SessionsDialog))
        await chat.until(lambda: len(titles(chat)) == 2)
        assert stored(places, old)["title"] == "The river"


async def test_what_goes_for_good_is_asked_for_twice(places: Places) -> None:
    old, _ = two(places)
    async with chatting(provider(), places) as chat:
        await opened(chat)
        await chat.press("down", "delete")
        await chat.until(lambda: len(titles(chat)) == 1)
        await chat.press("ctrl+b")
        await chat.until(lambda: titles(chat) and "The river" in titles(chat)[0])
        await chat.press("delete")
        await chat.until("delete once more")
        assert (places.trash / f"{old}.json").exists()
        await chat.press("delete")
        await chat.until("nothing is in the trash")
        assert not (places.trash / f"{old}.json").exists()


async def test_a_session_is_exported_from_the_list(places: Places) -> None:
    two(places)
    target = places.sessions.parent / "out.html"
    async with chatting(provider(), places) as chat:
        await opened(chat)
        await chat.press("ctrl+x", "ctrl+u")
        chat.app.screen.query_one(Input).value = str(target)
        await chat.press("enter")
        await chat.until("saved to")
        assert "<html" in target.read_text()
        await chat.press("ctrl+x", "ctrl+u", *"a.doc", "enter")
        await chat.until(".doc is no format")


async def test_replies_that_run_or_ended_unseen_are_marked(places: Places) -> None:
    gate = Gate()
    async with chatting(provider([gate, "done"]), places) as chat:
        await chat.say("the slow one")
        await chat.until(lambda: chat.screen.chat.reply)
        running = chat.screen.chat.session.id
        await chat.press("ctrl+n")
        assert chat.screen.chat.marks.of(running) == "running"
        await opened(chat)
        assert titles(chat)[0].startswith("… ")
        await chat.press("escape")
        gate.open()
        await chat.until_said("is finished")
        await opened(chat)
        assert titles(chat)[0].startswith("● ")
        await chat.press("enter")
        await chat.until("done")
        assert chat.screen.chat.marks.of(running) == ""


async def test_imports_begin_in_the_list_too(places: Places) -> None:
    two(places)
    async with chatting(provider(), places) as chat:
        await opened(chat)
        await chat.press("ctrl+o")
        await chat.until("a file of llmtui, ChatGPT")


async def test_the_filter_becomes_a_search_in_all_messages(places: Places) -> None:
    two(places)
    async with chatting(provider(), places) as chat:
        await opened(chat)
        await chat.press(*"yo", "ctrl+f")
        await chat.until("search all sessions")
        await chat.until(lambda: len(titles(chat)) == 2)
