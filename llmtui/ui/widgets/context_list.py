"""The messages of a request with their shares, drawn where they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message as Posted
from textual.scroll_view import ScrollView
from textual.strip import Strip

from llmtui.human import count
from llmtui.sanitise import clean_line
from llmtui.ui.glyphs import filled, terminal_glyphs
from llmtui.ui.widgets.header import shortened

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


class ContextList(ScrollView, can_focus=True):
    """A row for each message, and a cursor. Only what is in sight is drawn."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "context--text",
        "context--aside",
        "context--bar",
        "context--dropped",
        "context--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
        Binding("enter", "choose", show=False),
    ]

    class Chosen(Posted):
        """Enter, or a click on the row of the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._largest = 1
        self.at = 0
        """The row of the cursor."""

    def show(self, view: ContextView) -> None:
        """Another view; the cursor stays on its message, at first it is at the end."""
        before = self.row
        first = not self._rows
        self._rows = view.rows
        self._largest = max((row.tokens for row in view.rows), default=1) or 1
        places = {row.id: at for at, row in enumerate(view.rows)}
        last = len(view.rows) - 1
        self.at = last if first else min(self.at, last)
        if before is not None:
            self.at = places.get(before.id, self.at)
        self.virtual_size = Size(0, len(view.rows))
        self.refresh()
        self.call_after_refresh(self._follow)

    @property
    def row(self) -> Row | None:
        """The row of the cursor."""
        return self._rows[self.at] if 0 <= self.at < len(self._rows) else None

    def render_line(self, y: int) -> Strip:
        at = y + round(self.scroll_y)
        width = self.scrollable_content_region.width
        if not 0 <= at < len(self._rows):
            return Strip.blank(width, self.rich_style)
        segments = self._segments(self._rows[at], width)
        if at == self.at:
            over = self.get_component_rich_style("context--cursor").background_style
            segments = [Segment(s.text, (s.style or over) + over) for s in segments]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _segments(self, row: Row, width: int) -> list[Segment]:
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

    # -- moving ----------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        self.at = max(0, min(len(self._rows) - 1, self.at + by))
        self.refresh()
        self._follow()

    def action_page(self, by: int) -> None:
        self.action_move(by * max(1, self.size.height - 1))

    def action_choose(self) -> None:
        self.post_message(self.Chosen())

    def _follow(self) -> None:
        """Keep the cursor in sight."""
        self.scroll_to_region(
            Region(0, self.at, 1, 1), animate=False, force=True, immediate=True
        )

    def on_click(self, event: events.Click) -> None:
        at = event.y + round(self.scroll_y)
        if at == self.at:
            self.action_choose()
        elif at < len(self._rows):
            self.action_move(at - self.at)


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
