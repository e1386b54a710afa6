"""The foot of the chat screen: what is typed, what completes it, what goes with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from llmtui.jobs.path_completion import PathCompletion
from llmtui.jobs.slash_completion import SlashCompletion
from llmtui.ui.controls.completing import Completing
from llmtui.ui.widgets.attached_bar import AttachedBar
from llmtui.ui.widgets.completion_menu import CompletionMenu
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.chat.completion import CompletionSource
    from llmtui.settings import Settings
    from llmtui.ui.controls.chat import ChatControls
    from llmtui.ui.controls.services import ScreenServices

QUIET = 1.0
"""Seconds after the start in which nothing is prepared that can wait."""


class InputArea(Widget):
    """Lays out the input, and passes on to the controls what is done in it."""

    def __init__(
        self,
        settings: Settings,
        services: ScreenServices,
        paint: Callable[[], object],
    ) -> None:
        """``paint`` shows what came of something that was done here."""
        super().__init__()
        self._settings = settings
        self._services = services
        self._paint = paint
        self._controls: ChatControls | None = None
        self._slashes = SlashCompletion()
        self._paths = PathCompletion(more=lambda: self.completing.refill())
        self._menu, self._prompt = CompletionMenu(), Prompt()
        sources: list[CompletionSource] = [self._slashes, self._paths]
        self.completing = Completing(self._prompt, self._menu, services.spawn, sources)

    def compose(self) -> ComposeResult:
        yield AttachedBar()
        yield self._menu
        yield self._prompt

    def on_mount(self) -> None:
        self.set_timer(QUIET, lambda: self._services.spawn(self._paths.prepare()))
        if self._settings.input.vim:
            self._prompt.use_vim(True)

    def attach(self, controls: ChatControls) -> None:
        """There is a current chat: what is typed from now on is for it."""
        from llmtui.jobs.argument_words import ArgumentWords

        self._controls = controls
        themes = {"theme": sorted(self.app.available_themes)}
        self._slashes.words = ArgumentWords(controls.chat, self._settings, themes)

    # -- typing ------------------------------------------------------------------

    @on(Prompt.Submitted)
    def _submitted(self, event: Prompt.Submitted) -> None:
        if self._controls is not None:
            self._controls.sending.submit(event.text)
            self._paint()

    @on(Prompt.Changed)
    def _typed(self) -> None:
        if self._controls is not None:
            self._controls.drafts.changed()
            self._controls.mentioning.typed()
            self._controls.meter.typed()

    @on(Prompt.Pasted)
    def _pasted(self, event: Prompt.Pasted) -> None:
        if self._controls is not None:
            self._controls.attaching.pasted(event.text)

    # -- completing --------------------------------------------------------------

    @on(Prompt.SelectionChanged)
    def _completable(self) -> None:
        self.completing.typed()

    @on(CompletionMenu.Chosen)
    def _completed(self, event: CompletionMenu.Chosen) -> None:
        self.completing.put(event.candidate)

    # -- what is attached --------------------------------------------------------

    @on(AttachedBar.Opened)
    def _attachment_opened(self, event: AttachedBar.Opened) -> None:
        if self._controls is not None:
            self._controls.attaching.open(event.group)

    @on(AttachedBar.TakenOff)
    def _attachment_taken_off(self, event: AttachedBar.TakenOff) -> None:
        if self._controls is not None:
            self._controls.attaching.take_off(event.group)
            self._paint()

    @on(AttachedBar.Left)
    def _attachments_left(self) -> None:
        self._prompt.focus()
