"""What the user is in: one session, its model, and who speaks next.

The front end paints it and tells it what the user did; it decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmtui.jobs.ask_again import AskAgain
from llmtui.jobs.builtin_model import BuiltinModel
from llmtui.jobs.chat_hosts import ChatHosts
from llmtui.jobs.chat_models import ChatModels
from llmtui.jobs.context_look import ContextLook
from llmtui.jobs.context_meter import ContextMeter
from llmtui.jobs.host_switch import HostSwitch
from llmtui.jobs.input_history import InputHistory
from llmtui.jobs.model_choice import ModelChoice
from llmtui.jobs.outbox import Outbox
from llmtui.jobs.prompt_queue import PromptQueue, Spawn
from llmtui.jobs.reply_look import ReplyLook
from llmtui.jobs.session_marks import SessionMarks
from llmtui.jobs.session_opening import SessionOpening
from llmtui.jobs.session_options import SessionOptions
from llmtui.jobs.session_watch import SessionWatch
from llmtui.jobs.titles import Titles

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.chat.session import Session
    from llmtui.jobs.chat_listener import ChatListener
    from llmtui.jobs.core import Core
    from llmtui.jobs.reply import Reply
    from llmtui.jobs.reply_state import ReplyState
    from llmtui.settings import Settings
    from llmtui.state import State
    from llmtui.store.erasing import Erased


class CurrentChat:
    """The session in front of the user, and the jobs that serve it."""

    def __init__(
        self,
        core: Core,
        state: State,
        settings: Settings,
        listener: ChatListener,
        spawn: Spawn,
        *,
        model: str = "",
        private: bool = False,
    ) -> None:
        """``model`` was asked for with ``-m``; ``private`` says of what kind the first
        session is."""
        hosts = dict(settings.hosts)
        settings = settings._replace(hosts=hosts)  # the one part of them that changes
        self.core = core
        self.monitor = core.monitor
        self._listener = listener
        choice = ModelChoice(core.monitor, state, settings, model)
        weights = core.store.places.models
        builtin = BuiltinModel(core.providers, weights, state, self._repaint)
        self.host_switch = HostSwitch(
            core.monitor, settings, builtin, spawn, choice.forget_asked
        )
        named = self.host_switch.named
        self.context = ContextMeter(core.monitor, choice, core.providers)
        self.options = SessionOptions(
            core.monitor, self.context, self._current, self.change
        )
        self.queue = PromptQueue(
            core.replies, spawn, self._turn_changed, self._ended, listener.turn_failed
        )
        self.outbox = Outbox(core, choice, self.context, self.queue)
        self.look = ContextLook(core, self.outbox)
        self.again = AskAgain(core, self.outbox, self.queue, named)
        self.reply_look = ReplyLook(core, named)
        self.titles = Titles(
            core, named, spawn, listener.turn_changed, settings.titles == "model"
        )
        self.models = ChatModels(
            core,
            settings,
            choice,
            self.host_switch,
            self.queue,
            self._current,
            spawn=spawn,
            repaint=self._repaint,
            pulled=listener.pull_ended,
        )
        self.hosts = ChatHosts(
            core, hosts, self.models.everywhere, spawn, self._repaint, settings.host
        )
        self.history = InputHistory(core.store, on=settings.input.history)
        self.marks = SessionMarks(self.queue, core.store)
        self._opening = SessionOpening(
            core, settings, self.outbox, self.host_switch, spawn
        )
        self.session = self._opening.fresh(private=private)
        self._moved = False
        """Whether the user went on to another session than the first one."""
        self.watch = SessionWatch(core.replies, self._current, self._repaint)

    # -- the session -------------------------------------------------------------

    def new(self, *, private: bool | None = None) -> Session:
        """Make an empty session the current one; host and model stay.

        It is as ``private`` as the one before, if nothing is said about that.
        """
        private = self.private if private is None else private
        model = self.model
        self.models.choice.forget_asked()
        self.session, self._moved = self._opening.fresh(private=private), True
        self.session.model = model
        return self.session

    def clear(self) -> Session:
        """The same, and all that the next turn is sent with stays too."""
        before = self.session
        session = self.new()
        for name, value in before.sent_with.items():
            setattr(session, name, value)
        return session

    async def open(self, session_id: str) -> str:
        """Make a saved session the current one, on its own host.

        Returns what is to be said of that, "" if nothing. Raises ``OSError``. Where
        something else was asked for meanwhile, that is the current one instead.
        """
        session = await self._opening.read(session_id)
        if session is None:
            return ""
        first = not self.saved and not self._moved
        if not first:
            self.models.choice.forget_asked()
        self.session, self._moved = session, True
        self.marks.seen(session.id)
        return self.host_switch.follow_session(session, first=first)

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

    async def erase(self, message_id: str) -> Erased:
        """Take what a message says out for good, also of what waits in line.

        Raises as ``SessionEdits.erase``.
        """
        message = self.session.messages.get(message_id)
        erased = await self.core.edits.erase(self.session, message_id)
        if message is not None:
            texts = [t for t in (message.text, message.thinking) if t.strip()]
            self.history.erase(texts)
            self.queue.lines.erase(texts)
        return erased

    def show(self, message_id: str) -> bool:
        """Make the branch that a message lies on the one that is shown.

        The head moves to the newest leaf below it, unless it is shown already.
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
        return self.models.choice.next_of(self.session)

    @property
    def listed(self) -> Model | None:
        """What the host says about the model of the next turn."""
        return self.models.choice.listed(self.model) if self.model else None

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

    # -- what happens meanwhile --------------------------------------------------

    def _current(self) -> Session:
        return self.session

    def _repaint(self) -> None:
        self._listener.turn_changed(self.session.id)

    def _turn_changed(self, session_id: str) -> None:
        self.titles.make_way()
        self._listener.turn_changed(session_id)

    def _ended(self, session: Session, reply: ReplyState) -> None:
        sent = reply.message.request
        if reply.failure and sent and sent.host == self.monitor.host.stored:
            self.monitor.poke()  # perhaps the host has gone
        if session is not self.session:
            self.marks.ended_unseen(session.id)
        self._listener.turn_ended(session, reply)
        self.titles.ended(session, reply)
