"""What the user is in: one session, its model, and who speaks next.

The front end paints it and tells it what the user did; it decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from llmtui.jobs.all_models import AllModels
from llmtui.jobs.builtin_model import BuiltinModel
from llmtui.jobs.context_meter import ContextMeter
from llmtui.jobs.host_switch import HostSwitch
from llmtui.jobs.model_actions import ModelActions
from llmtui.jobs.model_choice import ModelChoice
from llmtui.jobs.offers import Offers
from llmtui.jobs.outbox import Outbox
from llmtui.jobs.preload import Preload
from llmtui.jobs.prompt_queue import PromptQueue, Spawn
from llmtui.jobs.pulls import Pulls, PullState, QueuedPull
from llmtui.jobs.routing import host_named, host_of
from llmtui.jobs.session_watch import SessionWatch
from llmtui.jobs.titles import Titles

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.core import Core
    from llmtui.jobs.reply import Reply
    from llmtui.jobs.reply_state import ReplyState
    from llmtui.settings import Settings
    from llmtui.state import State
    from llmtui.store.erasing import Erased


_AT_REST = 1.0
"""Seconds after which a session that was opened has been painted."""


class CurrentChat:
    """The session in front of the user, and the jobs that serve it."""

    def __init__(
        self,
        core: Core,
        state: State,
        settings: Settings,
        *,
        model: str = "",
        private: bool = False,
        spawn: Spawn,
        changed: Callable[[str], None],
        ended: Callable[[Session, ReplyState], None],
        failed: Callable[[str, str], None],
        pulled: Callable[[QueuedPull], None],
    ) -> None:
        """``model`` was asked for with ``-m``; ``private`` says of what kind the first
        session is; ``spawn``, ``changed``, ``ended`` and
        ``failed`` are those of ``PromptQueue``; ``pulled`` is called with each pull
        that came to an end."""
        self.core = core
        self.monitor = core.monitor
        self.models = ModelChoice(core.monitor, state, settings, model)
        self.context = ContextMeter(core.monitor, self.models)
        self.titles = Titles(
            core.side_questions,
            core.replies,
            self._host_named,
            spawn,
            changed,
            unasked=settings.titles == "model",
        )

        def turn_changed(session_id: str) -> None:
            self.titles.make_way()
            changed(session_id)

        self.queue = PromptQueue(core.replies, spawn, turn_changed, self._ended, failed)
        self.outbox = Outbox(
            core.store,
            core.monitor,
            self.models,
            self.context,
            self.queue,
            core.side_questions,
        )

        def repaint() -> None:
            changed(self.session.id)

        builtin = BuiltinModel(core.providers, core.store.places.models, state, repaint)
        self.host_switch = HostSwitch(
            core.monitor, settings, builtin, spawn, self.models.forget_asked
        )
        self.pulls = Pulls(core.providers, spawn, repaint, self._pulled)
        self.offers = Offers(
            core.providers, core.monitor, builtin, settings.local, spawn, repaint
        )
        self._preload = Preload(core.providers, core.monitor, spawn)
        self.model_actions = ModelActions(core.providers, core.monitor)
        self.all_models = AllModels(core.providers, settings, spawn, repaint)
        self._settings = settings
        self._spawn = spawn
        self._tell_end = ended
        self._tell_pulled = pulled
        self._opening: object = None
        """What is being opened: of two, the one asked for last wins."""
        self._moved = False
        """Whether the user went on to another session than the first one."""
        self.session = self._fresh(private)
        self.watch = SessionWatch(core.replies, lambda: self.session, repaint)
        self._unseen: set[str] = set()
        """Sessions in which a reply ended while another one was in front."""

    # -- the session -------------------------------------------------------------

    def new(self, *, private: bool | None = None) -> Session:
        """Make an empty session the current one; host and model stay.

        It is as ``private`` as the one before, if nothing is said about that.
        """
        private = self.private if private is None else private
        model, self._opening = self.model, None
        self.models.forget_asked()
        self.session, self._moved = self._fresh(private), True
        self.session.model = model
        return self.session

    async def open(self, session_id: str) -> str:
        """Make a saved session the current one, on its own host.

        Returns what is to be said of that, "" if nothing. Raises ``OSError``. Where
        something else was asked for meanwhile, that is the current one instead.
        """
        self._opening = asked = object()
        session = await asyncio.to_thread(self._opened, session_id)
        if self._opening is not asked:
            return ""
        first = not self.saved and not self._moved
        if not first:
            self.models.forget_asked()
        self.session, self._moved = session, True
        self._spawn(self._pack(session))
        self._unseen.discard(session.id)
        return self._go_to_host_of(session, first=first)

    async def _pack(self, session: Session) -> None:
        """Let a large session take less memory, once its end is on the screen."""
        await asyncio.sleep(_AT_REST)
        await asyncio.to_thread(self.core.store.file_of(session).pack)

    def _go_to_host_of(self, session: Session, *, first: bool) -> str:
        """``first``: the command line may have named a host together with it."""
        current = self.monitor.host
        own = host_named(session.host, self._settings, current)
        host = host_of(session, self._settings, current) if first else own
        if host != current:
            self.host_switch.follow(host)
            other = f"/host {current.stored} changes that"
            return f"asked on {host.label}, its own host; {other}"
        if own != current:
            return f"asked on {current.label} now, no longer on {own.label}"
        return ""

    def _opened(self, session_id: str) -> Session:
        session = self.core.store.open(session_id)
        self.outbox.load(session, self._host_named)
        return session

    def _host_named(self, stored: str) -> Host:
        return host_named(stored, self._settings, self.monitor.host)

    @property
    def saved(self) -> bool:
        """Whether the session has messages, and so a file."""
        return bool(self.session.messages)

    @property
    def private(self) -> bool:
        """Whether the session is never written, and ends with the program."""
        return self.session.id in self.core.store.private

    def change(self, **fields: Any) -> None:
        """Change fields of the session: the defaults of its next turn, its title."""
        for name, value in fields.items():
            setattr(self.session, name, value)
        if self.saved:
            self.core.replies.save_soon(self.session)

    def set_option(self, name: str, value: Any) -> str:
        """Set one option for this session; "" or why that means nothing here."""
        able, host = self.monitor.capabilities, self.monitor.host
        if refusal := able.refusal(name, host.label):
            return refusal
        self.change(options={**self.session.options, name: value})
        return ""

    async def erase(self, message_id: str) -> Erased:
        """Take what a message says out for good, also of what waits in line.

        Raises as ``SessionEdits.erase``.
        """
        message = self.session.messages.get(message_id)
        erased = await self.core.edits.erase(self.session, message_id)
        if message is not None:
            said = (message.text, message.thinking)
            self.queue.lines.erase([text for text in said if text.strip()])
        return erased

    def turn_to(self, message_id: str, step: int) -> bool:
        """Show another version of a message; False if there is none that way.

        The head moves to the newest leaf below that version.
        """
        siblings = [m.id for m in self.session.siblings(message_id)]
        at = siblings.index(message_id) + step
        if not 0 <= at < len(siblings) or self.reply is not None:
            return False
        self.change(head=self.session.newest_leaf(siblings[at]))
        return True

    def show(self, message_id: str) -> bool:
        """Make the branch that a message lies on the one that is shown.

        False if there is no such message, or another branch is being written.
        """
        if message_id not in self.session.messages:
            return False
        if any(m.id == message_id for m in self.session.path()):
            return True
        if self.reply is not None:
            return False
        self.change(head=self.session.newest_leaf(message_id))
        return True

    # -- the model ---------------------------------------------------------------

    @property
    def model(self) -> str:
        """The model of the next turn, "" while none is known."""
        return self.models.next_of(self.session)

    @property
    def listed(self) -> Model | None:
        """What the host says about the model of the next turn."""
        return self.models.listed(self.model) if self.model else None

    def choose_model(self, name: str) -> None:
        """Use a model from the next turn on, here and in new sessions."""
        self.models.forget_asked()
        self.models.use(self.session, name)
        self.change()

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
        lacking = not self.model or self.models.missing(self.model)
        waits = self.session.id if use or lacking else ""
        where = host or self.monitor.host
        self.pulls.add(where, model, expected=expected, session=waits)

    def preload(self) -> None:
        """Have the model of the next turn loaded meanwhile, if it is not."""
        if self.model and not self.models.loaded(self.model):
            self._preload.begin(self.session, self.listed)

    def use_local(self, model: str) -> None:
        """Have a model of this computer answer, without a server."""
        self.host_switch.use_local()
        self.choose_model(model)

    def _pulled(self, pull: QueuedPull) -> None:
        """A model came: who waits for it has it answer, unless somebody does by now."""
        if pull.state is PullState.done:
            self.offers.look()
            self.monitor.poke()
            here = pull.session == self.session.id and self.reply is None
            if here and pull.host == self.monitor.host:
                self.choose_model(pull.model)
            elif here and not pull.host.has_server and self.monitor.state == "down":
                self.use_local(pull.model)
        self._tell_pulled(pull)

    # -- speaking ----------------------------------------------------------------

    @property
    def reply(self) -> ReplyState | None:
        """The reply that is being written here."""
        return self.queue.active(self.session.id)

    def ask_beside(self, question: str) -> Reply:
        """Ask something that leaves no trace here; raises ``NotSentError``."""
        reply = self.outbox.ask_beside(self.session, question)
        self.titles.make_way()
        return reply

    @property
    def looking(self) -> bool:
        """Whether a prompt must wait: no model is known until the host answers."""
        return self.monitor.state == "unknown" and not self.model

    def _ended(self, session: Session, reply: ReplyState) -> None:
        sent = reply.message.request
        if reply.failure and sent and sent.host == self.monitor.host.stored:
            self.monitor.poke()  # perhaps the host has gone
        if session is not self.session:
            self._unseen.add(session.id)
        self._tell_end(session, reply)
        self.titles.ended(session, reply)

    def mark_of(self, session_id: str) -> str:
        """What is to be known of a session in a list: ``running``, ``unseen``,
        ``private``, "".
        """
        if self.queue.active(session_id) is not None:
            return "running"
        if session_id in self._unseen:
            return "unseen"
        return "private" if session_id in self.core.store.private else ""

    def _fresh(self, private: bool) -> Session:
        settings = self._settings
        session = self.core.store.new(
            host=self.monitor.host.stored,
            system=settings.system,
            options=dict(settings.options),
            think=settings.think,
            keep_alive=settings.keep_alive,
        )
        if private:
            self.core.store.keep_private(session)
        return session
