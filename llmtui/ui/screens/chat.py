"""The screen on which one chats: it lays out, and passes on."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.getters import query_one
from textual.screen import Screen

from llmtui.commands.keymap import keymap
from llmtui.jobs.path_completion import PathCompletion
from llmtui.jobs.slash_completion import SlashCompletion
from llmtui.ui.attention import Attention
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.completing import KEYS, Completing
from llmtui.ui.controls.events import ChatEvents
from llmtui.ui.controls.following import Following
from llmtui.ui.controls.problems import say_problems
from llmtui.ui.controls.program import Program
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.key_bindings import bind_first, chat_bindings
from llmtui.ui.notices import Notices
from llmtui.ui.screens.chrome import Chrome
from llmtui.ui.screens.log_sync import LogSync
from llmtui.ui.start import Start
from llmtui.ui.typeahead import Typeahead
from llmtui.ui.widgets.attached_bar import AttachedBar
from llmtui.ui.widgets.command_asked import CommandAsked
from llmtui.ui.widgets.completion_menu import CompletionMenu
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
    from llmtui.chat.completion import CompletionSource
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.ui.controls.chat import ChatControls

QUIET = 1.0
"""Seconds after the start in which nothing is prepared that can wait."""
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
        self._slashes = SlashCompletion()
        self._paths = PathCompletion(more=lambda: self.completing.refill())
        self._clipboard = Clipboard(self, start.places.cache, self._say)
        program = Program(
            self, start.state, start.places.presets, notices, self._services
        )
        self.actions = program.actions()

    def compose(self) -> ComposeResult:
        menu, prompt = CompletionMenu(), Prompt()
        # Before anything can have the focus: the first key may be one of its own.
        sources: list[CompletionSource] = [self._slashes, self._paths]
        self.completing = Completing(prompt, menu, self._services.spawn, sources)
        yield Header()
        yield Welcome()
        yield MessageLog()
        yield Queued()
        yield PullBar()
        yield Status()
        yield NoticeLine(id="instead-of-status")
        yield AttachedBar()
        yield menu
        yield prompt
        yield KeyHints()
        yield NoticeLine(id="instead-of-keys")

    def on_mount(self) -> None:
        self.set_timer(QUIET, lambda: self._services.spawn(self._paths.prepare()))
        if self.start.settings.input.vim:
            self.prompt.use_vim(True)
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

        controls = ChatControls(
            self.start,
            chat,
            self.log_view,
            self.prompt,
            self._clipboard,
            self._services,
        )
        resume = self.start.resume
        if resume == "latest":
            found = await asyncio.to_thread(chat.core.store.latest)
            if found is None:
                self._say("there is no session to continue yet: this is a new one")
            resume = found or ""
        if resume and resume != "pick":
            await controls.sessions.resume(resume, keep_input=True)
        self.controls = self.events.controls = controls
        self._complete_arguments(chat)
        self.actions |= controls.actions
        self.sync()
        self._typeahead.go_on()
        if self.start.resume == "pick":
            self.run_command("sessions")
        if self.start.prompt:
            controls.sending.send_first(self.start.prompt)
        for warning in (*self.start.settings.warnings, self.start.state.problem):
            if warning:
                self._say(warning, warning=True)
        self.set_interval(PROBLEMS_EVERY, lambda: say_problems(chat, self._say))

    def _complete_arguments(self, chat: CurrentChat) -> None:
        from llmtui.jobs.argument_words import ArgumentWords

        themes = {"theme": sorted(self.app.available_themes)}
        self._slashes.words = ArgumentWords(chat, self.start.settings, themes)

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
            return self.completing.takes(str(parameters[0]))
        return super().check_action(action, parameters)

    def action_command(self, command_id: str) -> None:
        self.run_command(command_id)

    def action_log_command(self, command_id: str) -> None:
        self.run_command(command_id)

    def action_complete(self, key: str) -> None:
        self.completing.press(key)

    # -- what the widgets say --------------------------------------------------------

    @on(OfferChosen)
    def _offer_chosen(self, event: OfferChosen) -> None:
        if self.controls is not None:
            self.controls.models.offering.take(event.at)
            self.sync()

    @on(CommandAsked)
    def _command_asked(self, event: CommandAsked) -> None:
        self.run_command(event.command_id)

    @on(Prompt.Submitted)
    def _submitted(self, event: Prompt.Submitted) -> None:
        if self.controls is not None:
            self.controls.sending.submit(event.text)
            self.sync()

    @on(Prompt.Changed)
    def _typed(self) -> None:
        if self.controls is not None:
            self.controls.drafts.changed()
            self.controls.attaching.typed()
            self.controls.meter.typed()

    @on(Prompt.Pasted)
    def _pasted(self, event: Prompt.Pasted) -> None:
        if self.controls is not None:
            self.controls.attaching.pasted(event.text)

    @on(AttachedBar.Opened)
    def _attachment_opened(self, event: AttachedBar.Opened) -> None:
        if self.controls is not None:
            self.controls.attaching.open(event.group)

    @on(AttachedBar.TakenOff)
    def _attachment_taken_off(self, event: AttachedBar.TakenOff) -> None:
        if self.controls is not None:
            self.controls.attaching.take_off(event.group)
            self.sync()

    @on(AttachedBar.Left)
    def _attachments_left(self) -> None:
        self.prompt.focus()

    @on(Prompt.SelectionChanged)
    def _completable(self) -> None:
        self.completing.typed()

    @on(CompletionMenu.Chosen)
    def _completed(self, event: CompletionMenu.Chosen) -> None:
        self.completing.put(event.candidate)

    @on(MessageLog.LinkClicked)
    def _link(self, event: MessageLog.LinkClicked) -> None:
        log, ask = event.log_view, self._services.ask
        Following(log, self._clipboard, self._say, ask).follow(event.link)

    @on(MessageLog.LinkPointed)
    def _link_pointed(self, event: MessageLog.LinkPointed) -> None:
        self.query_one(Status).link = event.link
