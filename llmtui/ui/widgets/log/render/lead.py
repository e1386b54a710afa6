"""What stands before the text of a block: quotes, bullets, numbers, boxes."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from llmtui.markdown.block import NOTE, QUOTE
from llmtui.ui.glyphs import Glyphs
from llmtui.ui.widgets.log.render.line import MARGIN, NARROWEST
from llmtui.ui.widgets.log.render.palette import Paint
from llmtui.ui.widgets.log.render.raised import raised

_BOLD = Style(bold=True)


class Lead(NamedTuple):
    """What stands before the lines of a block."""

    first: list[Segment]
    later: list[Segment]
    gap: list[Segment]
    """Before the blank line above the block: the quotes that go on."""
    titles: list[list[Segment]]
    """Lines of their own above the block: what the alerts are that it opens."""
    cells: int
    chars: int
    """Characters, the margin included."""


@lru_cache(1024)
def lead_of(path: tuple[str, ...], opened: int, wide: int, paint: Paint) -> Lead:
    """The marks of quotes and items; deep ones are drawn closer together."""
    palette, glyphs = paint.palette, paint.glyphs
    base = palette.text
    margin = Segment(" " * MARGIN, base)
    first, later, gap = [margin], [margin], [margin]
    titles: list[list[Segment]] = []
    cells = depth = 0
    limit = max(0, min(wide // 2, wide - NARROWEST))
    for index, shown in enumerate(path):
        is_quote = shown.startswith(QUOTE)
        alert = shown.removeprefix(QUOTE) if is_quote else ""
        if is_quote:
            mark = f"{glyphs.quote} "
            style = palette[f"alert-{alert}" if alert else "quote"]
        else:
            mark, style = _mark(shown, depth, glyphs), palette["marker"]
            depth += not shown.startswith(NOTE)
        size = cell_len(mark)
        if cells + size > limit:
            break
        blank = Segment(" " * size, base)
        bar = Segment(mark, style)
        first.append(bar if is_quote or index >= opened else blank)
        later.append(bar if is_quote else blank)
        if index < opened:
            gap.append(bar if is_quote else blank)
        elif alert:
            titles.append([*first, Segment(alert.capitalize(), style + _BOLD)])
            first = later.copy()
        cells += size
    chars = sum(len(segment.text) for segment in first)
    return Lead(first, later, gap, titles, cells, chars)


def _mark(shown: str, depth: int, glyphs: Glyphs) -> str:
    """The mark of an item; numbers below 100 take the same room, so that a tenth
    item moves none of those above it."""
    if shown == "-":
        return f"{glyphs.bullets[depth % len(glyphs.bullets)]} "
    if shown.startswith(NOTE):
        label = shown.removeprefix(NOTE)
        return f"{raised(label):>2} " if label.isdecimal() else f"{label}: "
    if shown.startswith("["):
        return f"{shown.lower()} "
    return f"{shown:>3} "
