"""An array of objects as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

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

_ROWS, _COLUMNS = 2000, 50
"""What is shown; all of it can be copied."""
_LONGEST = 200
"""Characters of a cell that are shown."""


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
        super().on_mount()
        shown: DataTable[Text] = self.query_one(DataTable)
        columns = [_cell(name) for name in self._table.columns[:_COLUMNS]]
        shown.add_columns(*columns)
        shown.add_rows(
            [_cell(value) for value in row[:_COLUMNS]]
            for row in self._table.rows[:_ROWS]
        )
        shown.focus()

    def on_data_table_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        """The cell one is at stands below in full, as far as there is room."""
        self.query_one("#cell", Label).update(Content(clean_line(self._here)))

    def action_copy_cell(self) -> None:
        self._copy(clean(self._here))

    def action_copy_all(self) -> None:
        from llmtui.chat.json_table import csv_of

        self._copy(clean(csv_of(self._table)))

    @property
    def _here(self) -> str:
        """The value of the cell one is at."""
        table: DataTable[Any] = self.query_one(DataTable)
        row, column = table.cursor_coordinate
        rows = self._table.rows
        return rows[row][column] if row < len(rows) and rows[row][column:] else ""


def _cell(value: str) -> Text:
    line = clean_line(value[: _LONGEST + 1])
    return Text(line if len(line) <= _LONGEST else line[:_LONGEST] + "…")


def _size(table: Table) -> str:
    rows, columns = len(table.rows), len(table.columns)
    words = f"{rows} row{'s' if rows > 1 else ''}"
    more = rows > _ROWS or columns > _COLUMNS
    return f"{words}: the first of them, c copies all" if more else words
