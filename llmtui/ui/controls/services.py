"""What the screen lends to its controls."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from llmtui.ui.begin import Job, begin
from llmtui.ui.controls.refusing import Refusing
from llmtui.ui.dialogs.dialog import Dialog, R
from llmtui.ui.notices import Notices
from llmtui.ui.typeahead import Typeahead
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from textual.screen import Screen


class ScreenServices:
    """How controls speak, ask, and have something done; what came of it is painted."""

    def __init__(
        self,
        screen: Screen[None],
        notices: Notices,
        typeahead: Typeahead,
        run_command: Callable[[str, str], object],
        paint: Callable[[], object],
    ) -> None:
        """``run_command`` runs a command by its id, with an argument."""
        self._screen = screen
        self._typeahead = typeahead
        self._paint = paint
        self.run_command = run_command
        self.say = notices.say
        self.refuse = Refusing(lambda: screen.query_one(Prompt), self.say).refuse

    def ask(self, dialog: Dialog[R], done: Callable[[R], object]) -> None:
        """Show a dialog; ``done`` is called with its result unless it was left."""

        def closed(result: R | None) -> None:
            if result is not None:
                done(result)
                self._paint()
            self._typeahead.go_on()

        self._screen.app.push_screen(dialog, closed)

    def run_job(self, job: Coroutine[Any, Any, None]) -> None:
        """Do what takes a moment, while keys wait for its end."""

        async def run(job: Job) -> None:
            with self._typeahead.hold():
                await job
                self._paint()

        begin(self._screen.app, job, around=run)

    def spawn(self, job: Coroutine[Any, Any, None]) -> None:
        """Do what takes long; keys do not wait."""

        async def run(job: Job) -> None:
            await job
            self._paint()

        begin(self._screen.app, job, around=run)
