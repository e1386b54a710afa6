"""What is given before the program is open, or the host has answered."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from llmtui.chat.models import Model
from llmtui.chat.request import ChatRequest
from llmtui.chat.session import Session
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.store.session_store import SessionStore
from tests.support.app import Chat, build, chatting, opening_late, settled
from tests.support.pictures import png
from tests.support.pilot import PATIENCE


async def test_an_early_command_is_carried_out(places: Places) -> None:
    provider = Scripted(["smollm2", "mistral"])
    app = build(provider, places)
    opening = opening_late(app)
    async with app.run_test() as pilot:
        chat = Chat(pilot, app, provider)
        await chat.say("/title from the start")
        assert chat.screen.prompt.text
        opening.set()
        await settled(chat)
        await chat.until(lambda: chat.screen.chat.session.title == "from the start")
        assert chat.screen.prompt.text == ""


async def test_an_early_prompt_is_sent(places: Places) -> None:
    provider = Scripted(["smollm2"])
    app = build(provider, places)
    opening = opening_late(app)
    async with app.run_test() as pilot:
        chat = Chat(pilot, app, provider)
        await chat.say("hello")
        opening.set()
        await chat.until("ok")


async def test_what_is_typed_stays_when_the_first_prompt_is_sent(
    places: Places,
) -> None:
    provider = Scripted(["smollm2"])
    app = build(provider, places, model="smollm2", prompt="/etc/hosts is what?")
    opening = opening_late(app)
    async with app.run_test() as pilot:
        chat = Chat(pilot, app, provider)
        await chat.press(*"next")
        opening.set()
        await chat.until("ok")
        assert chat.screen.prompt.text == "next"
    (request,) = provider.requests
    assert isinstance(request, ChatRequest)
    assert [turn.content for turn in request.turns] == ["/etc/hosts is what?"]


async def test_a_first_prompt_that_cannot_be_sent_is_in_the_input(
    places: Places,
) -> None:
    async with chatting(Scripted(), places, prompt="hello") as chat:
        await chat.until_said("has no models")
        assert chat.screen.prompt.text == "hello"


async def test_keys_and_prompts_wait_for_the_session_that_was_asked_for(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        await chat.say("long ago")
        await chat.until(lambda: chat.screen.chat.reply is None)
        asked_for = chat.screen.chat.session.id
    opening, reading = threading.Event(), threading.Event()
    open_session = SessionStore.open

    def slowly(store: SessionStore, session_id: str) -> Session:
        reading.set()
        opening.wait(PATIENCE)
        return open_session(store, session_id)

    monkeypatch.setattr(SessionStore, "open", slowly)
    provider = Scripted(["smollm2"])
    app = build(provider, places, resume="latest")
    async with app.run_test() as pilot:
        chat = Chat(pilot, app, provider)
        await chat.until(reading.is_set)
        await chat.press(*"more", "enter", *"next")
        opening.set()
        await chat.until(lambda: len(provider.requests) == 1)
        session = chat.screen.chat.session
        assert session.id == asked_for
        assert [m.text for m in session.path()][:3] == ["long ago", "ok", "more"]
        await chat.until(lambda: chat.screen.prompt.text == "next")
    assert len(list(places.sessions.glob("*.json"))) == 1


class Silent(Scripted):
    """A server that says nothing before it is told to."""

    def __init__(self, models: Sequence[str | Model]) -> None:
        super().__init__(models)
        self.speaks = asyncio.Event()

    async def models(self) -> Sequence[Model]:
        await self.speaks.wait()
        return await super().models()


async def test_what_was_written_for_a_silent_host_is_not_sent_to_another(
    places: Places,
) -> None:
    provider = Silent(["smollm2"])
    app = build(provider, places)
    async with app.run_test() as pilot:
        chat = Chat(pilot, app, provider)
        await chat.until(lambda: chat.screen.controls is not None)
        await chat.say("for your ears only")
        await chat.until("waits in line  for your")
        await chat.say("/host http://elsewhere:1")
        await chat.until_said("not sent: it was written for localhost")
        assert chat.screen.prompt.text == "for your ears only"
        provider.speaks.set()
        await chat.until(lambda: not chat.screen.chat.looking)
        await pilot.pause()
        assert provider.requests == []
        await chat.press("enter")
        await chat.until(lambda: len(provider.requests) == 1)


async def test_an_image_waits_until_it_is_known_who_can_look_at_it(
    places: Places, tmp_path: Path
) -> None:
    (tmp_path / "cat.png").write_bytes(png(4, 4))
    provider = Silent([Model("blind", capabilities=frozenset({"completion"}))])
    app = build(provider, places, model="blind")
    async with app.run_test() as pilot:
        chat = Chat(pilot, app, provider)
        await chat.until(lambda: chat.screen.controls is not None)
        chat.screen.run_command("attach", str(tmp_path / "cat.png"))
        await chat.until("cat.png")
        await chat.say("what is it")
        await chat.until_said("it is sent once the host has answered")
        provider.speaks.set()
        await chat.until_said("blind cannot look at images")
        assert chat.screen.prompt.text == "what is it"
    assert provider.requests == []
