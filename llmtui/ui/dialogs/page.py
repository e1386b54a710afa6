"""A long text to be read and copied, as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, TextArea

from llmtui.human import size
from llmtui.sanitise import clean, clean_line
from llmtui.ui.dialogs.dialog import Dialog

_SHOWN = 40_000
"""Characters of its beginning, and of its end, that are shown of a longer text."""


class PageDialog(Dialog[None]):
    """What no terminal may be sent is shown otherwise; a copy has it as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,ctrl+c", "copy", "copy", show=False, priority=True),
        Binding("q", "leave", "close", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        text: str,
        copy: Callable[[str], object],
        *,
        hint: str = "",
        line: int = 1,
        cuts: str = "",
    ) -> None:
        """``line`` is the one that is marked and in sight, where all is shown.

        ``cuts`` is an expression: where it ends, a line is begun that is in the view
        alone, and in no copy of the whole.
        """
        super().__init__()
        self._title = title
        self.text = text
        """All of it."""
        self._copy = copy
        self._hint = hint
        self._line = line
        self._cuts = cuts

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog page") as box:
            box.border_title = Content(clean_line(self._title))
            box.border_subtitle = Content(
                size(len(self.text.encode("utf-8", "replace")))
            )
            if self._hint:
                yield Label(self._hint, classes="hint quiet", markup=False)
            yield TextArea(
                clean(self._shown()),
                soft_wrap=True,
                read_only=True,
                compact=True,
                highlight_cursor_line=self._line > 1,
            )
            yield Label("y copies   esc closes", classes="quiet", markup=False)

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor((self._line - 1, 0), center=True)

    def _shown(self) -> str:
        text = shown(self.text)
        return re.sub(self._cuts, r"\g<0>\n", text) if self._cuts else text

    def action_copy(self) -> None:
        """Copy what is selected, else all of it."""
        self._copy(self.query_one(TextArea).selected_text or self.text)


def shown(text: str) -> str:
    """As much of a text as one reads.

    >>> shown("abc"), len(shown("x" * 10**6)) < 3 * _SHOWN
    ('abc', True)
    """
    left = len(text) - 2 * _SHOWN
    if left <= 0:
        return text
    middle = f"\n… {left} characters are not shown; a copy has them …\n"
    return text[:_SHOWN] + middle + text[-_SHOWN:]
