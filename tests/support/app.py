"""The app with a scripted provider, ready for a pilot."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from llmtui.hosts import Host, parse_host
from llmtui.jobs.core import Core
from llmtui.places import Places
from llmtui.providers.protocol import Provider
from llmtui.providers.scripted import Scripted
from llmtui.settings import Settings
from llmtui.state import State
from llmtui.ui.app import LlmtuiApp
from llmtui.ui.screens.chat import ChatScreen
from llmtui.ui.start import Start
from tests.support.chat_only import ChatOnly
from tests.support.pilot import PATIENCE, frame, until


class Chat:
    """A running app and the hands that drive it."""

    def __init__(self, pilot: Pilot[Any], app: LlmtuiApp, provider: Scripted) -> None:
        self.pilot = pilot
        self.app = app
        self.provider = provider

    @property
    def screen(self) -> ChatScreen:
        return self.app.chat

    @property
    def text(self) -> str:
        """What is on the screen now."""
        return frame(self.app)

    @property
    def said(self) -> str:
        """The notices that were given."""
        return "\n".join(notice.words for notice in self.app.notices.history)

    async def until_said(self, words: str) -> None:
        """Wait for a notice (on the screen it may be cut)."""
        await until(self.pilot, lambda: words in self.said)

    async def until(self, condition: Any) -> None:
        """Wait for a text on the screen, or for a condition."""
        wanted = condition if callable(condition) else (lambda: condition in self.text)
        await until(self.pilot, wanted)

    async def resume(self, session_id: str) -> None:
        """Make a saved session the current one."""
        assert self.screen.controls is not None
        await self.screen.controls.sessions.resume(session_id)
        self.screen.sync()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def say(self, text: str) -> None:
        """Type a prompt, in the place of what is in the input, and send it."""
        self.screen.prompt.clear()
        self.screen.prompt.insert(text)
        await self.pilot.press("enter")


def build(
    provider: Scripted,
    places: Places,
    *,
    settings: Settings | None = None,
    local: Scripted | None = None,
    at: str = "",
    chat_only: bool = False,
    **start: Any,
) -> LlmtuiApp:
    """The app on ``places``, not yet running.

    ``local`` stands in for the built-in model, ``at`` is the host's address, which
    can do nothing but chat if ``chat_only``.
    """
    host = parse_host(at)

    def opened(host: Host) -> Provider:
        if local is not None and host.kind == "local":
            return local
        return ChatOnly(provider) if chat_only else provider

    return LlmtuiApp(
        Start(
            settings=settings or Settings(),
            state=State.load(places.state_file),
            places=places,
            open_core=lambda: Core(places, opened, host),
            host=host,
            **start,
        )
    )


def opening_late(app: LlmtuiApp) -> threading.Event:
    """Have the core of an app opened only when the event is set."""
    opening = threading.Event()
    open_core = app.start.open_core

    def late() -> Core:
        opening.wait(PATIENCE)
        return open_core()

    app.start = app.start._replace(open_core=late)
    return opening


async def settled(chat: Chat) -> None:
    """Wait until the core is open and the host was looked for."""
    await chat.until(lambda: chat.screen.controls)
    await chat.until(lambda: chat.screen.chat.monitor.state != "unknown")
    await chat.pilot.pause()


@asynccontextmanager
async def chatting(
    provider: Scripted,
    places: Places,
    *,
    size: tuple[int, int] = (100, 30),
    **arguments: Any,
) -> AsyncIterator[Chat]:
    """The running app, settled; ``arguments`` are those of ``build``."""
    app = build(provider, places, **arguments)
    async with app.run_test(size=size) as pilot:
        chat = Chat(pilot, app, provider)
        await settled(chat)
        yield chat
