"""A panel of code: its language and number above, lines wrapped or slid below.

A drawing without a fence has no row above. Where it is printed, drawings that are too
wide are written all the same: the terminal wraps them, ``less -S`` does not.
"""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from llmtui.markdown.block import CODE_LINES, Block
from llmtui.markdown.code import language_of
from llmtui.markdown.drawings import has_boxes
from llmtui.ui.glyphs import Glyphs
from llmtui.ui.widgets.log.render.code import highlight
from llmtui.ui.widgets.log.render.diff import is_diff, read, runs_of, tints_of
from llmtui.ui.widgets.log.render.line import NARROWEST, Frame, fit
from llmtui.ui.widgets.log.render.palette import Paint, Palette
from llmtui.ui.widgets.log.render.slide import slide
from llmtui.ui.widgets.log.render.wrap import Runs, Span, chop, slice_runs

EDGE = 1
"""Cells left and right of the code."""
_PROSE = frozenset(("", "text", "txt", "plain", "plaintext", "ascii"))
"""What stands behind a fence that holds no code."""


class _Content(NamedTuple):
    """What stands in a panel."""

    text: str
    runs: Runs
    tints: list[Style]
    """What is painted beside the text of each line."""


class Row(NamedTuple):
    """One row of a panel."""

    segments: list[Segment]
    join: str | None = None
    """As in ``Line``."""
    code: int | None = None
    """Characters of code in it, behind the edge; None for the label."""
    reach: int = 0
    """As in ``Line``."""
    folds: bool = False
    """As in ``Line``."""


def _is_drawing(block: Block) -> bool:
    """Whether a block makes no sense when it is wrapped."""
    if block.kind == "drawing":
        return True
    return language_of(block.info).lower() in _PROSE and has_boxes(block.text)


def panel(block: Block, frame: Frame, usual: int, most: int, paint: Paint) -> list[Row]:
    """The rows of a block of code, ``usual`` cells wide, or ``most`` if need be."""
    text = block.text.expandtabs(4)
    longest, width = _size(text, usual, most)
    reach = max(0, longest - width)
    shift = frame.shift
    if shift is None and reach and _is_drawing(block):
        shift = 0
    sign = _fold_sign(block, frame, paint.glyphs)
    rows = (
        [] if block.piece or not block.number else [_label(block, sign, width, paint)]
    )
    content = _content(text, block, frame, paint.palette)
    join = "" if block.joined else None
    if shift is None:
        body = _wrapped(content, width, join, paint)
    elif paint.printed:
        body = _slid(content, 0, longest, join, paint)
    else:
        body = _slid(content, shift, width, join, paint)
    if shift is not None or not paint.printed:
        body = [row._replace(reach=reach) for row in body]
    rows += body
    return [*rows, _more(block.hidden, width, paint)] if block.hidden else rows


def picture(
    block: Block, drawing: str, frame: Frame, usual: int, most: int, paint: Paint
) -> list[Row]:
    """The rows of a drawing in the place of the code that describes it."""
    longest, width = _size(drawing, usual, most)
    code = paint.palette["code"]
    content = _Content(drawing, [(drawing, code)], [code] * len(drawing.split("\n")))
    reach = max(0, longest - width)
    rows = _slid(content, min(frame.shift or 0, reach), width, None, paint)
    rows = [row._replace(reach=reach) for row in rows]
    return [_label(block, "", width, paint), *rows]


def _content(text: str, block: Block, frame: Frame, palette: Palette) -> _Content:
    """Code in its colours."""
    if is_diff(block.info):
        lines = read(text)
        return _Content(text, runs_of(lines, palette), tints_of(lines, palette))
    runs = highlight(text, block.info, palette, frame.lexer, block.piece)
    return _Content(text, runs, [palette["code"]] * (text.count("\n") + 1))


