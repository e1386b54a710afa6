"""What the mouse has selected, in places that stay when heights change."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip

from llmtui.sanitise import clean
from llmtui.ui.widgets.log.layout import Layout, Spot
from llmtui.ui.widgets.log.render.line import Line

_LAID_OUT = 100
"""Messages within a selection that are laid out to be copied."""
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


def selected_text(layout: Layout, selection: Selection) -> str:
    """The text between two places, as it was before it was wrapped.

    Of many messages those in the middle are given as their source: laying out
    thousands would take seconds.
    """
    entries = layout.entries
    first = to_spot(selection.start.y) if selection.start else Spot(0)
    last = to_spot(selection.end.y) if selection.end else Spot(len(entries), _MASK)
    inner = range(first.entry + 1, min(last.entry, len(entries)))
    pieces: list[str] = []
    for index in range(first.entry, min(last.entry + 1, len(entries))):
        if index in inner and len(inner) > _LAID_OUT:
            _separate(pieces)
            pieces.append(clean(entries[index].message.text).strip("\n") + "\n")
            continue
        start = first.part if index == first.entry else 0
        part = start
        while not entries[index].parts or part < len(entries[index].parts):
            if (index, part) > (last.entry, last.part):
                break
            for number, line in enumerate(layout.lines(index, part)):
                span = selection.get_span(to_y(Spot(index, part, number)))
                if span is not None:
                    _add(pieces, line, span)
            part += 1
    return "".join(pieces).strip("\n")


def _separate(pieces: list[str]) -> None:
    if pieces:
        pieces.append("\n")


def _add(pieces: list[str], line: Line, span: tuple[int, int]) -> None:
    start, end = span
    text = line.strip.text[: line.end]
    shown = text[max(start, line.left) : None if end < 0 else end].rstrip()
    if line.join is None:
        _separate(pieces)
    else:
        pieces.append(line.join if pieces else "")
    pieces.append(shown)
