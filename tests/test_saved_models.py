"""``/save`` makes a model of the conversation, ``/load`` goes on with it."""

from __future__ import annotations

import asyncio

import pytest

from llmtui.chat.message import Message
from llmtui.chat.models import Model, ModelDetails
from llmtui.chat.request import ChatRequest, Turn
from llmtui.jobs.model_conversations import ModelConversations
from llmtui.places import Places
from llmtui.providers.errors import Refused
from llmtui.providers.scripted import Scripted
from tests.support.app import Chat, chatting

SAID = (Turn("user", "Hi"), Turn("assistant", "Hello."))
MINE = Model("mine:latest")


async def said(chat: Chat, text: str) -> None:
    await chat.say(text)
    await chat.until(lambda: chat.screen.chat.reply is None)


def sent(provider: Scripted) -> ChatRequest:
    request = provider.requests[-1]
    assert isinstance(request, ChatRequest)
    return request


async def test_a_conversation_is_saved_and_loaded(places: Places) -> None:
    provider = Scripted(["m"], ["Hello.", "Fine."])
    async with chatting(provider, places) as chat:
        await chat.say("/set parameter temperature 0.5")
        await chat.say('/set system "Be brief."')
        await said(chat, "Hi")
        first = chat.screen.chat.session
        await chat.say("/save mine")
        await chat.until_said("made mine from m: /load mine goes on with this")
        assert (await provider.show("mine")).messages == SAID
        await chat.until(lambda: chat.screen.chat.models.choice.listed("mine"))
        await chat.say("/load mine")
        await chat.until_said("the conversation in mine, held with m")
        session = chat.screen.chat.session
        assert session is not first
        await chat.until("Hello.")
        await said(chat, "How are you?")
        request = sent(provider)
        assert request.model == "m"
        assert request.turns == (
            Turn("system", "Be brief."),
            *SAID,
            Turn("user", "How are you?"),
        )
        assert request.options == {"temperature": 0.5}
        assert len(first.messages) == 2
    assert len(list(places.sessions.glob("*.json"))) == 2


async def test_a_plain_model_is_chosen(places: Places) -> None:
    async with chatting(Scripted(["m", "other"]), places) as chat:
        await chat.say("/load other")
        await chat.until(lambda: chat.screen.chat.model == "other")
        assert not chat.screen.chat.saved


async def test_what_the_server_puts_before_is_not_sent_twice(places: Places) -> None:
    gone = {"mine": ModelDetails(MINE, parent="gone:latest", messages=SAID)}
    provider = Scripted([MINE, "m"], details=gone)
    async with chatting(provider, places) as chat:
        await chat.say("/load mine")
        await chat.until("Hello.")
        await said(chat, "How are you?")
        assert sent(provider).model.startswith("mine")
        assert sent(provider).turns == (Turn("user", "How are you?"),)
        await chat.say("/save more")
        await chat.until_said("made more from mine")
        words = [turn.content for turn in (await provider.show("more")).messages]
        assert words == ["Hi", "Hello.", "How are you?", "ok"]


async def test_the_conversation_of_a_model_comes_only_with_that_model(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, messages_of = asyncio.Event(), ModelConversations.messages_of
    came: list[str] = []

    async def slowly(self: ModelConversations, name: str) -> list[Message]:
        found = await messages_of(self, name)
        if not told.is_set():
            await told.wait()
            came.append(name)
        return found

    monkeypatch.setattr(ModelConversations, "messages_of", slowly)
    details = {MINE.name: ModelDetails(MINE, messages=SAID)}
    provider = Scripted([MINE, "m"], details=details)
    async with chatting(provider, places) as chat:
        await chat.say("/model mine")
        await chat.until(lambda: chat.screen.chat.model == MINE.name)
        await chat.say("/model m")
        await chat.until(lambda: chat.screen.chat.model == "m")
        told.set()
        await chat.until(lambda: came == [MINE.name, "m"])
        await chat.pilot.pause()
        assert not chat.screen.chat.session.messages
        await chat.say("/model mine")
        await chat.until("Hello.")


async def test_a_model_is_not_made_anew_unasked(places: Places) -> None:
    provider = Scripted(["m", MINE])
    async with chatting(provider, places) as chat:
        await said(chat, "Hi")
        chat.screen.run_command("save")
        await chat.until("name of the model")
        await chat.press(*"mine", "enter")
        await chat.until("there is a model mine")
        await chat.press("enter")
        await chat.until(lambda: len(chat.app.screen_stack) == 1)
        assert not [call for call in provider.calls if call[0] == "create"]
        await chat.say("/save mine")
        await chat.until("there is a model mine")
        await chat.press("down", "enter")
        await chat.until_said("made mine from m")


async def test_a_host_that_cannot_says_so(places: Places) -> None:
    async with chatting(Scripted(["m"]), places, chat_only=True) as chat:
        await said(chat, "Hi")
        await chat.say("/save mine")
        await chat.until_said("localhost cannot make models")
        await chat.say("/load m")
        assert chat.screen.chat.model == "m"


async def test_what_the_server_refuses_is_said(places: Places) -> None:
    provider = Scripted(["m"])
    async with chatting(provider, places) as chat:
        await chat.say("/save empty")
        await chat.until_said("not saved: there is nothing to save yet")
        await said(chat, "Hi")
        provider.down = Refused("invalid model name", status=400)
        await chat.say("/save a:b:c")
        await chat.until_said("not saved: invalid model name")


async def test_a_private_session_stays_private(places: Places) -> None:
    held = {"mine": ModelDetails(MINE, parent="m:latest", messages=SAID)}
    provider = Scripted([MINE, "m"], details=held)
    async with chatting(provider, places, private=True) as chat:
        await chat.say("/load mine")
        await chat.until("Hello.")
        assert chat.screen.chat.private
    assert not list(places.sessions.glob("*")) if places.sessions.exists() else True
