"""The real local model: llama.cpp in a real child process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import psutil
import pytest

from llmtui.chat.events import Event, Finished, Preparing, Text
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn
from llmtui.hosts import Host
from llmtui.local_settings import LocalSettings
from llmtui.places import Places
from llmtui.providers.errors import BrokenStream, Refused
from llmtui.providers.local.offer import NAME
from llmtui.providers.local.provider import Local
from llmtui.providers.local.weights import SMOLLM2
from tests.support.processes import gone, until

# The first test may have to wait for a download.
pytestmark = [pytest.mark.real_model, pytest.mark.timeout(900)]

STORY = "Tell me a long story about a cat."


@pytest.fixture
async def local(real_places: Places) -> AsyncIterator[Local]:
    provider = Local(Host("local", ""), real_places)
    yield provider
    await provider.aclose()
    assert psutil.Process().children() == []


def ask(prompt: str, **options: Any) -> ChatRequest:
    return ChatRequest(NAME, (Turn("user", prompt),), options=options)


async def collect(stream: AsyncGenerator[Event, None]) -> list[Event]:
    async with aclosing(stream):
        return [event async for event in stream]


def text(events: list[Event]) -> str:
    return "".join(event.delta for event in events if isinstance(event, Text))


def finished(events: list[Event]) -> Finished:
    assert isinstance(events[-1], Finished)
    return events[-1]


async def test_a_conversation(local: Local, real_places: Places) -> None:
    events = await collect(local.chat(ask("Say hello.", temperature=0)))
    assert events[0] == Preparing(f"loading {NAME}")
    assert len([event for event in events if isinstance(event, Text)]) > 3
    assert "ello" in text(events)
    end = finished(events)
    assert (end.done_reason, end.model) == ("stop", NAME)
    assert end.usage.prompt_eval_count > 10
    assert end.usage.eval_count > 3
    assert end.usage.eval_duration > 0
    assert end.usage.load_duration > 0
    turns = (
        Turn("system", "You only speak about numbers."),
        Turn("user", "My favourite number is 7219."),
        Turn("assistant", "Your favourite number is 7219."),
        Turn("user", "Repeat: what is my favourite number?"),
    )
    again = await collect(local.chat(ChatRequest(NAME, turns, {"temperature": 0})))
    assert isinstance(again[0], Text)  # no second load
    assert "7219" in text(again)
    log = (real_places.logs / "local-model.log").read_text()
    assert "7219" not in log


async def test_options_reach_it(local: Local) -> None:
    async def said(prompt: str = STORY, **options: Any) -> str:
        options.setdefault("num_predict", 24)
        return text(await collect(local.chat(ask(prompt, **options))))

    short = finished(await collect(local.chat(ask(STORY, num_predict=5))))
    assert (short.done_reason, short.usage.eval_count) == ("length", 5)
    greedy = await said(temperature=0)
    assert await said(temperature=0, seed=1) == greedy
    assert await said(top_k=1, seed=2) == greedy
    assert await said(top_p=0.0, seed=3) == greedy
    warm = await said(temperature=1.5, seed=1)
    assert await said(temperature=1.5, seed=1) == warm
    assert await said(temperature=1.5, seed=2) != warm
    word = greedy.split()[3]
    assert await said(temperature=0, stop=[word]) == greedy.partition(word)[0]


async def test_the_context_reaches_it(local: Local) -> None:
    long = ask("word " * 400, num_ctx=256)
    with pytest.raises(Refused, match="available context size") as refused:
        await collect(local.chat(long))
    assert "new chat" in refused.value.advice
    full = await collect(local.chat(ask(STORY, num_ctx=256, temperature=1, seed=4)))
    assert finished(full).usage.context_used <= 257
    assert finished(await collect(local.chat(ask("word " * 400, num_predict=1))))


async def test_a_long_talk_loses_its_oldest_messages(local: Local) -> None:
    talk = [Turn("system", "You know the word: owl.")]
    for n in range(20):
        talk += [Turn("user", f"Note {n}: " + "pen " * 20), Turn("assistant", "Noted.")]
    request = ChatRequest(
        NAME, (*talk, Turn("user", "Go on.")), {"num_ctx": 256, "num_predict": 8}
    )
    end = finished(await collect(local.chat(request)))
    assert 100 < end.usage.prompt_eval_count < 200


async def test_the_second_turn_reads_only_what_is_new(local: Local) -> None:
    notes = " ".join(f"Note {n}: the {n}th box holds {n * 7} pens." for n in range(60))
    question = Turn("user", f"{notes} How many pens are in the third box?")
    options = {"temperature": 0, "num_predict": 8}

    async def first_token(*turns: Turn) -> tuple[float, str]:
        request = ChatRequest(NAME, turns, options)
        events = await collect(local.chat(request))
        return finished(events).usage.first_token_duration / 1e9, text(events)

    _, answer = await first_token(question)
    # Another chat in between, as a session's title is made.
    await first_token(Turn("user", "Say hello."))
    second = (question, Turn("assistant", answer), Turn("user", "And in the fourth?"))
    again, _ = await first_token(*second)
    await local.unload(NAME)
    await local.load(NAME)
    anew, _ = await first_token(*second)
    assert again <= anew / 3, (again, anew)


async def test_its_speed_falls_to_its_share_and_no_further(local: Local) -> None:
    """Threads that spin for each other would be forty times as slow, not four."""

    async def rate() -> float:
        events = await collect(local.chat(ask(STORY, num_predict=24, seed=1)))
        found = finished(events).usage.rate
        assert found is not None
        return found

    await rate()
    alone = await rate()
    loop = [sys.executable, "-c", "while True: pass"]
    busy = [
        await asyncio.create_subprocess_exec(*loop) for _ in range(os.cpu_count() or 2)
    ]
    try:
        shared = await rate()
    finally:
        for process in busy:
            process.kill()
            await process.wait()
    assert shared > alone / 12, (shared, alone)


async def test_several_settings_of_the_engine(
    real_places: Places, local: Local
) -> None:
    settings = LocalSettings(
        context=512, threads=1, flash_attention="on", kv_cache="q8_0", gpu_layers=0
    )
    provider = Local(Host("local", ""), real_places, settings)
    assert text(await collect(provider.chat(ask("Say hello.", num_predict=5))))
    (running,) = await provider.running()
    assert (running.name, running.context_length) == (NAME, 512)
    await provider.unload(NAME)
    assert not await provider.running()
    assert psutil.Process().children() == []
    await provider.aclose()


async def test_raw_and_json(local: Local) -> None:
    raw = GenerateRequest(
        NAME, "The sky is", raw=True, options={"num_predict": 5, "temperature": 0}
    )
    assert text(await collect(local.generate(raw))).startswith(" ")
    schema = {
        "type": "object",
        "properties": {"n": {"type": "integer", "maximum": 9, "minimum": 1}},
        "required": ["n"],
    }
    answer = GenerateRequest(NAME, "A number.", format=schema, options={"seed": 1})
    assert '"n"' in text(await collect(local.generate(answer)))


async def test_what_it_says_of_itself(local: Local) -> None:
    (model,) = await local.models()
    assert (model.name, model.size, model.context_length) == (NAME, SMOLLM2.size, 8192)
    details = await local.show(NAME)
    assert "<|im_start|>" in details.template
    assert details.license == "apache-2.0"


async def test_stopping_midway(local: Local) -> None:
    async with aclosing(local.chat(ask(STORY))) as events:
        async for event in events:
            if isinstance(event, Text):
                break
    (child,) = psutil.Process().children()
    again = await collect(local.chat(ask("Say hello.", num_predict=3)))
    # It had stopped writing: the next answer did not wait for the long story.
    assert finished(again).usage.eval_count == 3
    assert [p.pid for p in psutil.Process().children()] == [child.pid]


async def test_a_killed_child_keeps_what_came(local: Local) -> None:
    events = local.chat(ask(STORY))
    while not isinstance(event := await anext(events), Text):
        assert isinstance(event, Preparing)
    (child,) = psutil.Process().children()
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(BrokenStream, match="was killed while it wrote") as broken:
        await collect(events)
    assert "next prompt starts it again" in broken.value.advice
    assert text(await collect(local.chat(ask("Say hello.", num_predict=5))))


PARENT = """
import asyncio, sys
from pathlib import Path
from llmtui.chat.events import Text
from llmtui.chat.request import ChatRequest, Turn
from llmtui.hosts import Host
from llmtui.places import Places
from llmtui.providers.local.provider import Local

