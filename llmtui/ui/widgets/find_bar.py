"""The line in which one looks for words of the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Label


class FindBar(Horizontal):
    """Stands in the place of the status; says what is wanted and how much there is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "next"),
        Binding("up", "step(-1)", "previous"),
        Binding("shift+enter", "step(-1)", show=False),
        Binding("ctrl+f", "everywhere", "in all sessions"),
        Binding("escape", "leave", "leave"),
    ]

    def __init__(
        self,
        changed: Callable[[str], object],
        step: Callable[[int], object],
        leave: Callable[[], object],
        everywhere: Callable[[str], object],
    ) -> None:
        """``everywhere`` looks for the same in all sessions."""
        super().__init__()
        self._changed = changed
        self._step = step
        self._leave = leave
        self._everywhere = everywhere

    def compose(self) -> ComposeResult:
        yield Label("find")
        yield Input(compact=True, placeholder="in this session")
        yield Label("", id="count")

    def begin(self, wanted: str = "") -> None:
        """Take what is typed from now on, instead of what stood there."""
        line = self.query_one(Input)
        if wanted:
            line.value = wanted
        line.focus()
        line.action_select_all()

    def count(self, words: str) -> None:
        """Say how many there are."""
        self.query_one("#count", Label).update(words)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._changed(event.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self._step(1)

    def action_step(self, by: int) -> None:
        self._step(by)

    def action_leave(self) -> None:
        self._leave()

    def action_everywhere(self) -> None:
        self._everywhere(self.query_one(Input).value)
