"""Rows with a cursor, drawn where they are looked at."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message as Posted
from textual.scroll_view import ScrollView
from textual.strip import Strip

R = TypeVar("R")


class RowList(ScrollView, Generic[R], can_focus=True):
    """One of many rows is chosen. No widget and no line is made for what is not in
    sight."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
        Binding("enter", "choose", show=False),
    ]
    CURSOR: ClassVar[str]
    """The component class of the row of the cursor."""

    class Chosen(Posted):
        """Enter, or a click on the row of the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[R] = ()
        self.at = 0
        """The row of the cursor."""

    @abstractmethod
    def segments(self, row: R, width: int) -> list[Segment]:
        """What a row shows, in so many cells."""

    def put(self, rows: Sequence[R], at: int) -> None:
        """Show other rows, with the cursor on one of them."""
        self.rows, self.at = rows, at
        self.virtual_size = Size(0, len(rows))
        self.refresh()
        self.call_after_refresh(self._follow)

    @property
    def row(self) -> R | None:
        """The row of the cursor."""
        return self.rows[self.at] if 0 <= self.at < len(self.rows) else None

    def render_line(self, y: int) -> Strip:
        at = y + round(self.scroll_y)
        width = self.scrollable_content_region.width
        if not 0 <= at < len(self.rows):
            return Strip.blank(width, self.rich_style)
        segments = self.segments(self.rows[at], width)
        if at == self.at:
            over = self.get_component_rich_style(self.CURSOR).background_style
            segments = [Segment(s.text, (s.style or over) + over) for s in segments]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

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
