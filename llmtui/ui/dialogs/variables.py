"""What the places of a preset are to be filled with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Label

from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.writing import WritingDialog
from llmtui.ui.widgets.folding_area import FoldingArea

KEYS = "enter goes on, at the end it is done   ctrl+j newline   esc leaves"


class ValueArea(FoldingArea):
    """The value of one variable; it takes several lines, and long pastes."""

    class Entered(Message):
        """Enter was pressed."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(soft_wrap=True, compact=True, highlight_cursor_line=False)
        self.variable = name
        self._value = value

    def on_mount(self) -> None:
        self.put(self._value)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Entered())
        elif event.key in ("ctrl+j", "shift+enter", "alt+enter"):
            event.stop()
            event.prevent_default()
            self.insert("\n")
        elif event.key in ("tab", "shift+tab"):
            return  # the dialog's
        else:
            await super()._on_key(event)


class VariablesDialog(WritingDialog[dict[str, str]]):
    """Dismissed with the values by the names of the variables."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("ctrl+s", "done", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    KEEPS = "ctrl+s goes on"

    def __init__(
        self, title: str, names: Sequence[str], values: Mapping[str, str]
    ) -> None:
        """``values`` are what some of them are to begin with."""
        super().__init__()
        self._title = title
        self._names = names
        self._values = values

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog variables") as box:
            box.border_title = Content(clean_line(self._title))
            with VerticalScroll(can_focus=False):
                for name in self._names:
                    yield Label(name, classes="quiet", markup=False)
                    yield ValueArea(name, self._values.get(name, ""))
            yield Label(KEYS, id="keys", classes="quiet", markup=False)

    def on_value_area_entered(self) -> None:
        areas = list(self.query(ValueArea))
        if self.focused is areas[-1]:
            self.action_done()
        else:
            self.focus_next()

    @property
    def written(self) -> dict[str, str]:
        """The values as they are now."""
        return {area.variable: area.full_text for area in self.query(ValueArea)}

    @property
    def is_changed(self) -> bool:
        before = {name: self._values.get(name, "") for name in self._names}
        return self.written != before

    def action_done(self) -> None:
        self.dismiss(self.written)
