"""The Textual app: start, colours, signals, and the one door out."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, InvalidThemeError
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.events import Event, Key, Paste
from textual.filter import LineFilter
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from llmtui.places import stylesheet
from llmtui.sanitise import clean
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.notices import Notice, Notices
from llmtui.ui.output_filter import ControlFilter
from llmtui.ui.screens.chat import ChatScreen
from llmtui.ui.start import Start
from llmtui.ui.terminal_input import guarded
from llmtui.ui.typeahead import Typeahead
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from rich.console import RenderableType

    from llmtui.jobs.core import Core
    from llmtui.jobs.current_chat import CurrentChat

LOOP_WAITS = 0.001
"""Seconds that a thread which reads, imports or saves may keep the interpreter
from the screen; Python's own 0.005 can be felt when it happens several times."""

SIGHUP = 1
"""Its number everywhere; Windows has no name for it."""

HOST_FIRST = 1.0
"""Seconds for which the host's answer goes before what only the first reply needs."""

FOLD_BELOW = 12
"""Rows under which header and footer fold away."""

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
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "leave", show=False, priority=True, id="quit"),
    ]

    notice: reactive[Notice | None] = reactive(None)
    """What is said now: every screen has a line for it."""

    def __init__(self, start: Start) -> None:
        super().__init__()
        self.start = start
        self.notices = Notices(partial(setattr, self, "notice"), self.set_timer)
        self.core: Core | None = None
        self._leaving = False
        self._outside = False
        self._input_was_there = False
        self.typeahead = Typeahead(
            self, super().on_event, self._too_early, self._leaves
        )
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
        return [*super().get_line_filters(), _NET]

    # -- a terminal that stops reading ---------------------------------------------

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Paint nothing that the terminal would not read now."""
        if not getattr(self._driver, "behind", False):
            super()._display(screen, renderable)

    def on_terminal_driver_caught_up(self) -> None:
        """Paint everything as it is by now."""
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

    # -- start -------------------------------------------------------------------

    async def on_event(self, event: Event) -> None:
        """Have keys wait for each other; whatever a paste goes into gets clean text."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            if isinstance(event, Paste):
                event.text = clean(event.text)
            await self.typeahead.feed(event)
        else:
            await super().on_event(event)

    def _leaves(self, event: Key | Paste) -> bool:
        """Whether a key ends whatever the others wait for."""
        if not isinstance(event, Key):
            return False
        in_dialog = isinstance(self.screen, Dialog)
        return event.key == "ctrl+q" or (event.key == "escape" and in_dialog)

    def on_dialog_ready(self) -> None:
        """What keys waited for in a dialog is there."""
        self.typeahead.go_on()

    def _too_early(self, event: Key | Paste) -> bool:
        """Whether a key has nowhere to go yet: no input, no chat, no rows."""
        if not self._input_was_there:
            return True
        if isinstance(self.screen, Dialog) and self.screen.keys_wait:
            return True
        return isinstance(event, Key) and self.chat.too_early(event.key)

    def _focus_came(self, focused: Widget | None) -> None:
        if focused is not None and not self._input_was_there:
            self._input_was_there = True
            self.typeahead.go_on()

    def on_mount(self) -> None:
        sys.setswitchinterval(LOOP_WAITS)
        self._mind_signals()
        self.watch(self.chat, "focused", self._focus_came)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.run_worker(self._open_core(), name="open core")

    async def _open_core(self) -> None:
        """Import providers and store in a thread: it takes longer than a frame."""
        try:
            core, chat_of = await asyncio.to_thread(self._opened)
        except OSError as error:
            self.chat.cannot_start(str(error))
            self._settle()
            return
        self.core = core
        looked = asyncio.Event()

        def changed() -> None:
            looked.set()
            self.chat.events.host_changed()

        core.monitor.on_change = changed
        chat = chat_of(
            core,
            self.start.state,
            self.start.settings,
            model=self.start.model,
            spawn=self.spawn,
            changed=self.chat.events.turn_changed,
            ended=self.chat.events.turn_ended,
            failed=self.chat.events.turn_failed,
        )
        # First what was asked for: asking the host imports much, in a thread
        # that would compete for the interpreter.
        await self.chat.attach(chat)
        self.typeahead.go_on()
        self.spawn(core.monitor.run())
        self.spawn(core.providers.close_unused())
        self.spawn(chat.watch.run())
        chat.host_switch.prepare()
        with suppress(TimeoutError):
            async with asyncio.timeout(HOST_FIRST):
                await looked.wait()
        await asyncio.to_thread(self._warm)
        self.spawn(core.empty_trash(self.start.settings.trash_days))
        self.call_after_refresh(self._settle)

    def _opened(self) -> tuple[Core, type[CurrentChat]]:
        """The core, and what puts it to use; raises ``OSError``. Slow."""
        from llmtui.jobs.current_chat import CurrentChat

        core = self.start.open_core()
        core.store.check_writable()
        core.store.recover()
        return core, CurrentChat

    @staticmethod
    def _warm() -> None:
        """Import what the first answer is drawn with, before it comes."""
        from llmtui.ui.widgets.log.warm import warm

        warm()

    def spawn(self, job: Coroutine[Any, Any, None]) -> None:
        """Run a job for as long as the app runs, whatever screens come and go."""
        self.run_worker(job, group="jobs")

    @staticmethod
    def _settle() -> None:
        """Keep the garbage collector from walking what never goes away."""
        import gc

        gc.freeze()
        gc.enable()

    # -- colours -----------------------------------------------------------------

    def _set_theme(self, name: str) -> None:
        if not name:
            return
        try:
            self.theme = name
        except InvalidThemeError:
            self.start.state.theme = ""

    # -- leaving -----------------------------------------------------------------

    def _mind_signals(self) -> None:
        """SIGTERM and SIGHUP leave through the same door as ctrl+q.

        Without this Textual would leave the terminal in its alternate screen.
        """
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP", "SIGINT"):
            number = getattr(signal, name, None)
            if number is None:
                continue
            leave = self._interrupted if name == "SIGINT" else self.leave
            try:
                loop.add_signal_handler(number, leave, 128 + number)
            except (NotImplementedError, RuntimeError, ValueError):
                return  # Windows, or a loop outside the main thread (tests)

    def _interrupted(self, code: int) -> None:
        """SIGINT: while a pager has the terminal, ctrl+c is the pager's."""
        if not self._outside:
            self.leave(code)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Give the terminal back for a moment."""
        self._outside = True
        try:
            with super().suspend():
                yield
        finally:
            self._outside = False

    async def action_quit(self) -> None:
        """Leave once the input has the keys that came before."""
        prompt = self.chat.query(Prompt)
        if not prompt or not prompt.first().call_later(self.leave, 0):
            self.leave(0)

    def leave(self, code: int) -> None:
        """End the replies, keep the draft, go. All of it at once: after this an
        ``await`` would be cut off."""
        if self._leaving:
            return
        self._leaving = True
        self.chat.keep_draft(self.typeahead.text)
        if self.core is not None:
            self.core.replies.end_all_now()
        self.start.state.save()
        self.exit(code, return_code=code)

    async def on_unmount(self) -> None:
        if self.core is not None:
            await self.core.aclose()
