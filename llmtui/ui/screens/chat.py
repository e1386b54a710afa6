"""The screen on which one chats: it lays out, and passes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import DescendantBlur, DescendantFocus
from textual.getters import query_one
from textual.screen import ModalScreen, Screen

from llmtui.commands import COMMANDS
from llmtui.sanitise import clean
from llmtui.ui.controls.context import Action
from llmtui.ui.controls.copy_export import CopyExport
from llmtui.ui.controls.drafts import Drafts
from llmtui.ui.controls.generation import Generation
from llmtui.ui.controls.log_navigation import LogNavigation
from llmtui.ui.controls.models import Models
from llmtui.ui.controls.program import Program
from llmtui.ui.controls.sending import Sending
from llmtui.ui.controls.sessions import Sessions
from llmtui.ui.controls.versions import Versions
from llmtui.ui.screens.chrome import Chrome
from llmtui.ui.screens.log_sync import LogSync
from llmtui.ui.start import Start
from llmtui.ui.widgets.header import Header, ModelButton
from llmtui.ui.widgets.key_hints import KeyHints
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.prompt import Prompt
from llmtui.ui.widgets.queued import Queued
from llmtui.ui.widgets.status import Status
from llmtui.ui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat

_ELSEWHERE = frozenset({"quit", "newline"})
"""Commands whose keys the app or the input hears itself."""

PROBLEMS_EVERY = 2.0
"""Seconds between two looks for what could not be saved in the background."""


class ChatScreen(Screen[None]):
    """Header, log, status, input and keys; the controls do the rest."""

    AUTO_FOCUS = "Prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"{action}('{command.id}')", command.title, show=False)
        for command in COMMANDS
        for action, keys in (
            ("command", command.keys),
            ("log_command", command.log_keys),
        )
        for key in keys
        if command.id not in _ELSEWHERE
    ]

    log_view = query_one(MessageLog)
    prompt = query_one(Prompt)

    def __init__(self, start: Start) -> None:
        super().__init__()
        self.start = start
        self._chat: CurrentChat | None = None
        self._around = Chrome(self)
        self._following = LogSync()
        self._drafts = Drafts(self)
        self._sending = Sending(self)
        self._sessions = Sessions(self)
        self._models = Models(self)
        self._taking = CopyExport(self)
        self._chrome = Program(self).actions()
        self._actions: dict[str, Action] = {
            **self._chrome,
            **self._sending.actions(),
            **self._sessions.actions(),
            **self._models.actions(),
            **self._taking.actions(),
            **LogNavigation(self).actions(),
            **Generation(self).actions(),
            **Versions(self).actions(),
        }

    def compose(self) -> ComposeResult:
        yield Header()
        yield Welcome()
        yield MessageLog()
        yield Queued()
        yield Status()
        yield Prompt()
        yield KeyHints()

    def on_mount(self) -> None:
        self._around.begin(self.start)
        self.set_interval(PROBLEMS_EVERY, self.say_problems)

    # -- the core ----------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Whether there is a current chat yet, and still a screen to paint it on."""
        return self._chat is not None and self.is_attached

    @property
    def chat(self) -> CurrentChat:
        assert self._chat is not None
        return self._chat

    async def attach(self, chat: CurrentChat) -> None:
        """The core is open: show what was asked for at the start."""
        self._chat = chat
        resume = self.start.resume
        if resume == "latest":
            found = await asyncio.to_thread(chat.core.store.latest)
            if found is None:
                self.say("there is no session to continue yet: this is a new one")
            resume = found or ""
        if resume == "pick":
            self._sessions.list()
        elif resume:
            await self._sessions.resume(resume, keep_input=True)
        if not chat.saved:
            self.show_session()
        if self.start.prompt:
            self._sending.send_first(self.start.prompt)
        self._sending.send_early()
        for warning in self.start.settings.warnings:
            self.say(warning, warning=True)
        self.say_problems()

    def cannot_start(self, sentence: str) -> None:
        """The data directory can't be used."""
        self._around.cannot_start(sentence)

    def host_changed(self) -> None:
        """The host came, went, or has other models."""
        if self.ready:
            if words := self.chat.host_switch.changed(untouched=not self.chat.saved):
                self.say(words)
            self.show_chrome()
            self._models.changed()
            self._sending.send_early()

    def turn_changed(self, session_id: str) -> None:
        """A reply began or ended somewhere, or a line moved."""
        if not self.ready:
            return
        if session_id != self.chat.session.id:
            if self.chat.queue.active(session_id) is None:
                self.say("a reply in another session is finished: ctrl+o finds it")
            return
        ended = self._following.catch_up(self.log_view, self.chat)
        if ended is not None and ended.failure is not None:
            self.chat.monitor.poke()  # perhaps the host has gone
        self.show_chrome()

    def turn_failed(self, session_id: str, sentence: str) -> None:
        """A waiting prompt could not be sent."""
        self.say(f"a waiting prompt was not sent: {sentence}", warning=True)

    # -- painting ------------------------------------------------------------------

    def show_session(self) -> None:
        """Paint the current session from its beginning."""
        self._following.show(self.log_view, self.chat)
        self._drafts.show()
        self.show_chrome()

    def show_chrome(self) -> None:
        """Paint what surrounds the log."""
        self._around.paint(self.chat)

    def say(self, sentence: str, *, warning: bool = False) -> None:
        """A short notice, never parsed as markup; said again it isn't shown twice."""
        app, sentence = self.app, clean(sentence)
        for shown in [n for n in app._notifications if n.message == sentence]:
            app._unnotify(shown, refresh=False)
        self.notify(
            sentence,
            severity="warning" if warning else "information",
            markup=False,
            timeout=8 if warning else 5,
        )

    def say_problems(self) -> None:
        """What the store could not read or write, if anything."""
        if self.ready:
            for problem in self.chat.core.store.problems():
                self.say(problem, warning=True)

    def ask(self, dialog: ModalScreen[Any], done: Action) -> None:
        """Show a dialog, one at a time; ``done`` is called unless it was left."""
        if isinstance(self.app.screen, ModalScreen):
            return

        def closed(result: object) -> None:
            if isinstance(result, str):
                done(result)

        self.app.push_screen(dialog, closed)

    # -- commands ----------------------------------------------------------------

    def action_command(self, command_id: str) -> None:
        self.run_command(command_id)

    def action_log_command(self, command_id: str) -> None:
        self.run_command(command_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A single letter is a command only while the log has the focus."""
        if action == "log_command":
            return self.log_view.has_focus
        return super().check_action(action, parameters)

    def run_command(self, command_id: str, argument: str = "") -> None:
        """Do what a command of the table says."""
        if command_id == "quit":
            self.app.call_later(self.app.action_quit)
        elif self.ready or command_id in self._chrome:
            self._actions[command_id](argument)

    def keep_draft(self) -> None:
        """Put the unsent text on disk now."""
        self._drafts.keep()

    def copy_selection(self) -> None:
        """Copy what is selected on the screen."""
        self._taking.copy_selection()

    # -- what the widgets say --------------------------------------------------------

    @on(Prompt.Submitted)
    def _submitted(self, event: Prompt.Submitted) -> None:
        self._sending.submit(event.text)

    @on(Prompt.Changed)
    def _typed(self) -> None:
        self._drafts.changed()

    @on(Prompt.LeaveAsked)
    def _leave(self) -> None:
        self.run_command("quit")

    @on(Prompt.TakeBackAsked)
    def _take_back(self) -> None:
        self.run_command("take-back")

    @on(ModelButton.Pressed)
    def _pick_model(self) -> None:
        self.run_command("model")

    @on(MessageLog.LinkClicked)
    def _link(self, event: MessageLog.LinkClicked) -> None:
        self._taking.follow_link(event.url)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self.query_one(KeyHints).in_log = event.widget is self.log_view

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        if event.widget is self.log_view:
            self.query_one(KeyHints).in_log = False
