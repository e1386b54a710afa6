"""The scripted provider keeps every promise of the protocol."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from llmtui.chat.events import Finished, Text, Thinking
from llmtui.chat.models import Model, NewModel
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn
from llmtui.providers.errors import BrokenStream, ModelMissing, Unreachable
from llmtui.providers.protocol import Describes, Manages, Provider, Pulls, Runs
from llmtui.providers.scripted import Gate, Scripted

CHAT = ChatRequest("m", (Turn("user", "Hi"),))


def test_it_is_what_it_says() -> None:
    scripted = Scripted()
    for protocol in (Provider, Describes, Runs, Pulls, Manages):
        assert isinstance(scripted, protocol)


async def test_scripts_are_played_one_after_another() -> None:
    scripted = Scripted(["m"], [["a", Thinking("t"), "b"], "c"], default=("d",))
    events = [event async for event in scripted.chat(CHAT)]
    assert events[:-1] == [Text("a"), Thinking("t"), Text("b")]
    end = events[-1]
    assert isinstance(end, Finished)
    assert (end.usage.eval_count, end.model) == (3, "m")
    request = GenerateRequest("m", "Hi")
    assert Text("c") in [event async for event in scripted.generate(request)]
    assert Text("d") in [event async for event in scripted.chat(CHAT)]
    assert scripted.requests == [CHAT, request, CHAT]
    assert scripted.calls == [("chat", "m"), ("generate", "m"), ("chat", "m")]
    assert (scripted.active, scripted.closed) == (0, 0)


async def test_gates_errors_and_ends() -> None:
    gate = Gate()
    scripted = Scripted(
        replies=[
            ["a", gate, BrokenStream("cut")],
            [Finished(done_reason="length"), "x"],
        ]
    )
    answer = scripted.chat(CHAT)
    assert await anext(answer) == Text("a")
    rest = asyncio.ensure_future(anext(answer))
    await gate.reached.wait()
    assert scripted.active == 1
    gate.open()
    with pytest.raises(BrokenStream):
        await rest
    assert (scripted.active, scripted.closed) == (0, 0)
    assert [e async for e in scripted.chat(CHAT)] == [Finished(done_reason="length")]


async def test_stopped_answers_are_counted() -> None:
    gate = Gate()
    scripted = Scripted(replies=[["a", "b"], [gate], "a"])
    async with aclosing(scripted.chat(CHAT)) as events:
        await anext(events)
    assert scripted.closed == 1
    task = asyncio.ensure_future(anext(scripted.chat(CHAT)))
    await gate.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (scripted.active, scripted.closed) == (0, 2)


async def test_leaving_at_the_end_is_no_stop() -> None:
    scripted = Scripted(replies=["a"])
    async with aclosing(scripted.chat(CHAT)) as events:
        async for event in events:
            if isinstance(event, Finished):
                break
    assert scripted.closed == 0


async def test_down_and_missing() -> None:
    scripted = Scripted(["m"])
    with pytest.raises(ModelMissing) as caught:
        await anext(scripted.chat(ChatRequest("other", CHAT.turns)))
    assert caught.value.model == "other"
    scripted.down = Unreachable("no")
    with pytest.raises(Unreachable):
        await scripted.version()
    with pytest.raises(Unreachable):
        await anext(scripted.chat(CHAT))
    scripted.down = None
    assert await scripted.version() == "0.0.0"


async def test_models_come_and_go() -> None:
    scripted = Scripted([Model("m:latest", size=5, context_length=99)])
    await scripted.load("M", {"num_ctx": 7})
    assert [(m.name, m.context_length) for m in await scripted.running()] == [
        ("m:latest", 7)
    ]
    await scripted.unload("m")
    assert await scripted.running() == ()
    await scripted.copy("m", "n")
    assert [step.status async for step in scripted.pull("p")][-1] == "success"
    new = NewModel("q", "m", messages=(Turn("user", "Hi"),))
    assert [step.status async for step in scripted.create(new)][-1] == "success"
    assert (await scripted.show("q")).messages == (Turn("user", "Hi"),)
    await scripted.delete("q")
    await scripted.delete("m")
    assert [(m.name, m.size) for m in await scripted.models()] == [
        ("n:latest", 5),
        ("p:latest", 0),
    ]
    assert (await scripted.show("n")).model.context_length == 99
    await scripted.aclose()
    assert scripted.shut
