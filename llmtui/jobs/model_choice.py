"""Which models the host has, and which one answers next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.chat.names import canonical

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.chat.session import Session
    from llmtui.jobs.host_monitor import HostMonitor
    from llmtui.settings import Settings
    from llmtui.state import State


class ModelChoice:
    """The host's list, and the user's choices from it."""

    def __init__(
        self, monitor: HostMonitor, state: State, settings: Settings, asked: str = ""
    ) -> None:
        """``asked`` is the model of ``-m``; it holds for the first session."""
        self._monitor = monitor
        self._state = state
        self._settings = settings
        self._asked = asked

    def next_of(self, session: Session) -> str:
        """The model of a session's next turn, "" while none is known.

        The one asked for, else the session's, else the one last used, else the
        first one listed.
        """
        if self._asked:
            return self._asked
        if session.model:
            return session.model
        monitor = self._monitor
        last = self._settings.model or self._state.last_model(monitor.host.stored)
        if last and (not monitor.models or self.listed(last)):
            return last
        return monitor.models[0].name if monitor.models else ""

    def choose(self, session: Session, name: str) -> None:
        """Use a model from the next turn on, here and in new sessions."""
        self.forget_asked()
        session.model = name
        self.used(name)

    def used(self, name: str) -> None:
        """Remember that a model was used on this host."""
        host = self._monitor.host.stored
        if name != self._state.last_model(host):
            self._state.used_model(name, host)
            self._state.save()

    def forget_asked(self) -> None:
        """What was asked for with ``-m`` has been used, or taken back."""
        self._asked = ""

    def listed(self, name: str) -> Model | None:
        """What the host says about a model, None if it doesn't list it."""
        wanted = canonical(name)
        models = self._monitor.models
        return next((m for m in models if canonical(m.name) == wanted), None)

    def recent_first(self) -> list[Model]:
        """The host's models, the one last used first."""
        recent = self._state.recent_models(self._monitor.host.stored)
        order = {canonical(name): at for at, name in enumerate(recent)}
        return sorted(
            self._monitor.models,
            key=lambda model: order.get(canonical(model.name), len(order)),
        )

    @property
    def can_pull(self) -> bool:
        """Whether the host can fetch a model it doesn't have."""
        return self._monitor.capabilities.pulls

    def why_none(self) -> str:
        """Why there is no model to send to, and what helps."""
        monitor = self._monitor
        if monitor.state == "down":
            return f"{monitor.sentence}. {monitor.advice}"
        if monitor.state == "unknown":
            return f"still looking for {monitor.host.label}"
        if monitor.sentence:
            return f"{monitor.sentence}: name one with /model NAME, or with -m NAME"
        how = ": llmtui pull NAME gets one" if self.can_pull else ""
        return f"{monitor.host.label} has no models{how}"
