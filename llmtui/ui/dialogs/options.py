"""The options of the session: all in a table, changed where they stand."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Label

from llmtui.chat.options import OptionError
from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.widgets.option_table import OptionTable, can_be_at

if TYPE_CHECKING:
    from llmtui.chat.models import ModelDetails
    from llmtui.jobs.session_options import SessionOptions

KEYS = "enter keep · ctrl+r reset · ctrl+t reset all · ctrl+z undo · esc close"
RELOADS = "another value loads the model anew"


class OptionsDialog(Dialog[None]):
    """What is typed is kept when one goes on, and holds from the next turn on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", show=False),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
        Binding("ctrl+r", "reset", show=False, priority=True),
        Binding("ctrl+t", "reset_all", show=False, priority=True),
        Binding("ctrl+z", "undo", show=False, priority=True),
    ]

    table = query_one(OptionTable)

    def __init__(
        self,
        options: SessionOptions,
        title: str,
        details: Callable[[], Coroutine[Any, Any, ModelDetails | None]],
        *,
        at: str = "",
    ) -> None:
        """``details`` asks the host about the model; ``at`` is the option to begin
        with."""
        super().__init__()
        self._options = options
        self._title = title
        self._ask_details = details
        self._details: ModelDetails | None = None
        self._at = at

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog options") as box:
            box.border_title = Content(clean_line(self._title))
            yield OptionTable()
            yield Label("", id="words", markup=False)
            yield Label(KEYS, id="keys", classes="quiet", markup=False)

    def on_mount(self) -> None:
        rows = self._options.rows(None)
        self.table.show(rows)
        names = [row.name for row in rows if can_be_at(row)]
        self._begin(self._at if self._at in names else names[0])
        self._look_up()

    @work
    async def _look_up(self) -> None:
        """Fill in what the model brings, which its host may take a moment to say."""
        self._details = await self._ask_details()
        if self.is_there:
            self.table.show(self._options.rows(self._details))

    # -- going from one to the next ------------------------------------------------

    def _begin(self, name: str) -> None:
        self.table.begin(name)
        self._explain()

    def action_move(self, action: str) -> None:
        if self._keep():
            self.table.move(action)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.action_move("cursor_down")

    @on(OptionTable.Wanted)
    def _wanted(self, event: OptionTable.Wanted) -> None:
        if self._keep():
            self._begin(event.name)
        else:
            self.table.stay()

    def _explain(self) -> None:
        """Say of the option what there is to know."""
        row = self.table.row
        takes = row.refusal or f"takes {row.takes}"
        told = (takes, row.special, RELOADS if row.reloads else "")
        self._say(f"{row.name}: {row.about}", " · ".join(filter(None, told)))

    def _say(self, *lines: str, wrong: bool = False) -> None:
        label = self.query_one("#words", Label)
        label.update(Content("\n".join(map(clean_line, lines))), layout=False)
        label.set_class(wrong, "-wrong")

    # -- changing ------------------------------------------------------------------

    def _keep(self) -> bool:
        """Take what was typed; False if it is none that the option takes."""
        if not self.table.changed:
            return True
        name, text = self.table.at, self.table.value
        try:
            if text.strip():
                self._options.set(name, text)
            else:
                self._options.reset(name)
        except OptionError as error:
            self._say(str(error), wrong=True)
            return False
        self._show()
        return True

    def _show(self) -> None:
        """Everything as it is now; what was typed and not kept is given up."""
        self.table.show(self._options.rows(self._details))
        self.table.put_back()

    def action_reset(self) -> None:
        """Leave the option to the model."""
        self._options.reset(self.table.at)
        self._show()
        self._say(f"{self.table.at} is left to the model; ctrl+z brings it back")

    def action_reset_all(self) -> None:
        """Leave all options to the model."""
        self._options.reset()
        self._show()
        self._say("all is left to the model; ctrl+z brings back what was set")

    def action_undo(self) -> None:
        """Take back what was typed, else the last change."""
        if self.table.changed:
            self.action_leave()
        elif self._options.undo():
            self._show()
            self._say("the last change is taken back")
        else:
            self._say("there is nothing to take back")

    def action_leave(self) -> None:
        """esc: give up what was typed and not kept, then close."""
        if self.table.changed:
            self.table.put_back()
            self._explain()
        else:
            self.dismiss(None)
