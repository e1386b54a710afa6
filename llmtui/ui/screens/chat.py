"""The screen on which one chats: it lays out, and passes on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.getters import query_one
from textual.screen import Screen

from llmtui.commands.keymap import keymap
from llmtui.ui.attention import Attention
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.completing import KEYS
from llmtui.ui.controls.events import ChatEvents
from llmtui.ui.controls.following import Following
from llmtui.ui.controls.problems import say_problems
from llmtui.ui.controls.program import Program
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.key_bindings import bind_first, chat_bindings
from llmtui.ui.notices import Notices
from llmtui.ui.screens.chrome import Chrome
from llmtui.ui.screens.input_area import InputArea
from llmtui.ui.screens.log_sync import LogSync
from llmtui.ui.start import Start
from llmtui.ui.typeahead import Typeahead
from llmtui.ui.widgets.attached_bar import AttachedBar
from llmtui.ui.widgets.command_asked import CommandAsked
from llmtui.ui.widgets.header import Header
from llmtui.ui.widgets.key_hints import KeyHints
from llmtui.ui.widgets.log.scroller import Selections
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.notice_line import NoticeLine
from llmtui.ui.widgets.offer_chosen import OfferChosen
from llmtui.ui.widgets.prompt import Prompt
from llmtui.ui.widgets.pull_bar import PullBar
from llmtui.ui.widgets.queued import Queued
from llmtui.ui.widgets.status import Status
from llmtui.ui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.ui.controls.chat import ChatControls

PROBLEMS_EVERY = 2.0
"""Seconds between two looks for what could not be saved in the background."""


class ChatScreen(Screen[None]):
    """Header, log, status, input and keys; the controls do the rest."""

    AUTO_FOCUS = "Prompt"
    log_view = query_one(MessageLog)
    prompt = query_one(Prompt)

    def __init__(
        self,
        start: Start,
        notices: Notices,
        typeahead: Typeahead,
    ) -> None:
        super().__init__()
        completing = [Binding(k, f"complete('{k}')", priority=True) for k in KEYS]
        bind_first(self, [*completing, *chat_bindings()])
        self.start = start
        self._typeahead = typeahead
        self.controls: ChatControls | None = None
        """None until there is a current chat."""
        self._services = ScreenServices(
            self, notices, typeahead, self.run_command, self.sync
        )
        self._say = notices.say
        self._attention = Attention(self, start.settings, os.environ)
        self.events = ChatEvents(self.sync, self._say, self._attention.ended)
        self._chrome = Chrome(self)
        self._log_sync = LogSync()
        self._clipboard = Clipboard(self, start.places.cache, self._say)
        program = Program(
            self, start.state, start.places.presets, notices, self._services
        )
        self.actions = program.actions()

    def compose(self) -> ComposeResult:
        # Before anything can have the focus: the first key may be one of its own.
        self.input_area = InputArea(self.start.settings, self._services, self.sync)
        yield Header()
        yield Welcome()
        yield MessageLog(scroll_tables=self.start.settings.wide_tables == "scroll")
        yield Queued()
        yield PullBar()
        yield Status()
        yield NoticeLine(id="instead-of-status")
        yield self.input_area
        yield KeyHints()
        yield NoticeLine(id="instead-of-keys")

    def on_mount(self) -> None:
        self._chrome.begin(self.start)
        self._attention.begin()

    def validate_selections(self, selections: Selections) -> Selections:
        return self.log_view.only_selected(selections)

    # -- the core ----------------------------------------------------------------

    @property
    def chat(self) -> CurrentChat:
        assert self.controls is not None
        return self.controls.chat

    async def attach(self, chat: CurrentChat) -> None:
        """The core is open: show what was asked for at the start."""
        from llmtui.ui.controls.chat import ChatControls
        from llmtui.ui.controls.opening import Opening

        controls = ChatControls(
            self.start,
            chat,
            self.log_view,
            self.prompt,
            self._clipboard,
            self._services,
        )
        opening = Opening(self.start, controls, self._services)
        await opening.resume()
        self.controls = self.events.controls = controls
        self.input_area.attach(controls)
        self.actions |= controls.actions
        self.sync()
        self._typeahead.go_on()
        opening.begin()
        self.set_interval(PROBLEMS_EVERY, lambda: say_problems(chat, self._say))

    def cannot_start(self, sentence: str) -> None:
        """The data directory can't be used."""
        self._chrome.cannot_start(sentence)

    def sync(self) -> None:
        """Paint the current chat as it is now; what has not changed costs nothing."""
        if self.controls is None or not (self.is_attached and self.app.is_running):
            return  # too early, or the widgets are being taken away
        chat = self.controls.chat
        is_new = self._log_sync.is_new(chat)
        self._log_sync.sync(self.log_view, chat)
        if is_new:
            self.controls.editing.end()
            self.controls.drafts.show()
        early, running = self.controls.early.texts, self.controls.shell.running
        self._chrome.paint(chat, early, running)
        self.controls.attaching.show(self.query_one(AttachedBar))
        self._attention.paint(chat)

    # -- commands ----------------------------------------------------------------

    def keys_wait(self, key: str) -> bool:
        """Whether a key, and those that follow it, must wait for the current chat."""
        if self.controls is not None:
            return False
        command = keymap().command(key)
        return key == "enter" or not (command is None or command in self.actions)

    def run_command(self, command_id: str, argument: str = "") -> None:
        """Do what a command of the table says, and paint what came of it."""
        if command_id == "quit":
            self.app.call_later(self.app.action_quit)
        elif action := self.actions.get(command_id):
            action(argument)
            self.sync()
        else:
            self._say("not yet: the program is still opening")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A single letter is a command only while the log has the focus."""
        if action == "log_command":
            return self.log_view.has_focus
        if action == "complete":
            return self.input_area.completing.takes(str(parameters[0]))
        return super().check_action(action, parameters)

    def action_command(self, command_id: str) -> None:
        self.run_command(command_id)

    def action_log_command(self, command_id: str) -> None:
        self.run_command(command_id)

    def action_complete(self, key: str) -> None:
        self.input_area.completing.press(key)

    # -- what the widgets say --------------------------------------------------------

    @on(OfferChosen)
    def _offer_chosen(self, event: OfferChosen) -> None:
        if self.controls is not None:
            self.controls.models.offering.take(event.at)
            self.sync()

    @on(CommandAsked)
    def _command_asked(self, event: CommandAsked) -> None:
        self.run_command(event.command_id)

    @on(MessageLog.LinkClicked)
    def _link(self, event: MessageLog.LinkClicked) -> None:
        log, ask = event.log_view, self._services.ask
        Following(log, self._clipboard, self._say, ask).follow(event.link)

    @on(MessageLog.LinkPointed)
    def _link_pointed(self, event: MessageLog.LinkPointed) -> None:
        self.query_one(Status).link = event.link
