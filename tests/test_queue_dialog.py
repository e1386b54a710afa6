"""What waits in line can be changed by keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from llmtui.chat.models import Model
from llmtui.places import Places
from llmtui.providers.errors import Unreachable
from llmtui.providers.scripted import Gate, Scripted
from llmtui.ui.dialogs.queue import QueueDialog
from tests.support.app import Chat, build, chatting
from tests.support.pilot import until


@asynccontextmanager
async def with_line(places: Places, gate: Gate) -> AsyncIterator[Chat]:
    """A reply that is written, and three prompts behind it."""
    provider = Scripted(["smollm2"], [["one", gate]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one")
        for text in ("alpha", "beta", "gamma"):
            await chat.say(text)
        await chat.press("f5")
        await chat.until(lambda: isinstance(chat.app.screen, QueueDialog))
        await chat.until("enter edits")
        yield chat


def line(chat: Chat) -> list[str]:
    current = chat.screen.chat
    return [prompt.text for prompt in current.queue.waiting(current.session.id)]


async def test_prompts_are_moved_and_removed_and_brought_back(places: Places) -> None:
    async with with_line(places, Gate()) as chat:
        await chat.press("down", "shift+up")
        await chat.until(lambda: line(chat) == ["beta", "alpha", "gamma"])
        await chat.press("delete")
        await chat.until(lambda: line(chat) == ["alpha", "gamma"])
        await chat.press("ctrl+z")
        await chat.until(lambda: line(chat) == ["beta", "alpha", "gamma"])


async def test_a_waiting_prompt_is_edited(places: Places) -> None:
    gate = Gate()
    async with with_line(places, gate) as chat:
        await chat.press("enter")
        await chat.until("waiting prompt")
        await chat.press("end", *"bet", "ctrl+s")
        await chat.until(lambda: line(chat)[0] == "alphabet")
        await chat.press("escape")
        gate.open()
        await chat.until(lambda: len(chat.provider.requests) == 4)
    texts = [request.turns[-1].content for request in chat.provider.requests]  # type: ignore[union-attr]
    assert texts == ["first", "alphabet", "beta", "gamma"]


async def test_what_was_sent_while_it_was_edited_is_not_lost(places: Places) -> None:
    gate = Gate()
    async with with_line(places, gate) as chat:
        await chat.press("enter")
        await chat.until("waiting prompt")
        await chat.press("end", *"bet")
        gate.open()
        await chat.until(lambda: not line(chat))
        await chat.press("ctrl+s")
        await chat.until(lambda: chat.screen.prompt.text == "alphabet")


class Slow(Scripted):
    """Lets one wait for what it has."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.answers = Gate()

    async def models(self) -> Sequence[Model]:
        await self.answers.wait()
        return await super().models()


async def test_prompts_wait_for_the_host_and_the_box_is_free(places: Places) -> None:
    provider = Slow(["smollm2"], [["one"], ["two"]])
    app = build(provider, places)
    async with app.run_test(size=(100, 30)) as pilot:
        chat = Chat(pilot, app, provider)
        await chat.until(lambda: chat.screen.controls)
        await chat.say("first")
        await chat.say("second")
        await chat.until("waits in line  second")
        assert chat.screen.prompt.text == ""
        provider.answers.open()
        await chat.until("two")
        assert "waits in line" not in chat.text


async def test_prompts_that_no_host_takes_come_back(places: Places) -> None:
    provider = Slow(["smollm2"])
    provider.down = Unreachable("no Ollama server here")
    app = build(provider, places)
    async with app.run_test(size=(100, 30)) as pilot:
        chat = Chat(pilot, app, provider)
        await chat.until(lambda: chat.screen.controls)
        await chat.say("first")
        await chat.say("second")
        await chat.until("waits in line  second")
        provider.answers.open()
        await until(pilot, lambda: chat.screen.prompt.text == "first\n\nsecond")
        await chat.until_said("not sent")
