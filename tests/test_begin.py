"""Nothing is begun that the end of the program would leave at its beginning."""

from __future__ import annotations

import asyncio
import gc

import pytest

from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from tests.support.app import chatting


async def test_no_job_begins_while_the_program_ends(
    places: Places, recwarn: pytest.WarningsRecorder
) -> None:
    begun: list[str] = []

    async def job(name: str) -> None:
        begun.append(name)

    async with chatting(Scripted(["m"]), places) as chat:
        services = chat.screen._services
        services.spawn(job("before"))
        services.run_job(job("held"))
        await chat.until(lambda: begun == ["before", "held"])
    with chat.app._context():  # where a widget is that still handles something
        chat.app.spawn(job("late"))
        services.spawn(job("late"))
        services.run_job(job("late"))
    for _ in range(10):
        await asyncio.sleep(0)
    gc.collect()
    assert begun == ["before", "held"]
    assert not recwarn.list
