"""The models of the current chat: chosen, fetched, offered and loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.jobs.all_models import AllModels
from llmtui.jobs.offers import Offers
from llmtui.jobs.preload import Preload
from llmtui.jobs.pulls import Pulls, PullState, QueuedPull
from llmtui.jobs.recommendations import Recommendations

if TYPE_CHECKING:
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.core import Core
    from llmtui.jobs.host_switch import HostSwitch
    from llmtui.jobs.model_choice import ModelChoice
    from llmtui.jobs.prompt_queue import PromptQueue, Spawn
    from llmtui.settings import Settings


class ChatModels:
    """What the user does about models, for the session in front."""

    def __init__(
        self,
        core: Core,
        settings: Settings,
        choice: ModelChoice,
        host_switch: HostSwitch,
        queue: PromptQueue,
        session: Callable[[], Session],
        *,
        spawn: Spawn,
        repaint: Callable[[], None],
        pulled: Callable[[QueuedPull], None],
    ) -> None:
        """``session`` tells which one is in front; ``pulled`` is called with each pull
        that came to an end, after what follows from it."""
        providers, monitor = core.providers, core.monitor
        self.choice = choice
        self.pulls = Pulls(providers, spawn, repaint, self._pulled)
        self.recommendations = Recommendations(providers, monitor, spawn, repaint)
        self.offers = Offers(
            providers,
            monitor,
            host_switch.builtin,
            self.recommendations,
            settings.local,
            spawn,
            repaint,
        )
        self.everywhere = AllModels(providers, settings, spawn, repaint)
        self._preload = Preload(providers, monitor, spawn)
        self._monitor = monitor
        self._spawn = spawn
        self._replies = core.replies
        self._host_switch = host_switch
        self._queue = queue
        self._session = session
        self._tell_pulled = pulled

    def choose(self, name: str) -> None:
        """Use a model from the next turn on, here and in new sessions."""
        session = self._session()
        self.choice.forget_asked()
        self.choice.use(session, name)
        self.learn()
        if session.messages:
            self._replies.save_soon(session)

    def learn(self) -> None:
        """Ask what the model of the next turn can, where the host's list says nothing:
        what it may be asked depends on it."""
        listed = self.choice.listed(self.choice.next_of(self._session()))
        able = self._monitor.capabilities.describes
        if listed is not None and listed.capabilities is None and able:
            self._spawn(self._monitor.learn(listed))

    def use_local(self, name: str) -> None:
        """Have a model of this computer answer, without a server."""
        self._host_switch.use_local()
        self.choose(name)

    def preload(self) -> None:
        """Have the model of the next turn loaded meanwhile, if it is not."""
        session = self._session()
        listed = self.choice.listed(self.choice.next_of(session))
        if listed is not None and not self.choice.loaded(listed):
            self._preload.begin(session, listed)

    def pull(
        self,
        model: str,
        host: Host | None = None,
        *,
        expected: int = 0,
        use: bool = False,
    ) -> None:
        """Fetch a model; ``use`` has it answer here once it is there, as it does
        anyway where no other one can.

        ``host`` is where to, if not the current one; ``expected`` its size in bytes.
        """
        session = self._session()
        now = self.choice.next_of(session)
        waits = session.id if use or not now or self.choice.missing(now) else ""
        where = host or self._monitor.host
        self.pulls.add(where, model, expected=expected, session=waits)

    def _pulled(self, pull: QueuedPull) -> None:
        """A model came: who waits for it has it answer, unless somebody does by now."""
        if pull.state is PullState.done:
            self.offers.look()
            self._monitor.poke()
            here = self._session().id
            waits = pull.session == here and self._queue.active(here) is None
            if waits and pull.host == self._monitor.host:
                self.choose(pull.model)
            elif waits and not pull.host.has_server and self._monitor.state == "down":
                self.use_local(pull.model)
        self._tell_pulled(pull)
