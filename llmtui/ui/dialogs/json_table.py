"""An array of objects as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable, Label

from llmtui.sanitise import clean, clean_line
from llmtui.ui.dialogs.dialog import Dialog

if TYPE_CHECKING:
    from llmtui.chat.json_table import Table

_COLUMNS = 50
"""Columns that are shown; all of them can be copied."""
_PAGE = 1500
"""Cells that are put into the table at once: it measures each of them."""
_NEAR = 20
"""Rows before the end of those at which more come."""
_LONGEST = 200
"""Characters of a cell that are shown."""
_WIDEST = 60
"""Cells that a column takes; the value one is at stands below in full."""


class TableDialog(Dialog[None]):
    """Arrows walk through it, enter shows a cell in full."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,v", "leave", "close", show=False),
        Binding("y", "copy_cell", "copy the cell", show=False),
        Binding("c", "copy_all", "copy all as CSV", show=False),
    ]

    def __init__(self, table: Table, copy: Callable[[str], object]) -> None:
        super().__init__()
        self._table = table
        self._copy = copy

    def compose(self) -> ComposeResult:
        table = self._table
        with Vertical(classes="dialog json-table") as box:
            box.border_title = Content(clean_line(table.path))
            box.border_subtitle = Content(_size(table))
            yield DataTable(zebra_stripes=True)
            yield Label("", id="cell", markup=False)
            yield Label(
                "y copies the cell   c all of it as CSV   esc closes",
                classes="quiet",
                markup=False,
            )

    def on_mount(self) -> None:
        shown = self._shown
        first = self._more()
        for at, name in enumerate(self._table.columns[:_COLUMNS]):
            head = _cell(name)
            widest = max((row[at].cell_len for row in first), default=0)
            shown.add_column(head, width=min(_WIDEST, max(head.cell_len, widest)))
        shown.add_rows(first)
        shown.focus()

    def on_data_table_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        """The cell one is at stands below in full, as far as there is room."""
        self.query_one("#cell", Label).update(Content(clean_line(self._here)))
        if event.coordinate.row + _NEAR > self._shown.row_count:
            self._shown.add_rows(self._more())

    def _more(self) -> list[list[Text]]:
        """The rows that come after those that are there."""
        begin = self._shown.row_count
        columns = len(self._table.columns[:_COLUMNS])
        rows = self._table.rows[begin : begin + max(_NEAR, _PAGE // max(1, columns))]
        return [[_cell(value) for value in row[:_COLUMNS]] for row in rows]

    def action_copy_cell(self) -> None:
        self._copy(clean(self._here))

    def action_copy_all(self) -> None:
        from llmtui.chat.json_table import csv_of

        self._copy(clean(csv_of(self._table)))

    @property
    def _shown(self) -> DataTable[Text]:
        return self.query_one(DataTable)

    @property
    def _here(self) -> str:
        """The value of the cell one is at."""
        row, column = self._shown.cursor_coordinate
        rows = self._table.rows
        return rows[row][column] if row < len(rows) and rows[row][column:] else ""


def _cell(value: str) -> Text:
    line = clean_line(value[: _LONGEST + 1])
    return Text(line if len(line) <= _LONGEST else line[:_LONGEST] + "…")


def _size(table: Table) -> str:
    words = f"{len(table.rows)} row{'s' if len(table.rows) > 1 else ''}"
    more = len(table.columns) - _COLUMNS
    return f"{words}, {more} columns more: c copies all" if more > 0 else words
