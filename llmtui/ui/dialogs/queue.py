"""The prompts that wait in line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.widgets.options import Options

LONGEST = 300
"""Characters of a prompt that are ever looked at here."""


class LineActions(NamedTuple):
    """What can be done with a prompt, by its id; each is followed by ``show``."""

    edit: Callable[[str], object]
    move: Callable[[str, int], object]
    """By so many places, up being negative."""
    remove: Callable[[str], object]
    restore: Callable[[], object]
    """Bring back what was removed last."""


class QueueDialog(Dialog[None]):
    """One line per prompt, next first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+up,alt+up,K", "move(-1)", show=False, priority=True),
        Binding("shift+down,alt+down,J", "move(1)", show=False, priority=True),
        Binding("delete,backspace,d", "remove", show=False),
        Binding("ctrl+z", "restore", show=False),
        Binding("q", "leave", show=False),
    ]

    def __init__(self, actions: LineActions) -> None:
        super().__init__()
        self._actions = actions
        self._rows: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog choice") as box:
            box.border_title = Content("waits in line")
            yield Options(compact=True)
            yield Label(
                "enter edits   shift+up, shift+down move   delete removes   esc closes",
                classes="quiet",
                markup=False,
            )

    def on_mount(self) -> None:
        self._fill()

    def show(self, rows: Sequence[tuple[str, str]]) -> None:
        """Ids and texts (untrusted) of the line as it is now."""
        self._rows = list(rows)
        if self.is_there:
            self._fill()

    def action_move(self, step: int) -> None:
        if at := self._highlighted():
            self._actions.move(at, step)

    def action_remove(self) -> None:
        if at := self._highlighted():
            self._actions.remove(at)

    def action_restore(self) -> None:
        self._actions.restore()

    @on(OptionList.OptionSelected)
    def _edit(self, event: OptionList.OptionSelected) -> None:
        if event.option_id:
            self._actions.edit(event.option_id)

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        at, place = self._highlighted(), options.highlighted or 0
        options.set_options(
            Option(Content(f"{number}  {clean_line(text[:LONGEST])}"), id=prompt_id)
            for number, (prompt_id, text) in enumerate(self._rows, 1)
        )
        ids = [prompt_id for prompt_id, _ in self._rows]
        if ids:
            options.highlighted = (
                ids.index(at) if at in ids else min(place, len(ids) - 1)
            )

    def _highlighted(self) -> str | None:
        option = self.query_one(OptionList).highlighted_option
        return option.id if option is not None else None
