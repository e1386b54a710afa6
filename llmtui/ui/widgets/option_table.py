"""A table of options, in which the value of one is edited where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, OptionList
from textual.widgets.input import Selection
from textual.widgets.option_list import Option

from llmtui.sanitise import clean_line
from llmtui.ui.widgets.header import shortened
from llmtui.ui.widgets.options import Options

if TYPE_CHECKING:
    from llmtui.jobs.session_options import OptionRow

NAME, YOURS, DEFAULT, TAKES = 20, 15, 12, 27
"""Cells of the columns; what an option does has the rest."""
_WIDE = 110
"""Cells from which there is room for what an option takes."""


class OptionTable(Vertical):
    """An input lies over the value of the row that one is at.

    Sooner one input over a list than one in each row: their styles and layout would
    be computed anew for every key.
    """

    class Wanted(Message):
        """Somebody goes to another option; ``begin`` or ``stay`` is the answer."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__()
        self.at = ""
        """The option whose value is edited."""
        self._rows: dict[str, OptionRow] = {}

    def compose(self) -> ComposeResult:
        yield Label("", classes="quiet", markup=False)
        with Vertical():
            options = Options(compact=True, markup=False)
            options.can_focus = False
            self.watch(options, "scroll_y", self._place, init=False)
            yield options
            yield Input(compact=True, select_on_focus=False)

    def on_resize(self) -> None:
        """The rows are made for one width."""
        self.call_after_refresh(self._fill)

    # -- the rows ------------------------------------------------------------------

    @property
    def row(self) -> OptionRow:
        """The one that is edited."""
        return self._rows[self.at]

    def show(self, rows: Sequence[OptionRow]) -> None:
        """The options as they are now; what is being typed stays. A row that is none
        any more is shown as empty."""
        now = {row.name: row for row in rows}
        gone = {n: r._replace(yours="") for n, r in self._rows.items() if n not in now}
        self._rows = now | gone
        self._fill()

    def _fill(self) -> None:
        if not self.is_attached:
            return
        options = self.query_one(OptionList)
        width = options.scrollable_content_region.width
        self.query_one(Label).update(header(width), layout=False)
        shown = {option.id for option in options.options}
        for row in self._rows.values():
            if row.name in shown:
                options.replace_option_prompt(row.name, line(row, width))
        options.add_options(
            Option(line(row, width), id=row.name, disabled=not can_be_at(row))
            for row in self._rows.values()
            if row.name not in shown
        )
        self._place()

    # -- the row that one is at ----------------------------------------------------

    @property
    def value(self) -> str:
        """What stands in the input."""
        return self.query_one(Input).value

    @property
    def changed(self) -> bool:
        """Whether something was typed that is not kept yet."""
        return self.value != clean_line(self.row.yours)

    def begin(self, name: str) -> None:
        """Edit the value of an option."""
        self.at = name
        self.put_back()
        value = self.query_one(Input)
        value.selection = Selection(0, len(value.value))
        self.stay()
        value.focus()

    def stay(self) -> None:
        """Go on with the option that is edited."""
        options = self.query_one(OptionList)
        options.highlighted = options.get_option_index(self.at)
        self._place()

    def put_back(self) -> None:
        """Give up what was typed and not kept."""
        self.query_one(Input).value = clean_line(self.row.yours)

    def move(self, action: str) -> None:
        """Go as that action of a list does."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    @on(OptionList.OptionHighlighted)
    def _came(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_id in (None, self.at):
            self._place()
        else:
            self.post_message(self.Wanted(str(event.option_id)))

    def _place(self) -> None:
        """Put the input over the value of its row."""
        options, value = self.query_one(OptionList), self.query_one(Input)
        if self.at in self._rows and options.option_count:
            above = options.get_option_index(self.at) - options.scroll_offset.y
            value.visible = 0 <= above < max(1, options.size.height)
            value.styles.offset = (NAME, above)


def can_be_at(row: OptionRow) -> bool:
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
