"""A current chat without a screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from llmtui.hosts import Host
from llmtui.jobs.chat_listener import ChatListener
from llmtui.jobs.core import Core
from llmtui.jobs.current_chat import CurrentChat
from llmtui.places import Places
from llmtui.providers.protocol import Provider
from llmtui.settings import Settings
from llmtui.state import State
from tests.support.chatting import until


@asynccontextmanager
async def current_chat(
    places: Places,
    opened: Callable[[Host], Provider],
    at: Host,
    *,
    model: str = "",
    **settings: Any,
) -> AsyncIterator[CurrentChat]:
    """One that was started on a host, which has answered."""
    core = Core(places, opened, at)
    jobs: set[asyncio.Task[None]] = set()

    def spawn(job: Coroutine[Any, Any, None]) -> None:
        jobs.add(asyncio.create_task(job))

    chat = CurrentChat(
        core,
        State.load(places.state_file),
        Settings(**({"host": at.stored} | settings)),
        ChatListener(),
        spawn,
        model=model,
    )
    spawn(core.monitor.run())
    await until(lambda: core.monitor.state == "up")
    try:
        yield chat
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await core.aclose()