def _size(text: str, usual: int, most: int) -> tuple[int, int]:
    """Cells of the longest line, and of all lines of the panel it is shown in."""
    longest = max(map(cell_len, text.split("\n")))
    least = NARROWEST // 2
    width = max(least, usual - 2 * EDGE)
    return longest, width if longest <= width else max(least, most - 2 * EDGE)


def _label(block: Block, sign: str, width: int, paint: Paint) -> Row:
    """The language and the number, and a sign if there is something to fold."""
    number = str(block.number)
    words = f"{sign} {block.info}" if sign else block.info
    name = fit(words, width - len(number) - 1, paint.glyphs.cut)
    space = " " * max(1, width - cell_len(name) - len(number))
    label = Segment(f" {name}{space}{number} ", paint.palette["code-label"])
    return Row([label], folds=bool(sign))


def _fold_sign(block: Block, frame: Frame, glyphs: Glyphs) -> str:
    """The sign of code that is folded or can be, "" for all other."""
    if block.hidden:
        return glyphs.folded
    least = min(frame.fold_code, CODE_LINES - 1)
    return glyphs.unfolded if least and block.text.count("\n") >= least else ""


def _more(hidden: int, width: int, paint: Paint) -> Row:
    """How much is folded away."""
    lines = "line" if hidden == 1 else "lines"
    words = fit(f"{paint.glyphs.cut} {hidden} more {lines}", width, paint.glyphs.cut)
    fill = " " * max(0, width - cell_len(words))
    label = Segment(f" {words}{fill} ", paint.palette["code-label"])
    return Row([label], folds=True)


def _wrapped(
    content: _Content, width: int, join: str | None, paint: Paint
) -> list[Row]:
    """All of each line, in as many rows as it needs."""
    spans = chop(content.text, width)
    rows: list[Row] = []
    line = 0
    for index, segments in enumerate(slice_runs(content.runs, spans)):
        start, end, before = spans[index]
        is_rest = index > 0 and before is not None
        line += index > 0 and not is_rest
        tint = content.tints[line]
        left = Segment(" ", tint)
        if is_rest:
            left = _sign(paint.glyphs.wrapped, tint, paint)
        used = sum(cell_len(segment.text) for segment in segments)
        fill = Segment(" " * (max(0, width - used) + EDGE), tint)
        row = _merged([left, *segments, fill])
        rows.append(Row(row, before if index else join, end - start))
    return rows


def _slid(
    content: _Content, shift: int, width: int, join: str | None, paint: Paint
) -> list[Row]:
    """A row for each line, with a sign in the edge beyond which it goes on."""
    back, forth = paint.glyphs.beyond
    rows: list[Row] = []
    lines = slice_runs(content.runs, _lines(content.text))
    for segments, tint in zip(lines, content.tints, strict=True):
        shown, before, after = slide(segments, shift, width)
        edge = Segment(" ", tint)
        used = sum(cell_len(segment.text) for segment in shown)
        fill = Segment(" " * max(0, width - used), tint)
        left = _sign(back, tint, paint) if before else edge
        right = _sign(forth, tint, paint) if after else edge
        chars = sum(len(segment.text) for segment in shown)
        row = _merged([left, *shown, fill, right])
        rows.append(Row(row, None if rows else join, chars))
    return rows


def _sign(glyph: str, tint: Style, paint: Paint) -> Segment:
    """A dim sign in the edge of a row."""
    return Segment(glyph, paint.palette["code-wrap"] + tint.background_style)


def _merged(segments: list[Segment]) -> list[Segment]:
    """The same in fewer segments: each costs wherever a row goes from here."""
    merged: list[Segment] = []
    for segment in segments:
        if merged and segment.style is merged[-1].style:
            merged[-1] = Segment(merged[-1].text + segment.text, segment.style)
        else:
            merged.append(segment)
    return merged


def _lines(text: str) -> list[Span]:
    """The lines of a text, whatever their length."""
    spans = []
    start = 0
    for line in text.split("\n"):
        spans.append(Span(start, start + len(line), None))
        start += len(line) + 1
    return spans
