"""Titles by the model: never in the way, never over what a user wrote."""

from __future__ import annotations

import json

from llmtui.chat.events import Thinking
from llmtui.chat.model_title import ASK, LONGEST
from llmtui.chat.request import ChatRequest
from llmtui.places import Places
from llmtui.providers.errors import BrokenStream
from llmtui.providers.scripted import Gate, Script, Scripted
from llmtui.settings import Settings
from tests.support.app import Chat, chatting

BY_MODEL = Settings(titles="model", options={"num_ctx": 2048})


async def ended(chat: Chat) -> None:
    await chat.until(lambda: chat.screen.chat.reply is None)


def asked_for_titles(provider: Scripted) -> list[ChatRequest]:
    return [
        request
        for request in provider.requests
        if isinstance(request, ChatRequest) and request.turns[-1].content == ASK
    ]


async def test_a_session_is_named_after_its_first_reply(places: Places) -> None:
    provider = Scripted(["m"], ["Hello.", '"A Greeting"\n', "Fine."])
    async with chatting(provider, places, settings=BY_MODEL) as chat:
        await chat.say("Hi there")
        await chat.until("A Greeting")
        (request,) = asked_for_titles(provider)
        assert request.options == {"num_ctx": 2048, "num_predict": LONGEST}
        await chat.say("And you?")
        await ended(chat)
        await chat.pilot.pause()
        assert len(asked_for_titles(provider)) == 1
        assert len(chat.screen.chat.session.messages) == 4
    (file,) = places.sessions.glob("*.json")
    stored = json.loads(file.read_text())
    assert (stored["title"], stored["title_by"]) == ("A Greeting", "model")


async def test_it_makes_way_for_a_prompt_and_comes_later(places: Places) -> None:
    gate = Gate()
    slow: Script = ["A ", gate]
    provider = Scripted(["m"], ["Hello.", slow, "Fine.", "Two Greetings"])
    async with chatting(provider, places, settings=BY_MODEL) as chat:
        await chat.say("Hi there")
        await chat.until(gate.reached.is_set)
        await chat.say("And you?")
        await chat.until(lambda: provider.closed == 1)
        await chat.until("Fine.")
        await chat.until("Two Greetings")


async def test_a_users_title_stays(places: Places) -> None:
    gate = Gate()
    provider = Scripted(["m"], ["Hello.", ["A Greeting", gate]])
    async with chatting(provider, places, settings=BY_MODEL) as chat:
        await chat.say("Hi there")
        await chat.until(gate.reached.is_set)
        await chat.say("/title Mine")
        gate.open()
        await chat.until(lambda: not chat.screen.chat.core.replies.running)
        assert chat.screen.chat.session.title == "Mine"
        await chat.say("/title")
        await chat.until_said("the title is yours and stays")
        assert len(asked_for_titles(provider)) == 1


async def test_it_is_given_on_request(places: Places) -> None:
    answers: list[Script] = [
        "Hello.",
        "**Title:** A Greeting.",
        [BrokenStream("cut off")],
    ]
    provider = Scripted(["m"], answers)
    async with chatting(provider, places) as chat:
        await chat.say("/title")
        await chat.until_said("there is nothing to name yet")
        await chat.say("Hi there")
        await ended(chat)
        assert asked_for_titles(provider) == []
        await chat.say("/title")
        await chat.until("A Greeting")
        await chat.say("/title")
        await chat.until_said("no title: cut off")
        assert chat.screen.chat.session.title == "A Greeting"


async def test_a_model_that_thinks_is_told_not_to(places: Places) -> None:
    thoughts: Script = [Thinking("Hm."), "Hello."]
    provider = Scripted(["m"], [thoughts, [Thinking("So."), "A Greeting"]])
    async with chatting(provider, places, settings=BY_MODEL) as chat:
        await chat.say("Hi there")
        await chat.until("A Greeting")
        (request,) = asked_for_titles(provider)
        assert request.think is False
        assert request.options["num_predict"] > LONGEST


async def test_leaving_does_not_ask_again(places: Places) -> None:
    gate = Gate()
    provider = Scripted(["m"], ["Hello.", ["A ", gate]])
    async with chatting(provider, places, settings=BY_MODEL) as chat:
        await chat.say("Hi there")
        await chat.until(gate.reached.is_set)
    assert len(asked_for_titles(provider)) == 1
