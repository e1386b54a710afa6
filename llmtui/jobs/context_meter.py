"""How full the context of a session is, by all that is known of its host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.chat.context import next_turn, window_of
from llmtui.jobs.phases import loaded_as

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmtui.chat.message import Attachment
    from llmtui.chat.session import Session
    from llmtui.jobs.host_monitor import HostMonitor
    from llmtui.jobs.model_choice import ModelChoice


class ContextMeter:
    """Measures it, and warns once before something is left out."""

    def __init__(self, monitor: HostMonitor, models: ModelChoice) -> None:
        self._monitor = monitor
        self._models = models
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
            loaded=loaded_as(model, digest, self._monitor.status.running),
            listed=listed,
        )

    def warn(
        self, session: Session, text: str, attached: Sequence[Attachment] = ()
    ) -> str:
        """Why sending ``text``, with what is attached, leaves out what is oldest; ""
        if it doesn't.

        Said once for a session, until all of it fits again: it must not be asked
        about with every prompt.
        """
        path = session.path()
        window = self.window(session)
        turn = next_turn(path, text, session.system, window, attached)
        if not turn.warning:
            self._warned.discard(session.id)
            return ""
        if session.id in self._warned:
            return ""
        self._warned.add(session.id)
        return turn.warning
