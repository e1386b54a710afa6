"""What the mouse has selected, in places that stay when heights change."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from llmtui.ui.widgets.log.layout import Spot

_PART = 20
_LINE = 20
_MASK = (1 << 20) - 1


def to_y(spot: Spot) -> int:
    """A spot as one number that orders like the rows do.

    Textual selects by columns and rows; this takes the place of the row, so
    that a selection stays on its text while the log grows and heights above it
    become exact.

    >>> to_spot(to_y(Spot(3, 2, 1)))
    Spot(entry=3, part=2, line=1)
    """
    return (spot.entry << _PART | spot.part) << _LINE | spot.line


def to_spot(y: int) -> Spot:
    """The spot that :func:`to_y` made ``y`` of."""
    return Spot(y >> _PART + _LINE, y >> _LINE & _MASK, y & _MASK)


def highlighted(strip: Strip, start: int, end: int, style: Style) -> Strip:
    """A strip with its characters from ``start`` to ``end`` (-1: all) in ``style``."""
    if end < 0:
        end = len(strip.text)
    segments: list[Segment] = []
    at = 0
    for text, base, _ in strip:
        a, b = max(0, start - at), max(0, end - at)
        at += len(text)
        if b <= 0 or a >= len(text):
            segments.append(Segment(text, base))
            continue
        parts = ((text[:a], base), (text[a:b], (base or Style()) + style))
        segments += [Segment(part, kind) for part, kind in parts if part]
        if text[b:]:
            segments.append(Segment(text[b:], base))
    return Strip(segments, strip.cell_length)


def with_places(strip: Strip, spot: Spot) -> Strip:
    """A strip that says of each segment where it is: how Textual finds the place
    under the mouse."""
    return strip.apply_offsets(0, to_y(spot))
