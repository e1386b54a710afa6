"""The rows of a window as strips, with what is painted over them."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.selection import Selection
from textual.strip import Strip

from llmtui.markdown.addresses import Link
from llmtui.ui.glyphs import Glyphs
from llmtui.ui.widgets.log.highlights import Highlights
from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.link_cursor import LinkCursor
from llmtui.ui.widgets.log.render.line import MARGIN
from llmtui.ui.widgets.log.render.link_style import link_of
from llmtui.ui.widgets.log.selection import highlighted, to_y, with_places
from llmtui.ui.widgets.log.strips import Strips
from llmtui.ui.widgets.log.window import Window


class Canvas:
    """Draws the rows that are in sight, and knows which have changed."""

    def __init__(self, window: Window, glyphs: Glyphs) -> None:
        self.selection: Selection | None = None
        self.cursor: int | None = None
        """The entry that has the focus."""
        self.highlights = Highlights()
        self.links = LinkCursor(window)
        self._window = window
        self._glyphs = glyphs
        self._strips = Strips()
        self._painted: list[Strip] = []

    @property
    def more(self) -> str:
        """The mark at the end of the last row, "" where the end is in sight."""
        return "" if self._window.following else f" {self._glyphs.more} "

    def strip(self, y: int) -> Strip:
        """Row ``y`` of the window as it is painted."""
        window = self._window
        layout = window.layout
        palette = layout.painter.palette
        found = layout.line_at(window.y + y)
        if found is None:
            return Strip.blank(layout.width, palette.text)
        spot, line = found
        strip = self.highlights.paint(self._strips.of(line), spot, line, palette)
        strip = self.links.paint(strip, spot, palette)
        if self.selection and (span := self.selection.get_span(to_y(spot))):
            style = palette["selection"].background_style
            # Marks are copied where they are selected; labels and panels are not.
            left = line.left if line.left >= len(strip.text) else MARGIN
            strip = highlighted(strip, max(span[0], left), span[1], style)
        if spot.entry == self.cursor:
            bar = Strip([Segment(self._glyphs.cursor, palette["accent"])])
            strip = Strip.join([bar, strip.crop(1)])
        if self.more and y == window.height - 1:
            at = max(0, strip.cell_length - len(self.more) - 1)
            word = Strip([Segment(self.more, palette["accent"])])
            strip = Strip.join(
                [strip.crop(0, at), word, strip.crop(at + len(self.more))]
            )
        return strip

    def is_more(self, x: int, y: int) -> bool:
        """Whether the mark at the end of the last row is at ``x``, ``y``."""
        window = self._window
        start = window.layout.width - len(self.more) - 1
        return bool(self.more) and y == window.height - 1 and x >= start

    def strip_with_places(self, y: int) -> Strip:
        """Row ``y`` with what Textual needs to find the text under the mouse."""
        layout = self._window.layout
        found = layout.line_at(self._window.y + y)
        if found is None:
            blank = Strip.blank(layout.width, layout.painter.palette.text)
            return with_places(blank, layout.spot_at(layout.rows))
        return with_places(self._strips.of(found[1]), found[0])

    def link_at(self, x: int, y: int) -> Link | None:
        """The link that is drawn in cell ``x`` of row ``y``."""
        found = self._window.layout.line_at(self._window.y + y)
        end = 0
        for text, style, _ in found[1].segments if found else ():
            end += cell_len(text)
            if x < end:
                return link_of(style) if style else None
        return None

    def spot(self, y: int) -> Spot | None:
        """What row ``y`` shows."""
        found = self._window.layout.line_at(self._window.y + y)
        return found[0] if found else None

    def painted(self, y: int) -> Strip:
        """Row ``y`` as :meth:`changed` has drawn it, drawn now if it has not.

        Textual asks for all rows whenever anything on the screen is painted.
        """
        return self._painted[y] if y < len(self._painted) else self.strip(y)

    def forget(self) -> None:
        """Nothing of what was painted is right any more."""
        self._painted = []

    def changed(self) -> list[int] | None:
        """The rows that differ from the last time, None for most of them."""
        height = self._window.height
        self._strips.turn()
        painted = [self.strip(y) for y in range(height)]
        before, self._painted = self._painted, painted
        if len(before) != height:
            return None
        rows = [y for y in range(height) if painted[y] != before[y]]
        return None if len(rows) * 2 > height else rows
