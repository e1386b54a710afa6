"""A window on the screen: Textual's scrolling, and painting no more than needed."""

from __future__ import annotations

import gc
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollUp
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from llmtui.ui.begin import begin
from llmtui.ui.columns import doubtful
from llmtui.ui.glyphs import terminal_glyphs
from llmtui.ui.widgets.log.canvas import Canvas
from llmtui.ui.widgets.log.drawing import Drawing
from llmtui.ui.widgets.log.layout import Layout, Spot
from llmtui.ui.widgets.log.painter import Painter
from llmtui.ui.widgets.log.rail import Rail
from llmtui.ui.widgets.log.rail_bar import RailBar
from llmtui.ui.widgets.log.render.diagrams import Wanted
from llmtui.ui.widgets.log.render.palette import CLASSES, PLAIN, Palette
from llmtui.ui.widgets.log.selecting import block_at, in_sight, word_at
from llmtui.ui.widgets.log.window import Window

Selections = dict[Widget, Selection]
"""By widget what is selected of it."""

_WHEEL = 8
"""Rows laid out above before the wheel turns: more than one turn moves."""

_PAUSE = 0.005
"""Seconds between two turns of reading: keys are heard there."""

_WIDTH = 80
"""Cells of a row while it is not known how much room there is."""

_SPILL = 8
"""Characters at the end of a row that a terminal may draw across the scroll bar."""


