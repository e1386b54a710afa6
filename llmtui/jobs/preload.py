"""Loading a model that was chosen, before it is asked anything."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from llmtui.chat.prompt import Generation, generation_of
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Runs

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.chat.session import Session
    from llmtui.jobs.host_monitor import HostMonitor
    from llmtui.jobs.prompt_queue import Spawn
    from llmtui.jobs.provider_pool import ProviderPool


class Preload:
    """Has the host load a model as the next turn will ask for it, so that it does not
    load twice."""

    def __init__(
        self, providers: ProviderPool, monitor: HostMonitor, spawn: Spawn
    ) -> None:
        self._providers = providers
        self._monitor = monitor
        self._spawn = spawn

    def begin(self, session: Session, model: Model | None) -> None:
        """Load what answers in a session next; a cloud model is left alone."""
        able = self._monitor.capabilities
        if model is None or model.remote or not (able.runs and model.chats):
            return
        how = generation_of(session, self._monitor.host, model.name, model)
        self._spawn(self._load(how))

    async def _load(self, how: Generation) -> None:
        """What goes wrong here is said by the reply that asks for it again."""
        let_go = self._providers.hold(how.host)
        try:
            provider = await asyncio.to_thread(self._providers.open, how.host)
            if isinstance(provider, Runs):
                await provider.load(how.model, dict(how.options), how.keep_alive)
        except ProviderError:
            return
        finally:
            let_go()
