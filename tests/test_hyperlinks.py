"""The links that a terminal gets: only where it knows them, and only good ones."""

from __future__ import annotations

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from llmtui.ui.link_filter import LinkFilter
from llmtui.ui.widgets.log.render.inline import inline
from llmtui.ui.widgets.log.render.palette import PLAIN

BLACK = Color(0, 0, 0)


def sent(source: str, *, on: bool) -> str:
    """What a terminal gets of a paragraph."""
    strip = Strip([Segment(text, style) for text, style in inline(source, PLAIN)])
    strip = strip.apply_filter(LinkFilter(on=on), BLACK)
    return strip.render(Console(force_terminal=True, color_system="truecolor"))


def test_a_link_is_written_as_one_where_the_terminal_knows_it() -> None:
    source = "[words](https://a.b/ü) [beside](x.md) me@c.de"
    assert sent(source, on=False) == "words beside me@c.de"
    raw = sent(source, on=True)
    assert ";https://a.b/%C3%BC\x1b\\words\x1b]8;;\x1b\\ beside " in raw
    assert ";mailto:me@c.de\x1b\\me@c.de" in raw


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "https://a.b/\x1b]0;x", "https://a.b/ü", "https://a b"],
)
def test_what_somebody_forgot_to_check_is_taken_off(url: str) -> None:
    segments = [Segment("words", Style(link=url))]
    (segment,) = LinkFilter(on=True).apply(segments, BLACK)
    assert segment.text == "words"
    assert segment.style is not None
    assert segment.style.link is None


def test_lines_without_links_stay_the_same_objects() -> None:
    segments = [Segment("plain ", Style(bold=True)), Segment("text")]
    assert LinkFilter(on=True).apply(segments, BLACK) is segments
    assert LinkFilter(on=True) == LinkFilter(on=True) != LinkFilter(on=False)
