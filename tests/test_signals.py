"""Signals are heard, whatever else there is to hear."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

import pytest

from llmtui.ui.signals import keys_of_others, mind_signals


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_a_signal_is_heard_behind_thousands_of_events(
    sent: signal.Signals,
) -> None:
    heard: list[int] = []
    came = asyncio.Event()

    def act(code: int) -> None:
        heard.append(code)
        came.set()

    loop = asyncio.get_running_loop()
    mind_signals(act)

    def type_much() -> None:
        for _ in range(5000):
            loop.call_soon_threadsafe(lambda: None)

    typing = threading.Thread(target=type_much)
    typing.start()
    typing.join()  # the loop is busy meanwhile
    os.kill(os.getpid(), sent)
    async with asyncio.timeout(10):
        await came.wait()
    assert set(heard) == {128 + sent}


async def test_keys_of_a_lent_terminal_are_not_heard_afterwards() -> None:
    heard: list[int] = []
    mind_signals(heard.append)
    with keys_of_others():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGQUIT)
    await asyncio.sleep(0)
    assert heard == []
