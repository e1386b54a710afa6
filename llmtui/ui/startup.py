"""What happens behind the first frame: the core is opened, the host asked."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from llmtui.ui.screens.chat import ChatScreen
from llmtui.ui.start import Start

if TYPE_CHECKING:
    from llmtui.jobs.core import Core
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.prompt_queue import Spawn

HOST_FIRST = 1.0
"""Seconds for which the host's answer goes before what only the first reply needs."""


async def open_chat(
    start: Start,
    screen: ChatScreen,
    spawn: Spawn,
    opened: Callable[[Core], object],
) -> None:
    """Open the core, bring it to the screen, and have its jobs run.

    ``opened`` is told of the core. All that takes long is done in threads.
    """
    try:
        core, chat_of = await asyncio.to_thread(_open, start)
    except OSError as error:
        screen.cannot_start(str(error))
        _settle()
        return
    opened(core)
    looked, events = asyncio.Event(), screen.events

    def changed() -> None:
        looked.set()
        events.host_changed()

    core.monitor.on_change = changed
    chat = chat_of(
        core,
        start.state,
        start.settings,
        events,
        spawn,
        model=start.model,
        private=start.private,
    )
    # First what was asked for: asking the host imports much, in a thread that
    # would compete for the interpreter.
    await screen.attach(chat)
    _run_jobs(core, chat, spawn)
    with suppress(TimeoutError):
        async with asyncio.timeout(HOST_FIRST):
            await looked.wait()
    await asyncio.to_thread(_warm)
    spawn(core.empty_trash(start.settings.trash_days))
    screen.call_after_refresh(_settle)


def _run_jobs(core: Core, chat: CurrentChat, spawn: Spawn) -> None:
    """Begin what goes on for as long as the program runs, and what can wait."""
    spawn(core.monitor.run())
    spawn(core.providers.close_unused())
    spawn(chat.watch.run())
    spawn(asyncio.to_thread(chat.history.load))
    chat.host_switch.prepare()


def _open(start: Start) -> tuple[Core, type[CurrentChat]]:
    """The core, and what puts it to use; raises ``OSError``. Imports much."""
    import llmtui.ui.controls.opening  # noqa: F401  the screen will need it
    from llmtui.jobs.current_chat import CurrentChat

    core = start.open_core()
    core.store.check_writable()
    core.store.recover()
    return core, CurrentChat


def _warm() -> None:
    """Import what the first answer is drawn with, before it comes."""
    from llmtui.ui.widgets.log.warm import warm

    warm()


def _settle() -> None:
    """Keep the garbage collector from walking what never goes away."""
    gc.freeze()
    gc.enable()
