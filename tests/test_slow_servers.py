"""The screen never waits for a server: neither for its models nor for a pull."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager

import pytest

from llmtui.chat.events import PullProgress
from llmtui.chat.models import Model
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.ui.dialogs.model_picker import ModelPicker
from llmtui.ui.dialogs.models import ModelsDialog
from tests.support.app import Chat as Running
from tests.support.app import build, chatting, settled

WORDS = "typedwhileamodelcomes"
SMOOTH = 0.030
"""Seconds that a key may have to wait for what goes on beside it."""


@contextmanager
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The CPU time of each step of the loop: what a key may have to wait for.

    CPU time, since the machine may be busy; without the collector, which has to go
    through all that the other tests left.
    """
    spent: list[float] = []
    run = asyncio.events.Handle._run

    def timed(handle: asyncio.events.Handle) -> None:
        start = time.thread_time()
        run(handle)
        spent.append(time.thread_time() - start)

    gc.disable()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(asyncio.events.Handle, "_run", timed)
            yield spent
    finally:
        gc.enable()


class Pulling(Scripted):
    """Tells of a pull a hundred times as often as servers do, until it is let go."""

    def __init__(self) -> None:
        super().__init__(["smollm2"])
        self.gate = asyncio.Event()

    async def pull(
        self, model: str, *, insecure: bool = False
    ) -> AsyncGenerator[PullProgress, None]:
        done = 0
        while not self.gate.is_set():
            for _ in range(10):
                done += 1000
                digest = f"sha256:{done // 10**6 % 9:012}"
                yield PullProgress("pulling", digest, 10**9, done)
            await asyncio.sleep(0.005)
        self.catalogue.append(Model("new:latest"))


async def typed(chat: Running) -> None:
    """Type without waiting for a program at rest, as a pilot does: it has work."""
    for letter in WORDS:
        chat.app.simulate_key(letter)
        await asyncio.sleep(0.01)
    await chat.until(WORDS)


async def test_typing_is_smooth_while_a_model_comes(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Pulling()
    async with chatting(provider, places) as chat:
        with steps(monkeypatch) as alone:
            await typed(chat)
        await chat.press("ctrl+u")
        await chat.say("/pull new")
        await chat.until("pulling new")
        pull = chat.screen.chat.models.pulls.current
        assert pull is not None
        before = pull.pull.completed
        with steps(monkeypatch) as beside:
            await typed(chat)
        assert pull.pull.completed > before
        provider.gate.set()
        await chat.until_said("new is here")
    assert max(beside) < max(SMOOTH, 2 * max(alone))


class Slow(Scripted):
    """Says which models it has only when it is let to."""

    def __init__(self, models: Sequence[Model]) -> None:
        super().__init__(models)
        self.gate = asyncio.Event()
        self.asked = 0

    async def models(self) -> Sequence[Model]:
        self.asked += 1
        await self.gate.wait()
        return await super().models()


async def test_nothing_waits_for_500_models_of_a_slow_server(places: Places) -> None:
    models = [Model(f"model-{at:03}:7b", 1, "7B", "Q4_0") for at in range(500)]
    provider = Slow(models)
    app = build(provider, places)
    async with app.run_test(size=(100, 30)) as pilot:
        chat = Running(pilot, app, provider)
        await chat.until(lambda: provider.asked)
        await chat.press(*"a prompt")
        await chat.until("a prompt")
        await chat.press("ctrl+l")
        await chat.until("asking the server …")
        await chat.press(*"model-49")
        await chat.until("model-49")
        provider.gate.set()
        await chat.until("10 of 500")
        await settled(chat)
        # From here on what is known is shown, while the server is asked again.
        provider.gate.clear()
        asked = provider.asked
        await chat.press("escape", "ctrl+l")
        await chat.until(lambda: provider.asked > asked)
        await chat.until("500 of 500")
        assert isinstance(chat.app.screen, ModelPicker)
        await chat.press(*"123", "enter")
        await chat.until("Ready. model-123:7b")
        await chat.press(*["backspace"] * 8)
        await chat.say("/models")
        await chat.until("500 of 500")
        assert isinstance(chat.app.screen, ModelsDialog)
        await chat.press("ctrl+s", "ctrl+s", "end", "escape")
        provider.gate.set()
