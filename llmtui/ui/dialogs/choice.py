"""A list to choose from, with a line to filter it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.dialog import Dialog

MOST_SHOWN = 500
"""Options put into the list at once; the filter finds the others."""


class Choice(NamedTuple):
    """One row. ``words`` is what the filter looks in."""

    id: str
    label: Content
    words: str


class ChoiceDialog(Dialog[str]):
    """Dismissed with the id of the chosen row, or None.

    ``choices`` may be put in later with ``offer``; the filter, and the row the
    user is at, stay.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", show=False),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice] = (),
        *,
        current: str = "",
        empty: str = "nothing to choose from",
        dropped: bool = False,
        numbered: bool = False,
    ) -> None:
        """``empty`` is said where there are no choices; ``dropped`` hangs the
        dialog under the header instead of in the middle. ``numbered``: the ids
        are the numbers of the rows, and a number that is typed means its row."""
        super().__init__(classes="-dropped" if dropped else "")
        self._title = title
        self._choices = list(choices)
        self._current = current
        self._empty = empty
        self._numbered = numbered

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog choice") as box:
            box.border_title = Content(clean_line(self._title))
            yield Input(placeholder="filter", compact=True)
            yield OptionList(compact=True)
            yield Label(classes="quiet", markup=False)

    def on_mount(self) -> None:
        self._fill()

    def offer(self, choices: Iterable[Choice], empty: str = "") -> None:
        """Replace the rows."""
        self._choices = list(choices)
        self._empty = empty or self._empty
        if self.is_attached and self.query(OptionList):
            self._fill()

    def action_move(self, action: str) -> None:
        getattr(self.query_one(OptionList), f"action_{action}")()

    @on(Input.Changed)
    def _filter(self) -> None:
        self._fill()

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        """Choose by what the filter was at that key: the rows may be behind it."""
        found = [choice.id for choice in self._matching(event.value)]
        at = self._highlighted()
        if found:
            self.dismiss(at if at in found else found[0])

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        keep = self._highlighted() or self._current
        found = self._matching(self.query_one(Input).value)
        options.set_options(Option(c.label, id=c.id) for c in found[:MOST_SHOWN])
        ids = [c.id for c in found[:MOST_SHOWN]]
        if ids:
            options.highlighted = ids.index(keep) if keep in ids else 0
        self.query_one(Label).update(self._words(len(found)))

    def _matching(self, wanted: str) -> list[Choice]:
        if self._numbered and wanted.strip().isdecimal():
            return [c for c in self._choices if c.id.startswith(wanted.strip())]
        return matching(self._choices, wanted)

    def _highlighted(self) -> str | None:
        option = self.query_one(OptionList).highlighted_option
        return option.id if option is not None else None

    def _words(self, found: int) -> str:
        if not self._choices:
            return clean_line(self._empty)
        if not found:
            return "no match"
        return f"{found} of {len(self._choices)}   enter chooses   esc closes"


def matching(choices: Iterable[Choice], wanted: str) -> list[Choice]:
    """The choices that hold every word of ``wanted``, in their order.

    >>> rows = [Choice(name, Content(""), name) for name in ("smollm2 135M", "mistral")]
    >>> [c.id for c in matching(rows, "135 smol")]
    ['smollm2 135M']
    """
    words = wanted.lower().split()
    return [c for c in choices if all(word in c.words.lower() for word in words)]
