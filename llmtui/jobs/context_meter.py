"""How full the context of a session is, by all that is known of its host."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmtui.chat.context import window_of
from llmtui.chat.left_out import Kept, Loss, loss_of
from llmtui.chat.models import in_memory
from llmtui.chat.prompt import message_of
from llmtui.providers.protocol import kept_by

if TYPE_CHECKING:
    from llmtui.chat.prompt import Generation, Prompt
    from llmtui.chat.session import Session
    from llmtui.jobs.host_monitor import HostMonitor
    from llmtui.jobs.model_choice import ModelChoice
    from llmtui.jobs.provider_pool import ProviderPool


class Estimate(NamedTuple):
    """What the next request comes to, with what stands in the input."""

    session_id: str
    tokens: int
    exact: bool = False
    """Whether the server has counted them."""


class ContextMeter:
    """Measures it, and warns once before something is left out."""

    def __init__(
        self, monitor: HostMonitor, models: ModelChoice, providers: ProviderPool
    ) -> None:
        self._monitor = monitor
        self._providers = providers
        self._models = models
        self.next: Estimate | None = None
        """While something stands in the input."""
        self._warned: set[str] = set()
        """The sessions whose user knows that not all of them is read."""

    def window(self, session: Session) -> int:
        """Tokens that the server keeps of it, 0 if that is not known."""
        model = self._models.next_of(session)
        listed = self._models.listed(model) if model else None
        digest = listed.digest if listed else ""
        return window_of(
            model,
            session.options,
            answer=session.last_answer(),
            loaded=in_memory(model, digest, self._monitor.status.running),
            listed=listed,
        )

    def warn(self, session: Session, prompt: Prompt) -> Loss | None:
        """What sending a prompt leaves out, or that it is refused; None if all fits.

        Said once for a session, until all of it fits again: it must not be asked
        about with every prompt.
        """
        path = session.path(prompt.follows) if prompt.follows else []
        generation = prompt.generation
        found = loss_of(
            path,
            message_of(prompt),
            generation.system,
            generation.window,
            self._kept(generation),
        )
        if found is None:
            self._warned.discard(session.id)
        elif session.id not in self._warned:
            self._warned.add(session.id)
            return found
        return None

    def _kept(self, generation: Generation) -> Kept | None:
        """How the host that is asked drops messages; it has answered already."""
        if not generation.truncate:
            return None
        return kept_by(self._providers.open(generation.host))
