"""The rows of a layout on the screen: scrolling, painting, selecting."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollUp
from textual.selection import Selection
from textual.strip import Strip

from llmtui.ui.widgets.log.layout import Layout, Spot
from llmtui.ui.widgets.log.painter import Painter
from llmtui.ui.widgets.log.render.palette import CLASSES, PLAIN, Palette
from llmtui.ui.widgets.log.selection import (
    highlighted,
    selected_text,
    to_y,
    with_places,
)
from llmtui.ui.widgets.log.signs import terminal_signs

_WHEEL = 8
"""Rows above that are laid out before the wheel turns: more than one turn moves."""


class Scroller(ScrollView, can_focus=True):
    """Shows a layout: at its end while it grows, else where the reader is.

    The place on the screen belongs to a spot of the text, not to a row number:
    when heights above become exact, or the width changes, the same text stays
    at the top.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = set(CLASSES)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", show=False),
        Binding("down", "scroll_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
    ]

    more_below = reactive(False)
    """Whether there is text below the last row that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.signs = terminal_signs()
        self.layout_ = Layout(Painter(PLAIN, self.signs, 80))
        self._top = Spot(0)
        """What the first row shows."""
        self._following = True
        self._placing = False
        self._shown: list[Strip] = []
        """The rows as they were painted last."""

    @property
    def at_end(self) -> bool:
        """Whether the last row is in sight; the log then follows what is written."""
        return self._following

    # -- painting ----------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        base = self.layout_.painter.palette.text
        filters = self.get_line_filters()
        background = self.background_colors[1]
        strips = []
        for y in range(crop.y, crop.bottom):
            strip = self.strip_of(y)
            strip = strip.crop_extend(crop.x, crop.right, base)
            for each in filters:
                strip = strip.apply_filter(each, background)
            strips.append(strip)
        return strips

    def render_line(self, y: int) -> Strip:
        """One row with its places, for Textual's search for what is under the mouse."""
        found = self.layout_.line_at(int(self.scroll_y) + y)
        if found is None:
            last = self.layout_.spot_at(self.layout_.rows)
            return with_places(self._blank, last)
        spot, line = found
        return with_places(line.strip, spot)

    @property
    def _blank(self) -> Strip:
        return Strip.blank(self.layout_.width, self.layout_.painter.palette.text)

    def strip_of(self, y: int) -> Strip:
        """Row ``y`` of the screen as it is painted."""
        found = self.layout_.line_at(int(self.scroll_y) + y)
        if found is None:
            return self._blank
        spot, line = found
        strip = line.strip
        selection = self.text_selection
        if selection is not None and (span := self._span(selection, spot)):
            style = self.layout_.painter.palette["selection"]
            strip = highlighted(strip, max(span[0], line.left), span[1], style)
        strip = self.decorated(strip, spot)
        if self.more_below and y == self._room.height - 1:
            strip = self._with_mark(strip)
        return strip

    def decorated(self, strip: Strip, spot: Spot) -> Strip:
        """A hook for what is painted over a row."""
        return strip

    def _with_mark(self, strip: Strip) -> Strip:
        """A row with the word that there is more below."""
        mark = f" {self.signs.more} "
        at = strip.cell_length - len(mark) - 1
        if at < 0:
            return strip
        word = Segment(mark, self.layout_.painter.palette["accent"])
        return Strip.join(
            [strip.crop(0, at), Strip([word]), strip.crop(at + len(mark))]
        )

    # -- places ------------------------------------------------------------------

    @property
    def _room(self) -> Size:
        return self.scrollable_content_region.size

    def reflow(self) -> None:
        """Lay out what is to be seen, put it in its place, paint what changed."""
        layout, height = self.layout_, self._room.height
        if height <= 0 or not layout.width:
            return
        if self._following:
            layout.settle_above(layout.end, height)
            y = layout.rows - height
        else:
            layout.settle(self._top, height)
            y = layout.row_of(self._top)
            if y > layout.rows - height:
                layout.settle_above(layout.end, height)
                y = layout.rows - height
        self._place(max(0, y))
        self._paint_changes()

    def _place(self, y: int) -> None:
        """Make ``y`` the first row, without this counting as the reader's doing."""
        self._placing = True
        try:
            size = Size(self.layout_.width, self.layout_.rows)
            if size != self.virtual_size:
                self.virtual_size = size
            if y != self.scroll_y:
                self.scroll_target_y = self.scroll_y = y
        finally:
            self._placing = False
        self._note_place()

    def _note_place(self) -> None:
        y, height = int(self.scroll_y), self._room.height
        self._top = self.layout_.spot_at(y)
        self._following = y + height >= self.layout_.rows
        self.more_below = not self._following

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._placing or round(old_value) == round(new_value):
            return
        height = self._room.height
        spot = self.layout_.spot_at(round(new_value))
        self.layout_.settle(spot, height)
        y = self.layout_.row_of(spot)
        self._place(max(0, min(y, self.layout_.rows - height)))

    def _paint_changes(self) -> None:
        """Repaint the rows that are not what was painted last."""
        width, height = self.size.width, self._room.height
        shown = [self.strip_of(y) for y in range(height)]
        before, self._shown = self._shown, shown
        if len(before) != height:
            self.refresh()
            return
        changed = [y for y in range(height) if shown[y] != before[y]]
        if len(changed) * 2 > height:
            self.refresh()
        elif changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    # -- size and colours --------------------------------------------------------

    def on_mount(self) -> None:
        self._restyle()

    def on_resize(self) -> None:
        width = self._room.width
        layout = self.layout_
        if width and width != layout.width:
            palette = layout.painter.palette
            layout.repaint(Painter(palette, self.signs, width))
        self._shown = []
        self.reflow()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_mounted:
            self._restyle()

    def _restyle(self) -> None:
        """Take the colours of the theme; paint anew if they have changed."""
        palette = Palette(lambda name: self.get_component_rich_style(f"log--{name}"))
        layout = self.layout_
        if palette.same_as(layout.painter.palette):
            return
        layout.repaint(Painter(palette, self.signs, layout.width))
        self._shown = []
        self.refresh()

    # -- scrolling ---------------------------------------------------------------

    def scroll_rows(self, rows: int) -> None:
        """Move the text by rows (up is negative)."""
        if rows < 0:
            self._ready_above(-rows)
        bottom = max(0, self.layout_.rows - self._room.height)
        self.scroll_target_y = self.scroll_y = max(
            0, min(bottom, int(self.scroll_y) + rows)
        )

    def scroll_to_end(self) -> None:
        """Show the end and follow it."""
        self._following = True
        self.reflow()

    def scroll_to_spot(self, spot: Spot) -> None:
        """Bring a spot to the first row (or as near as the end allows)."""
        self._top = spot
        self._following = False
        self.reflow()

    def _ready_above(self, rows: int) -> None:
        """Lay out rows above the first one, so that moving up moves exactly."""
        self.layout_.settle_above(self._top, rows)
        self._place(self.layout_.row_of(self._top))

    def action_scroll_up(self) -> None:
        self.scroll_rows(-1)

    def action_scroll_down(self) -> None:
        self.scroll_rows(1)

    def action_page_up(self) -> None:
        self.scroll_rows(1 - self._room.height)

    def action_page_down(self) -> None:
        self.scroll_rows(self._room.height - 1)

    def action_scroll_home(self) -> None:
        self.scroll_to_spot(Spot(0))

    def action_scroll_end(self) -> None:
        self.scroll_to_end()

    def on_mouse_scroll_up(self) -> None:
        self._ready_above(_WHEEL)

    def on_scroll_up(self, event: ScrollUp) -> None:
        self._ready_above(self._room.height)

    # -- selecting ---------------------------------------------------------------

    def _span(self, selection: Selection, spot: Spot) -> tuple[int, int] | None:
        return selection.get_span(to_y(spot))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selected_text(self.layout_, selection), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self._paint_changes()
