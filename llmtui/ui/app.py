"""The Textual app: its terminal, its keys, its colours, and the one door out."""

from __future__ import annotations

import os
import sys
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App, InvalidThemeError, ScreenStackError
from textual.css.query import NoMatches
from textual.dom import NoScreen
from textual.driver import Driver
from textual.events import (
    AppBlur,
    AppFocus,
    CursorPosition,
    Event,
    InputEvent,
    Key,
    Paste,
    Resize,
)
from textual.filter import LineFilter
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import TextArea
from textual.worker import WorkerFailed

from llmtui.chat.pasted import LONGEST_LINE
from llmtui.commands.keymap import use as use_keys
from llmtui.desktop.hyperlinks import hyperlinks
from llmtui.places import stylesheet
from llmtui.ui.begin import begin
from llmtui.ui.key_bindings import bind_first, quit_bindings
from llmtui.ui.link_filter import LinkFilter
from llmtui.ui.notices import Notice, Notices
from llmtui.ui.output_filter import ControlFilter
from llmtui.ui.screens.chat import ChatScreen
from llmtui.ui.signals import SIGHUP, keys_of_others, mind_signals
from llmtui.ui.spacing_marks import answered, give_room
from llmtui.ui.start import Start
from llmtui.ui.startup import open_chat
from llmtui.ui.terminal_input import clean_text, guarded
from llmtui.ui.typeahead import Typeahead
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from rich.console import RenderableType

    from llmtui.jobs.core import Core

LOOP_WAITS = 0.001
"""Seconds that a thread which reads, imports or saves may keep the interpreter
from the screen; Python's own 0.005 can be felt when it happens several times."""

FOLD_BELOW = 12
"""Rows under which header and footer fold away."""

_FROM_TERMINAL = (InputEvent, Paste, AppFocus, AppBlur, Resize)
"""Events of which thousands may wait."""

_GONE = (NoMatches, NoScreen, ScreenStackError)
"""What is raised for want of a widget or a screen."""

_NET = ControlFilter(getattr(sys.__stdout__, "encoding", None))


