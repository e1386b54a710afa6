"""Where a text is broken into lines of cells."""

from __future__ import annotations

import re
from typing import NamedTuple

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from rich.style import Style

Runs = list[tuple[str, Style]]
"""A text in pieces of one style each."""

WIDE = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60"
    "\uffe0-\uffe6\U00020000-\U0003fffd"
)
"""Characters between which a line may end."""
_STUCK = "、。，．！？：；）」』】〉》〕…’”ー"
"""Characters that no line begins with."""
_UNITS = re.compile(rf"(?:[^\s{WIDE}]+|[{WIDE}][{_STUCK}]*)[ \t]*|[ \t]+", re.ASCII)


class Span(NamedTuple):
    """One line of a wrapped text."""

    start: int
    end: int
    """Without the blanks at which it was broken."""
    join: str | None
    """What stood between the line before and this one: None for a line end."""


def wrap(text: str, width: int, *, keep: bool = False) -> list[Span]:
    """Break ``text`` (one or more lines) so that each line has ``width`` cells at most.

    Between words where it can be, between wide characters, inside a word that
    is too long. ``keep`` keeps the blanks a line starts with. A character wider
    than ``width`` has its line for itself.

    >>> [(s.start, s.end, s.join) for s in wrap("one two  three", 8)]
    [(0, 7, None), (9, 14, '  ')]
    """
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if len(line) <= width and line.isascii():
            spans.append(Span(start, end, None))
        else:
            _wrap_line(text, start, end, width, spans, keep=keep)
        start = end + 1
    return spans


def _wrap_line(
    text: str, start: int, end: int, width: int, spans: list[Span], *, keep: bool
) -> None:
    """Add the spans of ``text[start:end]``, which holds no line end."""
    join: str | None = None
    at = start
    used = 0
    for unit in _UNITS.finditer(text, start, end):
        word = unit[0].rstrip(" \t")
        if not word and not keep and used == 0:
            at = unit.end()
            continue
        cells = cell_len(word)
        if used and used + cells > width and word:
            last = unit.start()
            stop = at + len(text[at:last].rstrip(" \t"))
            spans.append(Span(at, stop, join))
            join, at, used = text[stop:last], last, 0
        if cells > width:
            for cut in _chops(word, width - used, width):
                spans.append(Span(at, unit.start() + cut, join))
                join, at = "", unit.start() + cut
            used = cell_len(text[at : unit.end()])
        else:
            used += cell_len(unit[0])
    stop = at + len(text[at:end].rstrip(" \t")) if not keep else end
    spans.append(Span(at, stop, join))


def _chops(word: str, first: int, width: int) -> list[int]:
    """Where a word too long for a line is cut, by whole characters as one sees them."""
    cuts: list[int] = []
    room = first
    for start, _, cells in split_graphemes(word)[0]:
        if cells > room and start:
            cuts.append(start)
            room = width
        room -= cells
    return cuts


def longest_word(text: str, least: int = 0) -> int:
    """Cells of the longest piece that :func:`wrap` would keep whole, or ``least``.

    >>> longest_word("one three"), longest_word("漢字。")
    (5, 4)
    """
    if text.isascii():
        return max(least, *map(len, text.split()), 0)
    for unit in _UNITS.finditer(text):
        if 2 * (unit.end() - unit.start()) > least:
            least = max(least, cell_len(unit[0].rstrip(" \t")))
    return least


def chop(text: str, width: int) -> list[Span]:
    """Break lines of code wherever the width ends.

    >>> [(s.start, s.end) for s in chop("abcdef\\nx", 4)]
    [(0, 4), (4, 6), (7, 8)]
    """
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        join: str | None = None
        at = start
        if cell_len(line) > width:
            for cut in _chops(line, width, width):
                spans.append(Span(at, start + cut, join))
                join, at = "", start + cut
        spans.append(Span(at, end, join))
        start = end + 1
    return spans


def slice_runs(runs: Runs, spans: list[Span]) -> list[list[Segment]]:
    """The segments of each span of a text that is made of ``runs``."""
    lines: list[list[Segment]] = []
    index = 0
    offset = 0
    for start, end, _ in spans:
        segments: list[Segment] = []
        while index < len(runs) and offset + len(runs[index][0]) <= start:
            offset += len(runs[index][0])
            index += 1
        while index < len(runs) and offset < end:
            text, style = runs[index]
            piece = text[max(0, start - offset) : end - offset]
            if piece:
                segments.append(Segment(piece, style))
            if offset + len(text) > end:
                break
            offset += len(text)
            index += 1
        lines.append(segments)
    return lines
