"""A list to choose from, with a line to filter it: what pickers have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from llmtui.ui.dialogs.dialog import Dialog

_NEAR = 10
"""Rows before the end of those in the list at which more come. A screenful and these
are put into it at once, so that a key in the filter costs about the same with any
number of them."""


class Choice(NamedTuple):
    """One row. ``words`` is what the filter looks in."""

    id: str
    label: Content
    words: str


class ListDialog(Dialog[str]):
    """Dismissed with the id of the chosen row.

    A subclass composes an ``Input`` and an ``OptionList``, gives the rows to
    ``offer`` and shows ``count``. Rows may be offered again: the filter, and the
    row the user is at, stay. An enter that comes before the rows chooses once they
    are there; the app has the keys behind it wait for that.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", show=False),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
    ]

    def __init__(self, *, current: str = "", classes: str = "") -> None:
        """``current`` is the row one is at to begin with."""
        super().__init__(classes=classes)
        self._current = current
        self._choices: list[Choice] | None = None
        self._entered = False
        self._found: list[Choice] = []
        """What the filter leaves; the list holds the beginning of it."""
        self._labels: dict[str, Content] = {}
        self._labels_width = 0
        """The labels that were made for a list of this width."""

    def keys_wait(self, key: str) -> bool:
        return self._entered and self._choices is None

    def on_mount(self) -> None:
        self.refill()
        options = self.query_one(OptionList)
        self.watch(options, "scroll_y", self._more, init=False)

    def refill(self) -> None:
        """Show the rows anew, if they are there."""
        self._labels.clear()
        if self._choices is not None:
            self.fill()

    # -- what a subclass says ------------------------------------------------------

    def label(self, choice: Choice) -> Content:
        """How a row looks in the list."""
        return choice.label

    def matching(self, choices: list[Choice], wanted: str) -> list[Choice]:
        """The rows that a filter leaves."""
        return matching(choices, wanted)

    def count(self, found: int, total: int) -> None:
        """Say how many rows there are, after each change."""

    # -- the rows ------------------------------------------------------------------

    def offer(self, choices: Iterable[Choice], at: int = 0) -> None:
        """Give the rows, or others; one is ``at`` that row if one's own is gone."""
        self._choices = list(choices)
        self._labels.clear()
        if not self.is_there:
            return
        self.fill(at)
        if self._entered:
            self._entered = False
            self.choose(self.query_one(Input).value)
        self.post_message(self.Ready())

    def fill(self, at: int = 0) -> None:
        """Show the rows that the filter leaves."""
        if not self.is_there:
            return
        choices = self._choices or []
        options = self.query_one(OptionList)
        keep = self.highlighted or self._current
        found = self.matching(choices, self.query_one(Input).value)
        ids = [choice.id for choice in found]
        most = max(ids.index(keep) if keep in ids else 0, at) + self._page
        ids = ids[:most]
        self._found = []  # an emptied list scrolls to its top, and asks for more
        options.set_options(self._options(found[:most]))
        self._found = found
        if ids:
            last = len(ids) - 1
            options.highlighted = ids.index(keep) if keep in ids else min(at, last)
        self.count(len(found), len(choices))

    @property
    def highlighted(self) -> str | None:
        """The id of the row one is at."""
        option = self.query_one(OptionList).highlighted_option
        return option.id if option is not None else None

    def choose(self, wanted: str) -> None:
        """Choose by a filter: what is shown may be behind it."""
        found = [choice.id for choice in self.matching(self._choices or [], wanted)]
        at = self.highlighted
        if found:
            self.dismiss(at if at in found else found[0])

    def _more(self) -> None:
        """Put more rows into the list, if one is near the end of those in it."""
        options = self.query_one(OptionList)
        there = options.option_count
        if options.max_scroll_y - options.scroll_y <= _NEAR and self._found[there:]:
            options.add_options(self._options(self._found[there : there + self._page]))

    @property
    def _page(self) -> int:
        return self.app.size.height + _NEAR

    def _options(self, choices: Iterable[Choice]) -> Iterator[Option]:
        """Rows for the list; a label is made once for as long as it stays the same."""
        width = self.query_one(OptionList).size.width
        if width != self._labels_width:
            self._labels.clear()
            self._labels_width = width
        for choice in choices:
            if (label := self._labels.get(choice.id)) is None:
                label = self._labels[choice.id] = self.label(choice)
            yield Option(label, id=choice.id)

    def action_move(self, action: str) -> None:
        getattr(self.query_one(OptionList), f"action_{action}")()

    @on(Input.Changed)
    def _filter(self) -> None:
        if self._choices is not None:
            self.fill()

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        if self._choices is None:
            self._entered = True
        else:
            self.choose(event.value)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.choose(self.query_one(Input).value)


def matching(choices: Iterable[Choice], wanted: str) -> list[Choice]:
    """The choices that hold every word of ``wanted``, in their order.

    >>> rows = [Choice(name, Content(""), name) for name in ("smollm2 135M", "mistral")]
    >>> [c.id for c in matching(rows, "135 smol")]
    ['smollm2 135M']
    """
    words = wanted.lower().split()
    return [c for c in choices if all(word in c.words.lower() for word in words)]