class LlmtuiApp(App[int], inherit_bindings=False):
    """Opens the core behind the first frame and owns what outlives a screen."""

    CSS_PATH = stylesheet()
    TITLE = "llmtui"
    ENABLE_COMMAND_PALETTE = False  # the palette is a dialog of our own
    ESCAPE_TO_MINIMIZE = False
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-tiny"),
        (FOLD_BELOW, "-low"),
        (18, "-high"),
    ]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-narrow"),
        (100, "-wide"),
    ]
    notice: reactive[Notice | None] = reactive(None)
    """What is said now: every screen has a line for it."""

    def __init__(self, start: Start) -> None:
        super().__init__()
        use_keys(start.settings.keys)
        bind_first(self, quit_bindings())
        self.start = start
        on = hyperlinks(start.settings.hyperlinks, os.environ)
        self._links = LinkFilter(on=on)
        self.notices = Notices(partial(setattr, self, "notice"), self.set_timer)
        self.core: Core | None = None
        self._leaving = False
        self.typeahead = Typeahead(self, super().on_event)
        self._set_theme(start.settings.theme or start.state.theme)

    def get_default_screen(self) -> Screen[None]:
        return ChatScreen(self.start, self.notices, self.typeahead)

    def get_driver_class(self) -> type[Driver]:
        """The driver of this platform, safe from what a terminal may do."""
        driver = super().get_driver_class()
        if driver.__name__ != "LinuxDriver":
            return guarded(driver)
        from llmtui.ui.terminal_driver import TerminalDriver

        return TerminalDriver

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The net under the sanitiser: no control character reaches the terminal."""
        return [*super().get_line_filters(), _NET, self._links]

    def on_cursor_position(self, event: CursorPosition) -> None:
        """The terminal says how it measures; it was asked when it became ours."""
        wide = answered(event.x, event.y)
        if wide is not None and give_room(wide):
            self.chat.log_view.measure_anew()
            self.screen.refresh(layout=True)

    # -- a terminal that stops reading ---------------------------------------------

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Paint nothing that the terminal would not read now."""
        if not getattr(self._driver, "behind", False):
            super()._display(screen, renderable)

    def on_terminal_driver_caught_up(self) -> None:
        """Paint everything as it is by now."""
        self.screen.refresh()

    def on_driver_signal_resume(self) -> None:
        """Paint what the shell has painted over."""
        self.screen.refresh()

    def on_terminal_driver_gone(self) -> None:
        """The same end as when the system says so."""
        self.leave(128 + SIGHUP)

    @property
    def chat(self) -> ChatScreen:
        """The one screen under all dialogs."""
        screen = self.screen_stack[0]
        assert isinstance(screen, ChatScreen)
        return screen

    def watch_app_focus(self, has_focus: bool) -> None:
        """What was opened while another window had the focus has none inside."""
        if has_focus and self.screen.focused is None:
            self.screen._update_auto_focus()

    # -- start and keys ------------------------------------------------------------

    async def on_event(self, event: Event) -> None:
        """Have keys wait for each other; whatever a paste goes into gets clean text.

        Once it leaves, nothing is done for what was typed and clicked ahead.
        """
        if self._leaving and isinstance(event, _FROM_TERMINAL):
            return
        if isinstance(event, Key) and not self.app_focus:
            self.app_focus = True  # it would not come here otherwise
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            if isinstance(event, Paste):
                event.text = self._fitting(clean_text(event))
            await self.typeahead.feed(event)
        else:
            await super().on_event(event)

    def _fitting(self, text: str) -> str:
        """What can be pasted where one is: a line takes one that is not too long."""
        if len(text) <= LONGEST_LINE or isinstance(self.focused, TextArea):
            return text
        self.notices.say("only its beginning was pasted: a line is no place for more")
        return text.partition("\n")[0][:LONGEST_LINE]

    def on_dialog_ready(self) -> None:
        """What keys waited for in a dialog is there."""
        self.typeahead.go_on()

    def on_mount(self) -> None:
        sys.setswitchinterval(LOOP_WAITS)
        mind_signals(self.leave)
        self.watch(self.chat, "focused", self._focus_came)
        self.call_after_refresh(self._begin)

    def _focus_came(self, focused: Widget | None) -> None:
        if focused is not None:
            self.typeahead.open()

    def _begin(self) -> None:
        def opened(core: Core) -> None:
            self.core = core

        self.run_worker(open_chat(self.start, self.chat, self.spawn, opened))

    def spawn(self, job: Coroutine[Any, Any, None]) -> None:
        """Run a job for as long as the app runs, whatever screens come and go."""
        begin(self, job)

    # -- colours -----------------------------------------------------------------

    def _set_theme(self, name: str) -> None:
        if not name:
            return
        try:
            self.theme = name
        except InvalidThemeError:
            self.start.state.theme = ""

    # -- leaving -----------------------------------------------------------------

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Give the terminal back for a moment, with its keys."""
        with keys_of_others(), super().suspend():
            yield

    async def action_quit(self) -> None:
        """Leave once the input has the keys that came before."""
        if self.chat.controls is not None:
            await self.chat.controls.models.finish()
        prompt = self.chat.query(Prompt)
        if not prompt or not prompt.first().call_later(self.leave, 0):
            self.leave(0)

    def leave(self, code: int) -> None:
        """End the replies, keep the draft, go. All of it at once: after this an
        ``await`` would be cut off."""
        if self._leaving:
            return
        self._leaving = True
        if self.chat.controls is not None:
            self.chat.controls.drafts.keep(self.typeahead.text)
        self.typeahead.close()
        if self.core is not None:
            self.core.replies.end_all_now()
        self.start.state.save()
        self.exit(code, return_code=code)

    def _handle_exception(self, error: Exception) -> None:
        """While all screens go, one widget still handles what it was sent, and does
        not find another: that is no failure."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        if self._running or not isinstance(cause, _GONE):
            super()._handle_exception(error)

    async def on_unmount(self) -> None:
        if self.core is not None:
            await self.core.aclose()
