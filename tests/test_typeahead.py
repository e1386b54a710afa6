"""Keys that come all at once: each finds what the one before it has opened."""

from __future__ import annotations

import asyncio
import threading

import pytest
from textual.events import Key, Paste

from llmtui.chat.summary import Summary
from llmtui.places import Places
from llmtui.providers.scripted import Gate, Scripted
from llmtui.ui.widgets.header import ModelButton
from tests.support.app import Chat, build, chatting, opening_late, settled
from tests.support.pilot import PATIENCE


def at_once(chat: Chat, keys: str) -> None:
    """Send keys as one read of the terminal does: ``\\r`` is enter."""
    names = {"\r": "enter", "\x0c": "ctrl+l", "\x0f": "ctrl+o", "\x1b": "escape"}
    for key in keys:
        character = None if key < " " else key
        chat.app.post_message(Key(names.get(key, key), character))


async def test_what_follows_enter_stays_in_the_input(places: Places) -> None:
    provider = Scripted(["smollm2"], [["one", Gate()]])
    async with chatting(provider, places) as chat:
        at_once(chat, "abc\rdef")
        await chat.until(lambda: chat.screen.prompt.text == "def")
        await chat.until("one")
        (prompt,) = [m for m in chat.screen.chat.session.path() if m.role == "user"]
        assert prompt.text == "abc"


async def test_two_prompts_are_two(places: Places) -> None:
    provider = Scripted(["smollm2"], [["one"], ["two"]])
    async with chatting(provider, places) as chat:
        at_once(chat, "first\rsecond\r")
        await chat.until("two")
        await chat.until(lambda: chat.screen.chat.reply is None)
        path = chat.screen.chat.session.path()
        assert [m.text for m in path] == ["first", "one", "second", "two"]
        assert chat.screen.prompt.text == ""


async def test_the_picker_gets_what_is_typed_after_its_key(places: Places) -> None:
    provider = Scripted(["smollm2", "mistral", "llava"], [["from mistral"]])
    async with chatting(provider, places) as chat:
        at_once(chat, "\x0cmist\rhello\r")
        await chat.until("from mistral")
        assert [r.model.partition(":")[0] for r in provider.requests] == ["mistral"]
        assert chat.screen.query_one(ModelButton).model == "mistral"


async def test_the_list_of_sessions_is_chosen_from_before_it_shows(
    places: Places,
) -> None:
    provider = Scripted(["smollm2"])
    async with chatting(provider, places) as chat:
        for prompt in ("the lighthouse", "the river"):
            await chat.say(prompt)
            await chat.until(lambda: chat.screen.chat.reply is None)
            await chat.press("ctrl+n")
        at_once(chat, "\x0flight\rand more")
        await chat.until(lambda: chat.screen.chat.session.title == "the lighthouse")
        await chat.until(lambda: chat.screen.prompt.text == "and more")


