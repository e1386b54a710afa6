"""One out of some things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label

from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.list_dialog import Choice, ListDialog
from llmtui.ui.widgets.options import Options


class ChoiceDialog(ListDialog):
    """A list and a filter, nothing more."""

    KEYS = "enter chooses   esc closes"

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice] | None = (),
        *,
        current: str = "",
        empty: str = "nothing to choose from",
        dropped: bool = False,
        numbered: bool = False,
    ) -> None:
        """``choices`` are None while they are not known.

        ``empty`` is said where there are none; ``dropped`` hangs the dialog under
        the header instead of in the middle. ``numbered``: the ids are the numbers
        of the rows, and a number that is typed means its row.
        """
        super().__init__(current=current, classes="-dropped" if dropped else "")
        self._title = title
        self._empty = empty
        self._numbered = numbered
        if choices is not None:
            self.offer(choices)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog choice") as box:
            box.border_title = Content(clean_line(self._title))
            yield Input(placeholder="filter", compact=True)
            yield Options(compact=True)
            yield Label(clean_line(self._empty), classes="quiet", markup=False)

    def replace(self, choices: Iterable[Choice] | None, empty: str) -> None:
        """Other rows, or other words where there are none (yet)."""
        self._empty = empty
        if choices is not None:
            self.offer(choices)
        elif self.is_there:
            self.query_one(Label).update(clean_line(empty))

    def matching(self, choices: list[Choice], wanted: str) -> list[Choice]:
        if self._numbered and wanted.strip().isdecimal():
            return [c for c in choices if c.id.startswith(wanted.strip())]
        return super().matching(choices, wanted)

    def count(self, found: int, total: int) -> None:
        if not total:
            words = clean_line(self._empty)
        elif not found:
            words = "no match"
        else:
            words = f"{found} of {total}   {self.KEYS}"
        self.query_one(Label).update(words)
