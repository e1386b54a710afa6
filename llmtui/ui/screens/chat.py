"""The screen on which one chats: it lays out, paints, and passes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import DescendantBlur, DescendantFocus
from textual.getters import query_one
from textual.screen import Screen

from llmtui.chat.names import short
from llmtui.commands import COMMANDS
from llmtui.human import parameters
from llmtui.sanitise import clean
from llmtui.ui.screens.board import Action
from llmtui.ui.screens.choosing import Choosing
from llmtui.ui.screens.reading import Reading
from llmtui.ui.screens.sending import Sending
from llmtui.ui.start import Start
from llmtui.ui.widgets import welcome
from llmtui.ui.widgets.header import Header, HostState, ModelButton, SessionTitle
from llmtui.ui.widgets.keys import Keys
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.prompt import Prompt
from llmtui.ui.widgets.status import Status, context_words, summary
from llmtui.ui.widgets.waiting import Waiting
from llmtui.ui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from llmtui.jobs.desk import Desk
    from llmtui.jobs.reply import Reply

_ELSEWHERE = frozenset({"quit", "newline"})
"""Commands whose keys the app or the input hears itself."""


class ChatScreen(Screen[None]):
    """Header, log, status, input and keys; the controllers do the rest."""

    AUTO_FOCUS = "Prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"command('{command.id}')", command.title, show=False)
        for command in COMMANDS
        for key in (*command.keys, *command.log_keys)
        if command.id not in _ELSEWHERE
    ]

    log_view = query_one(MessageLog)
    prompt = query_one(Prompt)
    status = query_one(Status)
    waiting = query_one(Waiting)
    welcome = query_one(Welcome)
    keys = query_one(Keys)
    model_button = query_one(ModelButton)
    host_state = query_one(HostState)
    session_title = query_one(SessionTitle)

    def __init__(self, start: Start) -> None:
        super().__init__()
        self.start = start
        self.desk: Desk | None = None
        self._shown: Reply | None = None
        self._ids: list[str] = []
        """The messages in the log."""
        self._sending = Sending(self)
        self._choosing = Choosing(self)
        self._reading = Reading(self)
        self._actions: dict[str, Action] = {
            **self._sending.actions(),
            **self._choosing.actions(),
            **self._reading.actions(),
        }

    def compose(self) -> ComposeResult:
        yield Header()
        yield Welcome()
        yield MessageLog()
        yield Waiting()
        yield Status()
        yield Prompt()
        yield Keys()

    def on_mount(self) -> None:
        self.log_view.display = False
        self.waiting.display = False
        self.host_state.host = self.start.host.label
        self.model_button.model = short(self.start.model)

    # -- the core ----------------------------------------------------------------

    async def attach(self, desk: Desk) -> None:
        """The core is open: show what was asked for at the start."""
        self.desk = desk
        resume = self.start.resume
        if resume == "latest":
            resume = await asyncio.to_thread(desk.core.chats.latest) or ""
            if not resume:
                self.say("there is no session to continue yet: this is a new one")
        if resume == "pick":
            self._choosing.sessions()
        elif resume:
            await self._choosing.resume(resume, keep_input=True)
        if not desk.saved:
            self.show_session()
        if self.start.prompt:
            self._sending.submit(self.start.prompt)
        self._sending.send_early()
        for warning in self.start.settings.warnings:
            self.say(warning, warning=True)
        self.say_problems()

    def cannot_start(self, sentence: str) -> None:
        """The data directory can't be used."""
        self.welcome.lines = (f"Cannot start: {sentence}", "ctrl+q leaves.")

    def host_changed(self) -> None:
        """The host came, went, or has other models."""
        if self.desk is not None and self.is_mounted:
            if words := self.desk.host_changed():
                self.say(words)
            self.show_chrome()
            self._choosing.models_changed()
            self._sending.send_early()

    # -- turns -------------------------------------------------------------------

    def turn_changed(self, session_id: str) -> None:
        """A reply began or ended somewhere, or a line moved."""
        desk = self.desk
        if desk is None or not self.is_mounted:
            return
        if session_id != desk.session.id:
            if desk.turns.active(session_id) is None:
                self.say("a reply in another session is finished: ctrl+o finds it")
            return
        reply = desk.reply
        if reply is not None and reply is not self._shown:
            self._show_reply(reply)
        elif reply is None and self._shown is not None:
            ended, self._shown = self._shown, None
            if ended.status != "complete":
                self._sending.reclaim()
            if ended.unsaved:
                self.say(f"not saved yet, trying again: {ended.unsaved}", warning=True)
        self.show_chrome()

    def turn_failed(self, session_id: str, sentence: str) -> None:
        """A waiting prompt could not be sent."""
        self.say(f"a waiting prompt was not sent: {sentence}", warning=True)
        if self.desk is not None and session_id == self.desk.session.id:
            self._sending.reclaim()

    def _show_reply(self, reply: Reply) -> None:
        """A reply began: put its prompt and itself below, or show its own branch."""
        self._shown = reply
        log = self.log_view
        path = reply.session.path()
        ids = [message.id for message in path]
        known = ids.index(reply.prompt.id) if reply.prompt is not None else len(ids)
        if ids[:known] == self._ids and reply.prompt is not None:
            log.append(reply.prompt, self._versions)
        else:
            log.set_messages(path, self._versions)
        log.follow(reply, self._versions)
        self._ids = ids

    def _versions(self, message_id: str) -> tuple[int, int]:
        """Which of how many versions of a message is shown, counted from one."""
        assert self.desk is not None
        siblings = self.desk.session.siblings(message_id)
        ids = [m.id for m in siblings]
        return ids.index(message_id) + 1, len(ids)

    # -- painting ------------------------------------------------------------------

    def show_session(self) -> None:
        """Paint the session on the desk from its beginning."""
        if self.desk is None:
            return
        self._shown = self.desk.reply
        path = self.desk.session.path()
        self._ids = [message.id for message in path]
        self.log_view.set_messages(path, self._versions)
        if self._shown is not None:
            self.log_view.follow(self._shown, self._versions)
        self._sending.show_draft()
        self.show_chrome()

    def show_chrome(self) -> None:
        """Paint what surrounds the log."""
        desk = self.desk
        if desk is None:
            return
        reach = desk.core.reach
        self.session_title.title = desk.session.title
        self.host_state.host = reach.host.label
        self.host_state.state = reach.state
        self.model_button.model = short(desk.model)
        listed = desk.listed(desk.model) if desk.model else None
        self.model_button.detail = (
            f"{parameters(listed.parameters)} {listed.quantisation}".strip()
            if listed
            else ""
        )
        self.waiting.prompts = desk.turns.waiting(desk.session.id)
        self.keys.replying = desk.reply is not None
        self._show_status(desk)
        self.log_view.display = desk.saved
        self.welcome.display = not desk.saved
        if not desk.saved:
            self.welcome.lines = self._welcome_words(desk)

    def _show_status(self, desk: Desk) -> None:
        self.status.show_reply(desk.reply)
        answer = desk.session.messages.get(desk.last_answer() or "")
        usage = answer.usage if answer else None
        self.status.note = desk.builtin.progress or summary(usage)
        model = desk.listed(desk.model) if desk.model else None
        length = desk.session.options.get("num_ctx") or (
            model.context_length if model else 0
        )
        self.status.context = context_words(usage, length)

    def _welcome_words(self, desk: Desk) -> tuple[str, ...]:
        reach = desk.core.reach
        if reach.state == "down":
            return welcome.down(reach.sentence, desk.offers())
        if reach.state == "unknown":
            return welcome.connecting(reach.host.label)
        if not reach.models and not desk.model:
            return welcome.no_models(reach.host.label, can_pull=desk.can_pull)
        here = reach.host.kind == "local"
        where = "runs on this computer" if here else f"answers on {reach.host.label}"
        return welcome.ready(short(desk.model), where)

    # -- commands ----------------------------------------------------------------

    def action_command(self, command_id: str) -> None:
        self.run_command(command_id)

    def run_command(self, command_id: str, argument: str = "") -> None:
        """Do what a command of the table says."""
        if command_id == "quit":
            self.app.run_worker(self.app.action_quit())
        else:
            self._actions[command_id](argument)

    def keep_draft(self) -> None:
        """Put the unsent text on disk now."""
        self._sending.keep_draft()

    def copy_selection(self) -> None:
        """Copy what is selected on the screen."""
        self._reading.copy_selection()

    def say(self, sentence: str, *, warning: bool = False) -> None:
        """A short notice, never parsed as markup."""
        self.notify(
            clean(sentence),
            severity="warning" if warning else "information",
            markup=False,
            timeout=8 if warning else 5,
        )

    def say_problems(self) -> None:
        """What the store could not read or write, if anything."""
        if self.desk is not None:
            for problem in self.desk.core.chats.problems():
                self.say(problem, warning=True)

    # -- what the widgets say --------------------------------------------------------

    @on(Prompt.Submitted)
    def _submitted(self, event: Prompt.Submitted) -> None:
        self._sending.submit(event.text)

    @on(Prompt.Changed)
    def _typed(self) -> None:
        self._sending.draft_changed()

    @on(Prompt.LeaveAsked)
    def _leave(self) -> None:
        self.run_command("quit")

    @on(Prompt.TakeBackAsked)
    def _take_back(self) -> None:
        self._sending.take_back()

    @on(ModelButton.Pressed)
    def _pick_model(self) -> None:
        self._choosing.model()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self.keys.in_log = event.widget is self.log_view

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        if event.widget is self.log_view:
            self.keys.in_log = False