async def test_escape_leaves_the_dialog_and_the_rest_is_typed(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        at_once(chat, "\x0cmist\x1bhello")
        await chat.until(lambda: chat.screen.prompt.text == "hello")


async def test_a_paste_keeps_its_place_among_the_keys(places: Places) -> None:
    provider = Scripted(["smollm2"], [["one", Gate()]])
    async with chatting(provider, places) as chat:
        at_once(chat, "a\r")
        chat.app.post_message(Paste("pasted"))
        at_once(chat, "!")
        await chat.until(lambda: chat.screen.prompt.text == "pasted!")
        await chat.until("one")


@pytest.mark.parametrize("resume", ["", "latest"])
async def test_before_the_program_is_open_prompts_wait_for_it(
    places: Places, resume: str
) -> None:
    provider = Scripted(["smollm2"], [["zero"], ["one"], ["two"]])
    async with chatting(provider, places) as chat:
        await chat.say("before")
        await chat.until("zero")
        await chat.until(lambda: chat.screen.chat.reply is None)
    app = build(provider, places, resume=resume)
    opening = opening_late(app)
    async with app.run_test() as pilot:
        chat = Chat(pilot, app, provider)
        at_once(chat, "first\rsecond\rrest")
        await chat.until(lambda: chat.screen.prompt.text == "first")
        opening.set()
        await settled(chat)
        await chat.until("two")
        assert chat.screen.prompt.text == "rest"
        path = chat.screen.chat.session.path()
    texts = ["first", "one", "second", "two"]
    assert [m.text for m in path] == (["before", "zero"] if resume else []) + texts


async def test_of_many_keys_some_are_seen_before_the_last(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        at_once(chat, "a" * 500)
        seen = set()
        while len(chat.screen.prompt.text) < 500:
            seen.add(len(chat.screen.prompt.text))
            await asyncio.sleep(0)
        assert len(seen) > 5


async def test_text_typed_ahead_is_in_the_draft(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        with chat.app.typeahead.hold():
            at_once(chat, "half a thought")
            await chat.until(lambda: chat.app.typeahead.text == "half a thought")
            chat.app.leave(0)
    async with chatting(Scripted(["smollm2"]), places) as chat:
        await chat.until(lambda: chat.screen.prompt.text == "half a thought")


async def test_what_is_typed_while_it_ends_goes_nowhere(places: Places) -> None:
    provider = Scripted(["smollm2"], [["one"]])
    async with chatting(provider, places) as chat:
        ended = asyncio.Event()
        with chat.app.typeahead.hold():
            at_once(chat, "abc\r")
            await chat.until(lambda: chat.app.typeahead.text == "abc")
            chat.app.call_later(ended.wait)
            chat.app.leave(0)
        for _ in range(50):
            await asyncio.sleep(0)
        assert chat.screen.prompt.text == ""
        ended.set()
    assert not provider.requests
    async with chatting(provider, places) as chat:
        await chat.until(lambda: chat.screen.prompt.text == "abc")


async def test_a_key_that_outlives_the_log_does_not_matter(places: Places) -> None:
    """What was given out before the end is handled while the widgets go."""
    async with chatting(Scripted(["smollm2"]), places) as chat:
        screen, prompt, log = chat.screen, chat.screen.prompt, chat.screen.log_view

        async def log_has_gone() -> None:
            while log in screen.children:  # noqa: ASYNC110
                await asyncio.sleep(0)

        prompt.call_later(log_has_gone)
        prompt.post_message(Key("a", "a"))
        chat.app.leave(0)
    assert chat.app.return_code == 0
    assert not prompt.is_attached


async def test_an_enter_before_the_rows_chooses_once_they_are_there(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        for prompt in ("the lighthouse", "the river"):
            await chat.say(prompt)
            await chat.until(lambda: chat.screen.chat.reply is None)
            await chat.press("ctrl+n")
        core, reading = chat.screen.chat.core, threading.Event()
        summaries = core.summaries

        def slow() -> list[Summary]:
            reading.wait(PATIENCE)
            return list(summaries())

        monkeypatch.setattr(core, "summaries", slow)
        at_once(chat, "\x0flight\rand more")
        await chat.until(lambda: chat.app.typeahead.text == "and more")
        reading.set()
        await chat.until(lambda: chat.screen.chat.session.title == "the lighthouse")
        await chat.until(lambda: chat.screen.prompt.text == "and more")


async def test_a_list_that_never_comes_can_be_left(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        reading = threading.Event()

        def never() -> list[Summary]:
            reading.wait(PATIENCE)
            return []

        monkeypatch.setattr(chat.screen.chat.core, "summaries", never)
        at_once(chat, "\x0flight\rand more")
        await chat.until(lambda: chat.app.typeahead.text == "and more")
        at_once(chat, "\x1b")
        await chat.until(lambda: chat.screen.prompt.text == "and more")
        reading.set()
