"""What one is waiting for before the first token.

Ollama sends not even its headers before it; so the list of loaded models is
asked for once a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import StrEnum

from llmtui.chat.names import canonical
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Provider, Runs

POLL = 1.0
"""Seconds between two questions."""


class Phase(StrEnum):
    """Where a reply is."""

    connecting = "connecting"
    """No connection yet, as far as is known."""
    preparing = "preparing"
    """The provider fetches weights or starts a process."""
    loading = "loading"
    """The server brings the model into memory."""
    waiting = "waiting"
    """Something else is being answered first, or there is no telling."""
    reading = "reading"
    """The model reads the prompt."""
    thinking = "thinking"
    writing = "writing"
    done = "done"


async def watch(
    provider: Provider,
    model: str,
    enter: Callable[[Phase, str], None],
    busy: Callable[[], bool],
    poll: float = POLL,
) -> None:
    """Call ``enter`` with each phase and its detail, until cancelled.

    ``busy`` says whether this program itself asked the same server for
    something before, so that a loaded model is not reading this prompt yet.
    """
    if not isinstance(provider, Runs):
        await asyncio.sleep(poll)
        enter(Phase.waiting, "")
        return
    while True:
        try:
            running = await provider.running()
        except ProviderError:
            pass  # the reply itself will say what is wrong
        else:
            enter(*_phase(model, [m.name for m in running], busy()))
        await asyncio.sleep(poll)


def _phase(model: str, running: list[str], busy: bool) -> tuple[Phase, str]:
    name = canonical(model)
    if name.endswith(("-cloud", ":cloud")):
        return Phase.waiting, ""
    if name not in map(canonical, running):
        return Phase.loading, model
    return (Phase.waiting if busy else Phase.reading), ""
