"""What one is waiting for before the first token.

Ollama sends not even its headers before it; so the list of loaded models is
asked for once a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum

from llmtui.chat.models import Model, RunningModel, in_memory
from llmtui.chat.names import canonical, is_cloud
from llmtui.providers.errors import ProviderError, Unreachable
from llmtui.providers.protocol import Provider, Runs

POLL = 1.0
"""Seconds between two questions."""
SILENT = "the server is not answering"
"""The detail of waiting for a server that does not even tell what is in memory."""


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
    """The model reads the prompt: it was loaded for it, and nothing is before it."""
    thinking = "thinking"
    writing = "writing"
    done = "done"


class LoadWatch:
    """Follows what a server has in memory, until the first token and the window.

    The window, the tokens that the server keeps of a conversation, is told once
    the model is loaded.
    """

    def __init__(
        self,
        provider: Provider,
        model: str,
        digest: str,
        enter: Callable[[Phase, str], None],
        busy: Callable[[], bool],
        poll: float = POLL,
    ) -> None:
        """``digest`` is the model's, "" if that is not known. ``enter`` is called
        with each phase and its detail. ``busy`` says whether this program itself
        asked the same server for something before."""
        self._provider = provider
        self._model = model
        self._digest = digest
        self._enter = enter
        self._busy = busy
        self._poll = poll
        self._begun = asyncio.Event()
        self._saw_loading = False
        self._details: Model | None = None
        self.window = 0
        """Tokens, 0 until it is known."""

    def begun(self) -> None:
        """The first token has come: no phase is of interest any more."""
        self._begun.set()

    async def run(self) -> None:
        """Follow; ends by itself, or is cancelled. Raises nothing."""
        if not isinstance(self._provider, Runs):
            await self._pause()
            self._enter(Phase.waiting, "")
            return
        while True:
            last = self._begun.is_set()
            try:
                self._enter(*await self._judge(self._provider))
            except Unreachable:
                self._enter(Phase.waiting, SILENT)
            except ProviderError:
                pass  # the reply itself will say what is wrong
            if last:
                return
            await self._pause()
            if self._begun.is_set() and self.window:
                return

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await self._begun.wait()

    async def _judge(self, provider: Runs) -> tuple[Phase, str]:
        """What is known of it now; raises ``ProviderError``."""
        if is_cloud(self._model):
            return Phase.waiting, ""
        running = await provider.running()
        if found := in_memory(self._model, self._digest, running):
            self.window = found.context_length
            # One that was loaded before may have another program's prompt first.
            reads = self._saw_loading and not self._busy()
            return (Phase.reading if reads else Phase.waiting), ""
        if running and await self._may_be_among(running):
            return Phase.waiting, ""
        self._saw_loading = True
        return Phase.loading, self._model

    async def _may_be_among(self, running: Sequence[RunningModel]) -> bool:
        """Whether it may be there under another name: two names can share weights."""
        if self._details is None:
            name = canonical(self._model)
            models = await self._provider.models()
            known = (m for m in models if canonical(m.name) == name)
            self._details = next(known, Model(self._model))
            self._digest = self._digest or self._details.digest
        if in_memory(self._model, self._digest, running):
            return True
        mine = _weights(self._details)
        theirs = [_weights(loaded) for loaded in running]
        return not any(mine) or any(one == mine or not any(one) for one in theirs)


def _weights(model: Model | RunningModel) -> tuple[str, str, str]:
    return model.family, model.parameters, model.quantisation
