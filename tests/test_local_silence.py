"""Tokens that never become text end a reply, and slow ones do not."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from llmtui.chat.events import Event, Finished, Preparing, Text
from llmtui.chat.outcome import REPEATING
from llmtui.chat.request import ChatRequest, Turn
from llmtui.providers.local import silence
from llmtui.providers.local.engine import Engine
from llmtui.providers.local.model_files import ModelFiles
from llmtui.providers.local.silence import MOST, until_silent
from llmtui.providers.scripted import Gate
from tests.support import fake_child
from tests.support.tiny_gguf import METADATA, gguf

SOON = 0.001


def counts(
    numbers: Iterator[int | None], after: Callable[[], object] = lambda: None
) -> Callable[[], Awaitable[int | None]]:
    """A count of tokens at each look; ``after`` them ``after()`` is called."""

    async def made() -> int | None:
        try:
            return next(numbers)
        except StopIteration:
            after()
            return None

    return made


async def collect(events: AsyncGenerator[Event, None]) -> list[Event]:
    async with aclosing(events):
        return [event async for event in events]


async def written(*steps: str | Gate) -> AsyncGenerator[Event, None]:
    for step in steps:
        if isinstance(step, Gate):
            await step.wait()
        else:
            yield Text(step)
    yield Finished()


async def test_what_comes_is_passed_on() -> None:
    events = until_silent(written("a", "b"), counts(iter(())))
    assert await collect(events) == [Text("a"), Text("b"), Finished()]


async def test_tokens_without_text_end_it() -> None:
    never = Gate()
    events = until_silent(
        written("a", never), counts(iter((10, 10 + MOST - 1, 10 + MOST))), pause=SOON
    )
    assert await collect(events) == [Text("a"), Finished(done_reason=REPEATING)]


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param([5] * 9, id="a slow machine"),
        pytest.param([None] * 9, id="a server that does not tell"),
        pytest.param([900, 3, 3 + MOST - 1], id="another reply before it"),
    ],
)
async def test_silence_alone_does_not_end_it(numbers: list[int | None]) -> None:
    gate = Gate()
    made = counts(iter(numbers), after=gate.open)
    events = until_silent(written("a", gate, "b"), made, pause=SOON)
    assert await collect(events) == [Text("a"), Text("b"), Finished()]


async def test_the_engine_watches_its_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "PAUSE", 0.01)
    weights = tmp_path / "one.gguf"
    weights.write_bytes(gguf(METADATA))
    engine = Engine(
        tmp_path / "log", program=(sys.executable, fake_child.__file__, "silent")
    )
    request = ChatRequest("one", (Turn("user", "hello"),))
    try:
        found = await collect(engine.chat(ModelFiles("one", weights), request))
    finally:
        await engine.aclose()
    came = [event for event in found if not isinstance(event, Preparing)]
    assert isinstance(came[0], Text)
    assert isinstance(came[-1], Finished)
    assert came[-1].done_reason == REPEATING