class Scroller(ScrollView, can_focus=True):
    """Shows a window's rows, and moves the window as the reader wishes."""

    FOCUS_ON_CLICK = False  # what is typed next is meant for the input
    COMPONENT_CLASSES: ClassVar[set[str]] = set(CLASSES)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
    ]

    more_below = reactive(False)
    """Whether there is text below the last row that is shown."""

    def __init__(self, *, scroll_tables: bool = False) -> None:
        """``scroll_tables`` says that tables which are too wide are moved rather than
        wrapped."""
        super().__init__()
        self.glyphs = terminal_glyphs()
        drawing = Drawing(
            lambda job: begin(self, job, "diagrams"),
            lambda: self.window.layout.width,
            self._show_drawing,
        )
        diagrams = drawing.diagrams
        painter = Painter(
            PLAIN, self.glyphs, _WIDTH, diagrams, scroll_tables=scroll_tables
        )
        self.window = Window(Layout(painter))
        self._placing = False
        self._restyling = False
        self._reading = False
        """Whether more will be read of a long text soon."""
        self.rail = Rail(self.window.layout)
        self.canvas = Canvas(self.window, self.glyphs)

    @property
    def at_end(self) -> bool:
        """Whether the last row is in sight; the log then follows what is written."""
        return self.window.following

    @property
    def vertical_scrollbar(self) -> RailBar:
        """As Textual's, but with marks."""
        bar = self._vertical_scrollbar
        if not isinstance(bar, RailBar):
            bar = RailBar(
                self.rail.signs,
                lambda: self.window.layout.painter.palette,
                self.glyphs,
                self.scrollbar_size_vertical,
            )
            self._vertical_scrollbar = bar
            bar.display = False
            self.app._start_widget(self, bar)
        return bar

    # -- painting ----------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        self._take_room()  # Textual paints a new size before it tells of it
        base = self.window.layout.painter.palette.text
        filters = self.get_line_filters()
        background = self.background_colors[1]
        strips = []
        for y in range(crop.y, crop.bottom):
            strip = self.canvas.painted(y).crop_extend(crop.x, crop.right, base)
            for each in filters:
                strip = strip.apply_filter(each, background)
            strips.append(strip)
        return strips

    def render_line(self, y: int) -> Strip:
        """Row ``y`` with its places: Textual looks for what is under the mouse."""
        return self.canvas.strip_with_places(y)

    def paint(self) -> None:
        """Repaint the rows that are not what was painted last."""
        self.window.layout.end_turn()
        if not self.window.layout.is_read and not self._reading:
            self._reading = True
            self.set_timer(_PAUSE, self._read_on)
        self.canvas.selection = self.text_selection
        rows = self.canvas.changed()
        if rows is None:
            self.refresh()
        elif rows:
            width = self.size.width
            self.refresh(*(Region(0, y, width, 1) for y in rows))
            if any(doubtful(self.canvas.painted(y).text[-_SPILL:]) for y in rows):
                self.vertical_scrollbar.refresh()

    def _read_on(self) -> None:
        """Show more of a long text, which is read in turns."""
        self._reading = False
        self.window.read_on()
        # What was read stays: a walk over hundreds of thousands of blocks to see that
        # takes longer than a turn.
        gc.freeze()
        self._place()

    # -- the window --------------------------------------------------------------

    def reflow(self) -> None:
        """Show what has changed, in its place."""
        self.window.fit()
        self._place()

    def _place(self) -> None:
        """Bring Textual's scrolling to where the window is, and paint."""
        window = self.window
        self._placing = True
        try:
            self._measure(Size(window.layout.width, window.layout.rows))
            if window.y != self.scroll_y:
                self.scroll_target_y = self.scroll_y = window.y
        finally:
            self._placing = False
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.show(window.y, window.layout.rows, window.height)
        self.more_below = not window.following
        self.paint()

    def _measure(self, size: Size) -> None:
        """Tell Textual how large the text is.

        Its reactive lays the whole screen out anew, which costs more than all
        the painting of a reply. That is needed only where the scroll bar comes
        or goes.
        """
        before = self.virtual_size
        if size == before:
            return
        overflows = size.height > self.window.height
        if size.width == before.width and overflows == self.show_vertical_scrollbar:
            self.set_reactive(Scroller.virtual_size, size)
        else:
            self.virtual_size = size

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Somebody scrolls, or :meth:`_place` does."""
        if self._placing or round(new_value) == self.window.y:
            return
        if self.window.following and new_value >= self.max_scroll_y:
            self._take_room()  # nobody has: in more room the end begins earlier
        else:
            self.window.scrolled(round(new_value))
        self._place()

    def on_resize(self) -> None:
        self._take_room()
        self.canvas.forget()
        self._place()

    def _take_room(self) -> None:
        """Lay out what is in sight for the room there is."""
        room = self.scrollable_content_region.size
        window, layout = self.window, self.window.layout
        if room.width and room.width != layout.width:
            layout.repaint(layout.painter.other(width=room.width))
        elif room.height == window.height:
            return
        window.height = room.height
        window.fit()
        self.canvas.forget()

    def measure_anew(self) -> None:
        """Lay out again what is in sight: the terminal measures in another way."""
        self.window.layout.measure_anew()
        self.canvas.forget()
        self.reflow()

    # -- colours -----------------------------------------------------------------

    def on_mount(self) -> None:
        self._restyle()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        # Component styles follow after this; until then they are the old ones.
        if self.is_mounted and not self._restyling:
            self._restyling = True
            self.call_later(self._restyle)

    def _restyle(self) -> None:
        """Take the colours of the theme; paint anew if they have changed."""
        self._restyling = False
        palette = Palette(lambda name: self.get_component_rich_style(f"log--{name}"))
        layout = self.window.layout
        if not palette.same_as(layout.painter.palette):
            layout.repaint(layout.painter.other(palette=palette))
            self.canvas.forget()
            self.refresh()

    def _show_drawing(self, wanted: Wanted) -> None:
        """Show a diagram in the place of its source."""
        self.window.layout.redraw_blocks(wanted.source)
        self.reflow()

    # -- moving ------------------------------------------------------------------

    def scroll_to_end(self) -> None:
        """Show the end and follow it."""
        self.window.to_end()
        self._place()

    def action_move(self, rows: int) -> None:
        self.window.move(rows)
        self._place()

    def action_page_up(self) -> None:
        self.action_move(1 - self.window.height)

    def action_page_down(self) -> None:
        self.action_move(self.window.height - 1)

    def action_scroll_home(self) -> None:
        self.window.to_spot(Spot(0))
        self._place()

    def action_scroll_end(self) -> None:
        self.scroll_to_end()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Before Textual scrolls: where it scrolls to must be exact."""
        self.window.ready_above(_WHEEL)
        self._place()

    def on_rail_bar_chosen(self, event: RailBar.Chosen) -> None:
        """A mark of the rail was clicked: go to what it stands for."""
        if spot := self.rail.spot(event.row, self.window.height):
            self.window.to_spot(spot)
            self._place()

    def on_scroll_up(self, event: ScrollUp) -> None:
        self.window.ready_above(self.window.height)
        self._place()

    # -- selecting ---------------------------------------------------------------

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        # Imported here: before the first frame there is nothing to copy.
        from llmtui.ui.widgets.log.selected import selected_source

        return selected_source(self.window.layout, selection), "\n"

    def on_click(self, event: events.Click) -> None:
        """Twice on a word selects it, three times all of its block.

        By itself Textual would select the log, and then all of the screen.
        """
        if event.chain == 1:
            return
        event.prevent_default()
        event.stop()
        _, place = self.screen.get_widget_and_offset_at(*event.screen_offset)
        if place is not None:
            find = word_at if event.chain == 2 else block_at
            selection = find(self.window.layout, place)
            self.screen.selections = {self: selection} if selection else {}

    def only_selected(self, selections: Selections) -> Selections:
        """What is selected, if the log is among it: no more than what of it is in
        sight, and nothing around it."""
        selection = selections.get(self)
        return {self: in_sight(self.window, selection)} if selection else selections

    def selection_updated(self, selection: Selection | None) -> None:
        self.paint()
