"""Which models the host has, and which one answers next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmtui.chat.models import in_memory
from llmtui.chat.names import canonical
from llmtui.jobs.routing import choose, listed, wishes

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.host_monitor import HostMonitor
    from llmtui.settings import Settings
    from llmtui.state import State


class ModelChoice:
    """The host's list, and the user's choices from it."""

    def __init__(
        self, monitor: HostMonitor, state: State, settings: Settings, asked: str = ""
    ) -> None:
        """``asked`` is the model of ``-m``. It holds for the first session, until
        another one is chosen, and so does the host of ``--host``."""
        self._monitor = monitor
        self._state = state
        self._settings = settings
        self._asked = asked
        self._for_this_run = bool(asked) or settings.host_from == "--host"
        """Whether host or model is what the command line says."""

    def next_of(self, session: Session) -> str:
        """The model of a session's next turn, "" while none is known."""
        host = self._monitor.host
        return choose(
            wishes(session, host, self._settings, self._state, self._asked),
            self._known(),
        )

    def use(self, session: Session, name: str) -> None:
        """A prompt of a session is sent to a model here: so are the next ones.

        What ``-m`` and ``--host`` say holds for this run of the program, and does
        not change what an old session says.
        """
        host = self._monitor.host.stored
        if not self._for_this_run:
            session.host, session.model = host, name
        if name != self._state.last_model(host):
            self._state.used_model(name, host)
            self._state.save()

    def forget_asked(self) -> None:
        """Another host, model or session was chosen: the command line says nothing
        any more."""
        self._asked, self._for_this_run = "", False

    def listed(self, name: str) -> Model | None:
        """What the host says about a model, None if it doesn't list it."""
        return listed(name, self._monitor.models)

    def missing(self, name: str) -> bool:
        """Whether the host is known not to have a model."""
        models = self._known()
        return models is not None and not listed(name, models)

    def _known(self) -> Sequence[Model] | None:
        """The host's models, None if it has not told, or never does."""
        monitor = self._monitor
        told = monitor.state == "up" and not monitor.sentence
        return monitor.models if told else None

    def in_order(
        self, models: Sequence[Model] | None = None, host: Host | None = None
    ) -> list[Model]:
        """Models of a host (those of the current one): the user's favourites first,
        then those last used."""
        at = (host or self._monitor.host).stored
        first = [*self._state.favourites(at), *self._state.recent_models(at)]
        order: dict[str, int] = {}
        for place, name in enumerate(first):
            order.setdefault(canonical(name), place)
        return sorted(
            self._monitor.models if models is None else models,
            key=lambda model: order.get(canonical(model.name), len(first)),
        )

    def favourites(self, host: Host | None = None) -> frozenset[str]:
        """The canonical names of the user's favourites at a host."""
        at = (host or self._monitor.host).stored
        return frozenset(map(canonical, self._state.favourites(at)))

    def toggle_favourite(self, name: str, host: Host | None = None) -> bool:
        """Mark a model as a favourite, or no longer; returns which."""
        host = host or self._monitor.host
        yes = canonical(name) not in self.favourites(host)
        self._state.set_favourite(canonical(name), host.stored, yes)
        self._state.save()
        return yes

    def loaded(self, model: Model) -> bool:
        """Whether a model of the current host is in memory, as far as it tells."""
        running = self._monitor.status.running
        return in_memory(model.name, model.digest, running) is not None

    def pull_command(self, name: str) -> str:
        """What fetches a model for the host in a shell, "" where nothing does."""
        monitor = self._monitor
        if not monitor.capabilities.pulls:
            return ""
        return f"llmtui pull {'' if monitor.host.has_server else '--local '}{name}"

    @property
    def unlisted(self) -> str:
        """Why the host has no list although it answers, so that a name must be typed;
        "" if it has one."""
        return self._monitor.sentence if self._monitor.state == "up" else ""

    def why_none(self) -> str:
        """Why there is no model to send to, and what helps."""
        monitor = self._monitor
        if monitor.state == "down":
            return f"{monitor.sentence}. {monitor.advice}"
        if monitor.state == "unknown":
            return f"still looking for {monitor.host.label}"
        if monitor.sentence:
            return f"{monitor.sentence}: name one with /model NAME, or with -m NAME"
        what = "no model that chats" if monitor.models else "no models"
        command = self.pull_command("NAME")
        how = f": {command} gets one" if command else ""
        return f"{monitor.host.label} has {what}{how}"
