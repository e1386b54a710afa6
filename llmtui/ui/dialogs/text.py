"""Dialogs in which a text is written: a whole one, or one line."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label

from llmtui.sanitise import clean, clean_line
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.dialogs.writing import WritingDialog
from llmtui.ui.widgets.folding_area import FoldingArea


class TextDialog(WritingDialog[str]):
    """An editor for a longer text; dismissed with it, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "keep", show=False, priority=True),
        Binding("escape", "leave", "leave", show=False, priority=True),
    ]

    def __init__(self, title: str, text: str, *, hint: str = "") -> None:
        super().__init__()
        self._title = title
        self._text = clean(text)
        self._hint = hint

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog text") as box:
            box.border_title = Content(clean_line(self._title))
            if self._hint:
                yield Label(self._hint, classes="hint quiet", markup=False)
            yield FoldingArea(
                self._text, soft_wrap=True, compact=True, highlight_cursor_line=False
            )
            yield Label(
                "ctrl+s keep   esc leave it as it was",
                id="keys",
                classes="quiet",
                markup=False,
            )

    def action_keep(self) -> None:
        self.dismiss(self.query_one(FoldingArea).full_text)

    @property
    def is_changed(self) -> bool:
        return self.query_one(FoldingArea).full_text != self._text


class LineDialog(Dialog[str]):
    """One line of text; dismissed with it, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, title: str, value: str = "", *, hint: str = "") -> None:
        super().__init__()
        self._title = title
        self._value = clean_line(value)
        self._hint = hint

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog line") as box:
            box.border_title = Content(clean_line(self._title))
            yield Input(self._value, compact=True)
            yield Label(
                self._hint or "enter keep   esc leave", classes="quiet", markup=False
            )

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)
