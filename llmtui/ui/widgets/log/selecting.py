"""What a drag or a click in the log selects."""

from __future__ import annotations

import re

from textual.geometry import Offset
from textual.selection import Selection

from llmtui.ui.widgets.log.layout import Layout, Spot
from llmtui.ui.widgets.log.parts import block_of
from llmtui.ui.widgets.log.selection import to_spot, to_y
from llmtui.ui.widgets.log.window import Window

_WORD = re.compile(r"[\w@%+~#?&=/.:-]*\w|\S")


def word_at(layout: Layout, place: Offset) -> Selection | None:
    """The word under a place, None where there is none."""
    spot = to_spot(place.y)
    if not _is_text(layout, spot):
        return None
    line = layout.lines(spot.entry, spot.part)[spot.line]
    for word in _WORD.finditer(line.drawn[: line.end], line.left):
        if word.start() <= place.x < word.end():
            return Selection(Offset(word.start(), place.y), Offset(word.end(), place.y))
    return None


def block_at(layout: Layout, place: Offset) -> Selection | None:
    """The paragraph, item, table or code that a place is in, all pieces of it."""
    spot = to_spot(place.y)
    if not _is_text(layout, spot):
        return None
    wholes = layout.entries[spot.entry].wholes
    pieces = wholes.pieces(spot.part) if wholes else range(spot.part, spot.part + 1)
    lines = layout.lines(spot.entry, pieces[-1])
    first = Spot(spot.entry, pieces[0], 0)
    last = Spot(spot.entry, pieces[-1], len(lines) - 1)
    end = len(lines[-1].drawn)
    return Selection(Offset(0, to_y(first)), Offset(end, to_y(last)))


def in_sight(window: Window, selection: Selection) -> Selection:
    """A selection that leaves the window by a drag: it ends where that does.

    Textual has it go on to the first and the last row there is.
    """
    layout = window.layout
    start, end = selection
    if start is None:
        start = Offset(0, to_y(window.top))
    if end is None:
        last = min(window.y + window.height, layout.rows) - 1
        end = Offset(layout.width, to_y(layout.spot_at(last)))
    return Selection(start, end)


def _is_text(layout: Layout, spot: Spot) -> bool:
    if spot.entry >= len(layout.entries):
        return False
    lines = layout.lines(spot.entry, spot.part)
    return (
        spot.line < len(lines)
        and block_of(layout.entries[spot.entry].parts[spot.part]) is not None
    )
