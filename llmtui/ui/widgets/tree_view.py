"""A session's messages as a tree, drawn where it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message as Posted
from textual.scroll_view import ScrollView
from textual.strip import Strip

from llmtui.chat.transcript import body, notes, who
from llmtui.human import age
from llmtui.sanitise import clean_line
from llmtui.ui.glyphs import terminal_glyphs
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from llmtui.chat.graph import Row

_LONGEST = 400
"""Characters of a message's beginning that may be shown."""
_MOST_LANES = 12
"""Lanes that are drawn; further ones are squeezed together."""


class TreeView(ScrollView, can_focus=True):
    """Rows with a cursor. No widget and no line is made for what is not in sight."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tree--text",
        "tree--aside",
        "tree--head",
        "tree--cursor",
        "tree--marked",
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
        self.rows: Sequence[Row] = ()
        self.at = 0
        """The row of the cursor."""
        self.marked = ""
        """The id of a message that another one is to be compared with."""

    def show(self, rows: Sequence[Row], message_id: str | None) -> None:
        """Other rows, with the cursor on a message, else near where it was."""
        self.rows = rows
        places = {row.message.id: at for at, row in enumerate(rows)}
        self.at = places.get(message_id or "", min(self.at, len(rows) - 1))
        self.virtual_size = Size(self.size.width, len(rows))
        self.refresh()
        self.call_after_refresh(self._follow)

    @property
    def row(self) -> Row | None:
        """The row of the cursor."""
        return self.rows[self.at] if 0 <= self.at < len(self.rows) else None

    def render_line(self, y: int) -> Strip:
        at = y + round(self.scroll_y)
        width = self.size.width
        if not 0 <= at < len(self.rows):
            return Strip.blank(width, self.rich_style)
        segments = self._segments(self.rows[at], width)
        if at == self.at:
            over = self.get_component_rich_style("tree--cursor").background_style
            segments = [Segment(s.text, (s.style or over) + over) for s in segments]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _segments(self, row: Row, width: int) -> list[Segment]:
        message, glyphs = row.message, terminal_glyphs()
        aside = self.get_component_rich_style("tree--aside")
        head = self.get_component_rich_style("tree--head")
        lanes = min(row.lane, _MOST_LANES)
        left = f"{glyphs.vertical} " * lanes
        if row.begins:
            left = f"{glyphs.vertical} " * (lanes - 1) + glyphs.left + glyphs.horizontal
        mark = glyphs.checked if row.shown else glyphs.unchecked
        end = "".join(f" ({note})" for note in [*notes(message), *self._here(row)])
        right = f"  {age(message.created):>9}"
        author = clean_line(who(message))
        room = width - cell_len(left) - 2 - cell_len(right)
        author = shortened(author, max(3, room // 3))
        words = clean_line(" ".join(body(message)[:_LONGEST].split()))
        end = shortened(clean_line(end), max(0, room // 2))
        words = shortened(words, max(0, room - cell_len(author) - cell_len(end) - 2))
        used = cell_len(author) + 2 + cell_len(words) + cell_len(end)
        name = "tree--text" if row.shown else "tree--aside"
        text = self.get_component_rich_style(name)
        if message.id == self.marked:
            text = self.get_component_rich_style("tree--marked")
        return [
            Segment(left, aside),
            Segment(f"{mark} ", head if row.head else text),
            Segment(f"{author}  ", aside),
            Segment(words, text),
            Segment(end, head),
            Segment(" " * max(0, room - used) + right, aside),
        ]

    @staticmethod
    def _here(row: Row) -> list[str]:
        return ["you are here"] if row.head else []

    # -- moving ----------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        self.at = max(0, min(len(self.rows) - 1, self.at + by))
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
        elif at < len(self.rows):
            self.action_move(at - self.at)
