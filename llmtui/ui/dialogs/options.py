"""The options of the session: all in a table, changed where they stand."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.input import Selection
from textual.widgets.option_list import Option

from llmtui.chat.options import OptionError
from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from llmtui.chat.models import ModelDetails
    from llmtui.jobs.session_options import OptionRow, SessionOptions

KEYS = "enter keep · ctrl+r reset · ctrl+t reset all · ctrl+z undo · esc close"
RELOADS = "another value loads the model anew"
NAME, YOURS, DEFAULT, TAKES = 20, 15, 12, 27
"""Cells of the columns; what an option does has the rest."""
_WIDE = 110
"""Cells from which there is room for what an option takes."""


class OptionsDialog(Dialog[None]):
    """An input lies over the value of the row that one is at. What is typed there is
    kept when one goes on, and holds from the next turn on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", show=False),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
        Binding("ctrl+r", "reset", show=False, priority=True),
        Binding("ctrl+t", "reset_all", show=False, priority=True),
        Binding("ctrl+z", "undo", show=False, priority=True),
    ]

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
        self._rows: dict[str, OptionRow] = {}
        self._at = at
        """The option whose value is edited."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog options") as box:
            box.border_title = Content(clean_line(self._title))
            yield Label("", id="columns", classes="quiet", markup=False)
            with Vertical(id="table"):
                options = OptionList(compact=True, markup=False)
                options.can_focus = False
                yield options
                yield Input(compact=True, select_on_focus=False)
            yield Label("", id="words", markup=False)
            yield Label(KEYS, id="keys", classes="quiet", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        options = self.query_one(OptionList)
        self._fill()
        first = next((r.name for r in self._rows.values() if _can_be_at(r)), "")
        self._begin(self._at if self._at in self._rows else first)
        self.query_one(Input).focus()
        self.watch(options, "scroll_y", self._place, init=False)
        self._look_up()

    def on_resize(self) -> None:
        """The rows are made for one width."""
        self.call_after_refresh(self._fill)

    @work
    async def _look_up(self) -> None:
        """Fill in what the model brings, which its host may take a moment to say."""
        self._details = await self._ask_details()
        self._fill()

    # -- the table ---------------------------------------------------------------

    def _fill(self) -> None:
        """All rows as they are now; what is being typed stays."""
        now = {row.name: row for row in self._options.rows(self._details)}
        gone = {n: r._replace(yours="") for n, r in self._rows.items() if n not in now}
        self._rows = now | gone
        options = self.query_one(OptionList)
        width = options.scrollable_content_region.width
        self.query_one("#columns", Label).update(header(width))
        shown = {option.id for option in options.options}
        for row in self._rows.values():
            if row.name in shown:
                options.replace_option_prompt(row.name, line(row, width))
        options.add_options(
            Option(line(row, width), id=row.name, disabled=not _can_be_at(row))
            for row in self._rows.values()
            if row.name not in shown
        )
        self._place()

    def _begin(self, name: str) -> None:
        """Edit the value of an option."""
        options, value = self.query_one(OptionList), self.query_one(Input)
        self._at = name
        self._put_value()
        options.highlighted = options.get_option_index(name)
        value.selection = Selection(0, len(value.value))
        self._explain()
        self._place()

    def _put_value(self) -> None:
        self.query_one(Input).value = clean_line(self._rows[self._at].yours)

    def _place(self) -> None:
        """Put the input over the value of its row."""
        options, value = self.query_one(OptionList), self.query_one(Input)
        if self._at in self._rows:
            above = options.get_option_index(self._at) - options.scroll_offset.y
            value.visible = 0 <= above < max(1, options.size.height)
            value.styles.offset = (NAME, above)

    def _explain(self) -> None:
        row = self._rows[self._at]
        takes = row.refusal or f"takes {row.takes}"
        told = (takes, row.special, RELOADS if row.reloads else "")
        self._say(f"{row.name}: {row.about}", " · ".join(filter(None, told)))

    def _say(self, *lines: str, wrong: bool = False) -> None:
        label = self.query_one("#words", Label)
        label.update(Content("\n".join(map(clean_line, lines))))
        label.set_class(wrong, "-wrong")

    # -- moving ------------------------------------------------------------------

    def action_move(self, action: str) -> None:
        if self._keep():
            getattr(self.query_one(OptionList), f"action_{action}")()

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.action_move("cursor_down")

    @on(OptionList.OptionHighlighted)
    def _came(self, event: OptionList.OptionHighlighted) -> None:
        name = event.option_id
        if name is None or name == self._at:
            self._place()
        elif self._keep():
            self._begin(name)
        else:
            options = self.query_one(OptionList)
            options.highlighted = options.get_option_index(self._at)

    # -- changing ----------------------------------------------------------------

    @property
    def _changed(self) -> bool:
        """Whether something was typed that is not kept yet."""
        return self.query_one(Input).value != clean_line(self._rows[self._at].yours)

    def _keep(self) -> bool:
        """Take what was typed; False if it is none that the option takes."""
        if not self._changed:
            return True
        text = self.query_one(Input).value
        try:
            if text.strip():
                self._options.set(self._at, text)
            else:
                self._options.reset(self._at)
        except OptionError as error:
            self._say(str(error), wrong=True)
            return False
        self._show()
        return True

    def _show(self) -> None:
        """Everything as it is now; what was typed and not kept is given up."""
        self._fill()
        self._put_value()

    def action_reset(self) -> None:
        """Leave the option to the model."""
        self._options.reset(self._at)
        self._show()
        self._say(f"{self._at} is left to the model; ctrl+z brings it back")

    def action_reset_all(self) -> None:
        """Leave all options to the model."""
        self._options.reset()
        self._show()
        self._say("all is left to the model; ctrl+z brings back what was set")

    def action_undo(self) -> None:
        """Take back what was typed, else the last change."""
        if self._changed:
            self._put_value()
            self._explain()
        elif self._options.undo():
            self._show()
            self._say("the last change is taken back")
        else:
            self._say("there is nothing to take back")

    def action_leave(self) -> None:
        """esc: give up what was typed and not kept, then close."""
        if self._changed:
            self._put_value()
            self._explain()
        else:
            self.dismiss(None)


def _can_be_at(row: OptionRow) -> bool:
    """Where the host takes none there is nothing to type; what is set can be reset."""
    return bool(row.yours) or not row.refusal


def header(width: int) -> str:
    """The names of the columns."""
    words = f"{'  option':{NAME}}{'yours':{YOURS}}{'default':{DEFAULT}}"
    about = width - len(words) - (TAKES if width >= _WIDE else 0)
    return f"{words}{'what it does':{max(0, about)}}takes"[: max(0, width)]


def line(row: OptionRow, width: int) -> Content:
    """One option: what is set, and what holds otherwise, a model's own not dimmed."""
    takes = TAKES if width >= _WIDE else 0
    room = max(0, width - NAME - YOURS - DEFAULT - takes)
    mark = "*" if row.reloads else " "
    usual = "not taken" if row.refusal else row.usual or "server's"
    return Content.assemble(
        _cell(f"{mark} {row.name}", NAME).stylize("dim" if row.refusal else ""),
        _cell(row.yours, YOURS).stylize("$accent"),
        _cell(usual, DEFAULT).stylize("" if row.of_model else "dim"),
        _cell(row.about, room).stylize("dim"),
        _cell(row.takes, takes).stylize("dim"),
    )


def _cell(text: str, cells: int) -> Content:
    """Text in a column of so many cells, the last one free."""
    cut = Content(shortened(clean_line(text), cells - 1))
    return cut.pad_right(max(0, cells - cut.cell_length))
