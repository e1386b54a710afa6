"""The built-in model, for people without a server: offered, fetched, explained."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from llmtui.human import progress
from llmtui.providers.errors import ProviderError
from llmtui.providers.local import offer
from llmtui.providers.local.weights import SMOLLM2
from llmtui.providers.protocol import Prepares

if TYPE_CHECKING:
    from pathlib import Path

    from llmtui.chat.models import Model
    from llmtui.hosts import Host
    from llmtui.jobs.provider_pool import ProviderPool
    from llmtui.state import State


class BuiltinModel:
    """Whether it can be used here, and what happens until it can."""

    def __init__(
        self,
        providers: ProviderPool,
        weights: Path,
        state: State,
        changed: Callable[[], None],
    ) -> None:
        """``weights`` is the folder they are fetched into; ``changed`` is called
        when ``progress`` or ``trouble`` has changed."""
        self._providers = providers
        self._weights = weights
        self._state = state
        self._changed = changed
        self._task: asyncio.Task[object] | None = None
        self.progress = ""
        """What is being prepared, in words; "" if nothing is."""
        self.trouble = ""
        """Why preparing it failed, in a sentence."""

    @property
    def problem(self) -> str:
        """Why it cannot run here and what helps; "" if it can."""
        if offer.extra_installed():
            return ""
        return f"the built-in model needs one more package: {offer.extra_command()}"

    @property
    def wanted(self) -> bool:
        """Whether it is to be used by itself where no server answers."""
        return self._state.local_accepted and not self.problem

    def accept(self) -> None:
        """Remember that the user took it."""
        self._state.local_accepted = True
        self._state.save()

    @property
    def fetched(self) -> bool:
        """Whether its weights are here."""
        return SMOLLM2.in_place(self._weights)

    def note(self, models: Sequence[Model]) -> str:
        """What to expect of it; "" once that has been said, or where ``models`` begins
        with a better one."""
        first = next((model.name for model in models if model.chats), "")
        if self._state.local_noted or first != offer.NAME:
            return ""
        self._state.local_noted = True
        self._state.save()
        return offer.NOTE

    async def prepare(self, host: Host) -> None:
        """Fetch now what the first prompt would have to wait for. Never raises."""
        self.trouble = ""
        self._task = asyncio.current_task()
        let_go = self._providers.hold(host)
        try:
            await self._prepare(host)
        except ProviderError as error:
            self.trouble = error.sentence
        except asyncio.CancelledError:
            self.trouble = "Stopped fetching; the next prompt fetches it."
        finally:
            let_go()
            self._task = None
            self.progress = ""
            self._changed()

    def stop(self) -> bool:
        """Stop fetching; False if nothing is fetched."""
        if self._task is None or not self.progress:
            return False
        self._task.cancel()
        return True

    async def _prepare(self, host: Host) -> None:
        provider = await asyncio.to_thread(self._providers.open, host)
        if not isinstance(provider, Prepares):
            return
        async with aclosing(provider.prepare()) as steps:
            async for step in steps:
                self.progress = progress(step.status, step.completed, step.total)
                self._changed()