async def main():
    folders = [Path(name) for name in sys.argv[1:]]
    local = Local(Host("local", ""), Places(*folders))
    async for event in local.chat(ChatRequest("", (Turn("user", "Tell a story"),))):
        print(type(event).__name__, flush=True)

asyncio.run(main())
"""


async def parent_of_one(places: Places) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT, *map(str, places)),
        stdout=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("at", ["load", "write"])
async def test_no_orphan_of_a_killed_parent(real_places: Places, at: str) -> None:
    parent = await parent_of_one(real_places)
    try:
        assert parent.stdout is not None
        assert await parent.stdout.readline() == b"Preparing\n"
        (child,) = await until(psutil.Process(parent.pid).children)
        if at == "write":
            assert await parent.stdout.readline() == b"Text\n"
        else:
            # The weights are mapped: llama.cpp is at work, the lock taken.
            await until(lambda: SMOLLM2.file in str(child.memory_maps()))
    finally:
        parent.kill()
        await parent.wait()
    await gone(child.pid)


async def test_offline_from_the_second_start_on(
    real_places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "PIP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    provider = Local(Host("local", ""), real_places)
    events = await collect(provider.chat(ask("Say hello.", num_predict=5)))
    assert [e.status for e in events if isinstance(e, Preparing)] == [f"loading {NAME}"]
    assert text(events)
    await provider.aclose()


async def test_a_file_of_ones_own(real_places: Places) -> None:
    path = real_places.models / SMOLLM2.file
    provider = Local(Host("local", str(path)), real_places)
    (model,) = await provider.models()
    request = ChatRequest(model.name, (Turn("user", "Hi"),), {"num_predict": 5})
    assert finished(await collect(provider.chat(request))).model == model.name
    await provider.aclose()
