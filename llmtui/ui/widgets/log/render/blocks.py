"""A block at a width: the one entrance to the renderer."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from llmtui.markdown.block import QUOTE, Block
from llmtui.ui.glyphs import Glyphs
from llmtui.ui.widgets.log.render import table
from llmtui.ui.widgets.log.render.inline import inline
from llmtui.ui.widgets.log.render.line import MARGIN, NARROWEST, Frame, Line, row
from llmtui.ui.widgets.log.render.palette import Paint
from llmtui.ui.widgets.log.render.panel import EDGE, panel
from llmtui.ui.widgets.log.render.wrap import Runs, slice_runs, wrap

_UNDERLINED = Style(underline=True)


class Lead(NamedTuple):
    """What stands before the text of a block: quotes, bullets, indents."""

    first: list[Segment]
    later: list[Segment]
    gap: list[Segment]
    """Before the blank line above the block: the quotes that go on."""
    cells: int
    chars: int
    """Characters, the margin included."""


def render(block: Block, frame: Frame, paint: Paint) -> list[Line]:
    """The lines of a block, the blank one before it included."""
    lead = _lead(block.path, block.opened, frame.wide, paint)
    draw = {
        "paragraph": _text,
        "heading": _text,
        "plain": _plain,
        "math": _math,
        "code": _code,
        "table": _table,
        "rule": _rule,
    }[block.kind]
    lines = draw(block, frame, lead, paint)
    if block.gap and lines:
        base = paint.palette.text
        lines.insert(0, row(lead.gap.copy(), frame, base, left=frame.width))
    return lines


@lru_cache(1024)
def _lead(path: tuple[str, ...], opened: int, wide: int, paint: Paint) -> Lead:
    """The marks of quotes and items; deep ones are drawn closer together."""
    palette, glyphs = paint
    base = palette.text
    margin = Segment(" " * MARGIN, base)
    first, later, gap = [margin], [margin], [margin]
    cells = depth = 0
    limit = max(0, min(wide // 2, wide - NARROWEST))
    for index, shown in enumerate(path):
        if shown == QUOTE:
            mark, style = f"{glyphs.quote} ", palette["quote"]
        else:
            mark, style = _mark(shown, depth, glyphs), palette["marker"]
            depth += 1
        size = cell_len(mark)
        if cells + size > limit:
            break
        blank = Segment(" " * size, base)
        bar = Segment(mark, style)
        is_quote = shown == QUOTE
        first.append(bar if is_quote or index >= opened else blank)
        later.append(bar if is_quote else blank)
        if index < opened:
            gap.append(bar if is_quote else blank)
        cells += size
    chars = sum(len(segment.text) for segment in first)
    return Lead(first, later, gap, cells, chars)


def _mark(shown: str, depth: int, glyphs: Glyphs) -> str:
    if shown == "-":
        return f"{glyphs.bullets[depth % len(glyphs.bullets)]} "
    if shown.startswith("["):
        return f"{glyphs.unchecked if shown == '[ ]' else glyphs.checked} "
    return f"{shown:>2} "


def _put(
    runs: Runs,
    frame: Frame,
    lead: Lead,
    base: Style,
    joined: bool,
    *,
    keep: bool = False,
) -> list[Line]:
    """Wrap runs at the measure, behind the lead."""
    text = "".join([part for part, _ in runs])
    width = max(NARROWEST // 2, frame.measure - lead.cells)
    spans = wrap(text, width, keep=keep)
    lines = []
    for index, segments in enumerate(slice_runs(runs, spans)):
        before = lead.later if index else lead.first
        join = spans[index].join if index or not joined else ""
        lines.append(row(before + segments, frame, base, lead.chars, join))
    return lines


def _text(block: Block, frame: Frame, lead: Lead, paint: Paint) -> list[Line]:
    palette = paint.palette
    style = palette["heading"] if block.kind == "heading" else palette.text
    if block.kind == "heading" and block.level != 2:
        style = palette["strong"] if block.level > 2 else style + _UNDERLINED
    runs = inline(block.text, palette, style)
    if block.text and block.opened == len(block.path) and _is_blank(runs):
        return []  # of what a paragraph holds that is tags alone
    return _put(runs, frame, lead, palette.text, block.joined)


def _is_blank(runs: Runs) -> bool:
    return not any(text.strip() for text, _ in runs)


def _plain(block: Block, frame: Frame, lead: Lead, paint: Paint) -> list[Line]:
    palette = paint.palette
    style = palette[block.info or "text"]
    text = block.text.expandtabs(4)
    return _put([(text, style)], frame, lead, palette.text, block.joined, keep=True)


def _math(block: Block, frame: Frame, lead: Lead, paint: Paint) -> list[Line]:
    palette = paint.palette
    runs = [(block.text.expandtabs(4), palette["math"])]
    return _put(runs, frame, lead, palette.text, block.joined, keep=True)


def _code(block: Block, frame: Frame, lead: Lead, paint: Paint) -> list[Line]:
    """A panel of code behind the lead."""
    base = paint.palette.text
    usual, most = frame.measure - lead.cells, frame.wide - lead.cells
    lines = []
    before = lead.first
    for segments, join, code, reach in panel(block, frame.shift, usual, most, paint):
        line = row(before + segments, frame, base, lead.chars + EDGE, join)
        if code is None:
            line = line._replace(left=frame.width)
        else:
            line = line._replace(end=line.left + code, reach=reach)
        lines.append(line)
        before = lead.later
    return lines


def _table(block: Block, frame: Frame, lead: Lead, paint: Paint) -> list[Line]:
    palette = paint.palette
    room = frame.wide - lead.cells
    lines = []
    before = lead.first
    for drawn in table.draw(block, frame.shape, room, palette, paint.glyphs):
        line = row(before + drawn.segments, frame, palette.text, lead.chars)
        lines.append(line._replace(source=drawn.source))
        before = lead.later
    return lines


def _rule(block: Block, frame: Frame, lead: Lead, paint: Paint) -> list[Line]:
    palette = paint.palette
    width = max(1, frame.measure - lead.cells)
    line = Segment(paint.glyphs.horizontal * width, palette["rule"])
    return [row([*lead.first, line], frame, palette.text, lead.chars)]
