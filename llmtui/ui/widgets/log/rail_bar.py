"""The scroll bar of the log, with marks where something is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

from rich.color import Color
from rich.console import RenderableType
from rich.segment import Segment, Segments
from rich.style import Style
from textual.message import Message
from textual.scrollbar import ScrollBar, ScrollBarRender

from llmtui.ui.glyphs import Glyphs
from llmtui.ui.widgets.log.rail import Sign
from llmtui.ui.widgets.log.render.palette import Palette

_STYLES: dict[Sign, str] = {"prompt": "muted", "failure": "error", "match": "warning"}


class RailBar(ScrollBar):
    """Textual's scroll bar, drawn row by row; a click on a mark goes there."""

    class Chosen(Message):
        """A mark was clicked."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    def __init__(
        self,
        signs: Callable[[int], Sequence[Sign]],
        palette: Callable[[], Palette],
        glyphs: Glyphs,
        thickness: int,
    ) -> None:
        """``signs`` says what each of so many rows shows."""
        super().__init__(vertical=True, name="vertical", thickness=thickness)
        self._signs = signs
        self._palette = palette
        self._glyphs = dict(zip(_STYLES, glyphs.rail, strict=True))
        self._look: tuple[object, ...] = ()
        """Where its thumb is drawn and how long, in eighths of a row, and its marks."""

    def show(self, y: int, rows: int, height: int) -> None:
        """Stand at row ``y`` of so many, of which ``height`` are in sight; draw that
        only if one would see it.

        Each drawing costs as much as that of the text.
        """
        eighths = 8 * height / max(1, rows)
        thumb = round(y * eighths), round(height * eighths)
        look = (*thumb, self._signs(height), self._palette())
        if look == self._look:
            self.set_reactive(ScrollBar.window_virtual_size, rows)
            self.set_reactive(ScrollBar.position, y)
        else:
            self._look = look
            self.refresh()
            self.window_virtual_size = rows
            self.position = y

    def _render_bar(self, scrollbar_style: Style) -> RenderableType:
        """Textual's, with the marks over it."""
        segments = ScrollBarRender.render_bar(
            size=self.size.height,
            virtual_size=ceil(self.window_virtual_size),
            window_size=ceil(self.window_size),
            position=self.position,
            thickness=self.thickness,
            back_color=scrollbar_style.bgcolor or Color.default(),
            bar_color=scrollbar_style.color or Color.default(),
        ).segments
        for row, sign in enumerate(self._signs(len(segments))):
            if sign and (style := segments[row].style):
                segments[row] = self._marked(style, sign, row)
        return Segments(segments, new_lines=True)

    def _marked(self, below: Style, sign: Sign, row: int) -> Segment:
        """A mark on the track, or on the thumb, which one can still grab."""
        is_thumb = bool(below.reverse)
        ground = below.color if is_thumb else below.bgcolor
        colour = self._palette()[_STYLES[sign]].color
        meta = below.meta if is_thumb else {"@mouse.down": f"mark({row})"}
        style = Style(color=colour, bgcolor=ground, meta=meta)
        return Segment(self._glyphs[sign].ljust(self.thickness), style)

    def action_mark(self, row: int) -> None:
        self.post_message(self.Chosen(row))
