"""What surrounds the log: title, model, host, welcome, status, line, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from llmtui.chat.names import short
from llmtui.commands.keymap import shown
from llmtui.host_settings import UNVERIFIED
from llmtui.human import parameters
from llmtui.ui.controls.offering import offer_rows
from llmtui.ui.widgets import welcome
from llmtui.ui.widgets.header import HostState, ModelButton, SessionTitle
from llmtui.ui.widgets.key_hints import KeyHints
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.prompt import HINT, HINT_HELD, HINT_WAITING, Prompt
from llmtui.ui.widgets.pull_bar import PullBar
from llmtui.ui.widgets.queued import Queued
from llmtui.ui.widgets.status import Status, context_words, next_words
from llmtui.ui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.ui.start import Start


class Chrome:
    """Paints the current chat into the widgets of a screen."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen

    def begin(self, start: Start) -> None:
        """Before anything is known: what the command line said."""
        screen = self._screen
        log = screen.query_one(MessageLog)
        log.display = False
        log.appearance.thinking_open = start.state.thinking_open
        log.appearance.verbose = start.state.verbose
        log.appearance.code.lines = start.settings.fold_code
        screen.query_one(Queued).display = False
        screen.query_one(SessionTitle).private = start.private
        host = screen.query_one(HostState)
        host.host, host.unverified = start.host.label, start.host.is_unverified
        screen.query_one(ModelButton).model = short(start.model)

    def cannot_start(self, sentence: str) -> None:
        """The data directory can't be used."""
        lines = (f"Cannot start: {sentence}", f"{shown('quit')} leaves.")
        self._screen.query_one(Welcome).lines = lines

    def paint(self, chat: CurrentChat, early: tuple[str, ...], running: str) -> None:
        """Everything anew; what has not changed costs nothing.

        ``early`` are the prompts that wait for the host, ``running`` is the command
        of the system that runs.
        """
        screen = self._screen
        title = screen.query_one(SessionTitle)
        title.title, title.private = chat.session.title, chat.private
        self._paint_host(chat)
        line = chat.queue.waiting(chat.session.id)
        waiting = (*(prompt.text for prompt in line), *early)
        held = chat.queue.held(chat.session.id)
        queued = screen.query_one(Queued)
        queued.held, queued.prompts = held, waiting
        hint = HINT_HELD if held else HINT_WAITING if waiting else HINT
        screen.query_one(Prompt).placeholder = hint
        goes_on = bool(running or chat.host_switch.builtin.progress)
        screen.query_one(KeyHints).stoppable = goes_on or chat.reply is not None
        self._paint_status(chat, running)
        screen.query_one(PullBar).show(chat.models.pulls)
        screen.query_one(MessageLog).display = chat.saved
        empty = screen.query_one(Welcome)
        empty.display = not chat.saved
        if not chat.saved:
            private = welcome.PRIVATE if chat.private else ()
            words = (*_welcome(chat), *private)
            empty.show(words, offer_rows(chat), chat.models.offers.machine)

    def _paint_host(self, chat: CurrentChat) -> None:
        host = self._screen.query_one(HostState)
        host.host = chat.monitor.host.label
        host.unverified = chat.monitor.host.is_unverified
        host.state = chat.monitor.state
        button = self._screen.query_one(ModelButton)
        button.model = short(chat.model)
        listed = chat.listed
        words = [parameters(listed.parameters), listed.quantisation] if listed else []
        words += ["json"] if chat.session.format else []
        button.detail = " ".join(filter(None, words))

    def _paint_status(self, chat: CurrentChat, running: str) -> None:
        status = self._screen.query_one(Status)
        status.show_reply(None if running else chat.reply)  # what esc ends first
        answer = chat.session.last_answer()
        usage = answer.usage if answer else None
        command = f"running {running}; {shown('stop')} ends it" if running else ""
        progress = chat.host_switch.builtin.progress
        status.note = command or progress or self._folded_host(chat)
        window, following = chat.context.window(chat.session), chat.context.next
        if following is not None and following.session_id == chat.session.id:
            status.context = next_words(following.tokens, window, following.exact)
            status.too_full = bool(window) and following.tokens > window
        else:
            status.context, status.too_full = context_words(usage, window), False

    def _folded_host(self, chat: CurrentChat) -> str:
        """The state of the host where there is no room for the line that has it."""
        host, up = chat.monitor.host, chat.monitor.state != "down"
        if not self._screen.has_class("-tiny") or (up and not host.is_unverified):
            return ""
        return f"{host.label} {UNVERIFIED if up else 'is down'}"


def _welcome(chat: CurrentChat) -> tuple[str, ...]:
    """What an empty session says, above what it offers."""
    monitor = chat.monitor
    if trouble := chat.host_switch.builtin.trouble:
        return (trouble,)
    if monitor.state == "down":
        starting = chat.core.ollama.running
        log = str(chat.core.ollama.log)
        return welcome.starting(log) if starting else welcome.down(monitor.sentence)
    if monitor.state == "unknown":
        return welcome.connecting(monitor.host.label)
    if not chat.model and monitor.sentence:
        return welcome.no_list(monitor.sentence)
    if not chat.model and monitor.models:
        return (f"{chat.models.choice.why_none()}.",)
    if not chat.model:
        return welcome.no_models(monitor.host.label)
    if chat.models.choice.missing(chat.model):
        return welcome.missing(monitor.host.label, short(chat.model))
    server = monitor.host.has_server
    where = f"answers on {monitor.host.label}" if server else "runs on this computer"
    return welcome.ready(short(chat.model), where)
