"""A block at a width: the one entrance to the renderer."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from llmtui.markdown.addresses import allowed
from llmtui.markdown.block import Block
from llmtui.markdown.definitions import definition_in
from llmtui.markdown.open_line import without_head
from llmtui.ui.widgets.log.render import formula, table
from llmtui.ui.widgets.log.render.inline import inline
from llmtui.ui.widgets.log.render.lead import Lead, lead_of
from llmtui.ui.widgets.log.render.line import NARROWEST, Frame, Line, row
from llmtui.ui.widgets.log.render.link_style import link_style
from llmtui.ui.widgets.log.render.palette import Paint
from llmtui.ui.widgets.log.render.panel import EDGE, panel, picture
from llmtui.ui.widgets.log.render.targets import with_targets
from llmtui.ui.widgets.log.render.wrap import Runs, slice_runs, wrap

_DIM = Style(dim=True)
_HEADINGS = {
    1: ("heading", Style(underline=True)),
    2: ("heading", Style()),
    3: ("heading", Style(italic=True)),
    4: ("strong", _DIM),
    5: ("emphasis", Style()),
    6: ("emphasis", _DIM),
}
"""How headings are told apart, without colours too."""


def render(block: Block, frame: Frame, paint: Paint) -> list[Line]:
    """The lines of a block, the blank one before it included."""
    if paint.glyphs.is_ascii:
        frame = frame._replace(as_source=True)
    lead = lead_of(block.path, block.opened, frame.wide, paint)
    draw = {
        "paragraph": _text,
        "heading": _text,
        "plain": _plain,
        "math": _math,
        "definition": _definition,
        "code": _code,
        "drawing": _code,
        "table": _table,
        "rule": _rule,
    }[block.kind]
    lines = draw(block, frame, lead, paint)
    above = [title.copy() for title in lead.titles]
    if block.gap and (lines or above):
        above.insert(0, lead.gap.copy())
    base = paint.palette.text
    return [*(row(one, frame, base, left=frame.width) for one in above), *lines]


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
    style = palette.text
    if block.kind == "heading" and not block.info:
        name, more = _HEADINGS[block.level]
        style = palette[name] + more
    grows = block.grows and block.kind == "paragraph"
    runs = inline(
        without_head(block.text) if grows else block.text,
        palette,
        style,
        as_source=frame.as_source,
        definitions=frame.definitions,
        grows=block.grows,
    )
    if _is_blank(runs) and (lead.titles or _is_tags(block)):
        return []
    if paint.printed:
        runs = with_targets(runs, style)
    lines = _put(runs, frame, lead, palette.text, block.joined)
    if block.kind == "heading" and block.info:
        lines.append(_underline(block, lines, frame, lead, paint))
    return lines


def _underline(
    block: Block, lines: list[Line], frame: Frame, lead: Lead, paint: Paint
) -> Line:
    """The line under a heading that has one. Its words stay as they were drawn
    before it came: nobody could know."""
    glyph = paint.glyphs.double if block.info == "=" else paint.glyphs.horizontal
    width = max(cell_len(line.text) for line in lines)
    line = Segment(glyph * width, paint.palette["heading"])
    return row([*lead.later, line], frame, paint.palette.text, left=frame.width)


def _is_tags(block: Block) -> bool:
    """Whether a paragraph that shows nothing is to take no room either."""
    return bool(block.text) and block.opened == len(block.path)


def _is_blank(runs: Runs) -> bool:
    return not any(text.strip() for text, _ in runs)


def _plain(block: Block, frame: Frame, lead: Lead, paint: Paint) -> list[Line]:
    palette = paint.palette
    style = palette[block.info or "text"]
    text = block.text.expandtabs(4)
    return _put([(text, style)], frame, lead, palette.text, block.joined, keep=True)


def _definition(block: Block, frame: Frame, lead: Lead, paint: Paint) -> list[Line]:
    """As it was written, but that one sees less of it; its address is a link."""
    style, text = paint.palette["muted"], block.text
    runs = [(text, style)]
    definition = definition_in(text)
    if definition is not None and allowed(definition.url):
        start, end = definition.place
        link = link_style(definition.url, definition.url)
        runs = [(text[:start], style), (text[start:end], style + link)]
        runs.append((text[end:], style))
    return _put(runs, frame, lead, paint.palette.text, block.joined)


def _math(block: Block, frame: Frame, lead: Lead, paint: Paint) -> list[Line]:
    """A formula on its own, else its source."""
    palette = paint.palette
    width = frame.measure - lead.cells
    rows = None if frame.as_source else formula.drawn(block, width)
    if rows is None:
        runs = [(block.text.expandtabs(4), palette["math"])]
        return _put(runs, frame, lead, palette.text, block.joined, keep=True)
    indent = Segment(" " * formula.INDENT, palette.text)
    inner = lead._replace(
        first=[*lead.first, indent],
        later=[*lead.later, indent],
        cells=lead.cells + formula.INDENT,
        chars=lead.chars + formula.INDENT,
    )
    runs = [("\n".join(rows), palette["math"])]
    return _put(runs, frame, inner, palette.text, block.joined, keep=True)


def _code(block: Block, frame: Frame, lead: Lead, paint: Paint) -> list[Line]:
    """A panel of code behind the lead."""
    base = paint.palette.text
    usual, most = frame.measure - lead.cells, frame.wide - lead.cells
    drawing = None
    if paint.diagrams is not None and not frame.as_source:
        inner = most - 2 * EDGE
        drawing = paint.diagrams.of(block, inner, movable=not paint.printed)
    if drawing is None:
        rows = panel(block, frame, usual, most, paint)
    else:
        rows = picture(block, drawing, frame, usual, most, paint)
    lines = []
    before = lead.first
    for each in rows:
        left = lead.chars + EDGE
        room = frame
        if paint.printed and each.reach:
            room = frame._replace(width=frame.width + each.reach)
        line = row(before + each.segments, room, base, left, each.join)
        if each.code is None:
            line = line._replace(left=frame.width, folds=each.folds)
        else:
            line = line._replace(end=left + each.code, reach=each.reach)
        lines.append(line)
        before = lead.later
    return lines


def _table(block: Block, frame: Frame, lead: Lead, paint: Paint) -> list[Line]:
    palette = paint.palette
    room = frame.wide - lead.cells
    lines = []
    before = lead.first
    for drawn in table.draw(block, frame, room, paint):
        line = row(before + drawn.segments, frame, palette.text, lead.chars)
        lines.append(line._replace(source=drawn.source, reach=drawn.reach))
        before = lead.later
    return lines


def _rule(block: Block, frame: Frame, lead: Lead, paint: Paint) -> list[Line]:
    palette = paint.palette
    width = max(1, frame.measure - lead.cells)
    line = Segment(paint.glyphs.horizontal * width, palette["rule"])
    return [row([*lead.first, line], frame, palette.text, lead.chars)]
