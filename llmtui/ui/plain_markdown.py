"""Markdown as coloured text, for a terminal without the app: what the log draws,
without its margins."""

from __future__ import annotations

from collections.abc import Iterator

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from llmtui.markdown.block import Block
from llmtui.markdown.blocks import Blocks
from llmtui.markdown.notes import in_order
from llmtui.markdown.references import definitions_of
from llmtui.ui.glyphs import terminal_glyphs
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.diagrams import Diagrams
from llmtui.ui.widgets.log.render.line import MARGIN, Frame, Line
from llmtui.ui.widgets.log.render.palette import Paint, Palette
from llmtui.ui.widgets.log.wholes import Wholes

_STYLES = {
    "muted": "dim",
    "heading": "bold cyan",
    "strong": "bold",
    "emphasis": "italic",
    "struck": "strike",
    "link": "underline",
    "inline-code": "cyan",
    "math": "cyan",
    "quote": "dim",
    "marker": "cyan",
    "rule": "dim",
    "table-head": "bold",
    "warning": "yellow",
    "error": "red",
    "code-label": "dim",
    "code-comment": "dim",
    "code-keyword": "magenta",
    "code-string": "green",
    "code-number": "yellow",
    "code-name": "blue",
    "code-type": "cyan",
    "code-inserted": "green",
    "code-inserted-word": "green bold underline",
    "code-deleted": "red",
    "code-deleted-word": "red bold underline",
}
"""In the terminal's own colours, since nobody knows its background."""


def rendered(markdown: str, width: int, colour: bool) -> str:
    """``markdown``, cleaned before, as lines of at most ``width`` columns; those of
    drawings are as long as they were written."""
    source = Blocks(markdown)
    source.end()
    palette = Palette(lambda name: Style.parse(_STYLES.get(name, "")))
    paint = Paint(palette, terminal_glyphs(), printed=True, diagrams=Diagrams())
    blocks = in_order(source)
    frame = Frame(MARGIN + width + 1, definitions=definitions_of(blocks))
    system = ColorSystem.STANDARD if colour else None
    return "".join(f"{_text(line, system)}\n" for line in _lines(blocks, frame, paint))


def _lines(blocks: list[Block], frame: Frame, paint: Paint) -> Iterator[Line]:
    """The lines of all blocks, with the blank ones between them."""

    wholes = Wholes(blocks, targets=paint.printed)
    for at, block in enumerate(blocks):
        yield from render(block, wholes.frame(at, frame), paint)


def _text(line: Line, system: ColorSystem | None) -> str:
    """A line as it is written, without the blanks at its end."""
    segments = list(Strip(line.segments, line.width).crop(MARGIN, line.width - 1))
    while segments and not segments[-1].text.strip(" "):
        segments.pop()
    if segments:
        text, style, _ = segments[-1]
        segments[-1] = Segment(text.rstrip(" "), style)
    # Links say in words where they lead: no terminal needs to know OSC 8 for that.
    return "".join(
        style.update_link(None).render(text, color_system=system)
        if style and system
        else text
        for text, style, _ in segments
    )
