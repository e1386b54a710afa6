"""The messages of a request with their shares, drawn where they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment

from llmtui.human import count
from llmtui.sanitise import clean_line
from llmtui.ui.glyphs import filled, terminal_glyphs
from llmtui.ui.widgets.header import shortened
from llmtui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from llmtui.chat.context_view import ContextView, Row

_AUTHOR = 12
"""Cells for who speaks."""
_NUMBER = 6
"""Cells for a number of tokens."""
_WORDS = {
    "excluded": "left out",
    "makes room": "makes room",
    "dropped": "will be dropped",
    "empty": "not sent",
}


class ContextList(RowList["Row"]):
    """A row for each message."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "context--text",
        "context--aside",
        "context--bar",
        "context--dropped",
        "context--cursor",
    }
    CURSOR = "context--cursor"

    def __init__(self) -> None:
        super().__init__()
        self._largest = 1

    def show(self, view: ContextView) -> None:
        """Another view; the cursor stays on its message, at first it is at the end."""
        before = self.row
        last = len(view.rows) - 1
        at = min(self.at, last) if self.rows else last
        self._largest = max((row.tokens for row in view.rows), default=1) or 1
        if before is not None:
            places = {row.id: place for place, row in enumerate(view.rows)}
            at = places.get(before.id, at)
        self.put(view.rows, at)

    def segments(self, row: Row, width: int) -> list[Segment]:
        goes = row.fate != "read"
        text = "context--aside" if goes else "context--text"
        bar = "context--aside" if goes else "context--bar"
        note = "context--dropped" if row.fate == "dropped" else "context--aside"
        bar_width = max(4, width // 6)
        share = filled(row.tokens / self._largest, bar_width, terminal_glyphs())
        number = count(row.tokens) if row.tokens else ""
        right = f" {share:<{bar_width}}{number:>{_NUMBER}}"
        room = max(0, width - _AUTHOR - 1 - cell_len(right))
        words = shortened(_notes(row), room // 2)
        author = shortened(clean_line(row.who), _AUTHOR)
        said = clean_line(" ".join(row.words.split()))
        said = shortened(said, max(0, room - cell_len(words) - 1))
        gap = room - cell_len(said) - cell_len(words)
        pad = " " * (_AUTHOR + 1 - cell_len(author))
        style = self.get_component_rich_style
        return [
            Segment(author + pad, style("context--aside")),
            Segment(said + " " * gap, style(text)),
            Segment(words, style(note)),
            Segment(right[: bar_width + 1], style(bar)),
            Segment(right[bar_width + 1 :], style("context--aside")),
        ]


def _notes(row: Row) -> str:
    """What is to be said of a row, in few words."""
    found = [_WORDS[row.fate]] if row.fate in _WORDS else []
    if row.is_draft:
        found.append("in the input")
    if row.pinned:
        found.append("pinned")
    if row.cached:
        found.append("cached")
    if row.goes_first:
        found.append("goes first")
    return ", ".join(found)
