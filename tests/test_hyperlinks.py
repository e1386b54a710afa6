"""The links that a terminal gets: only where it knows them, and only good ones."""

from __future__ import annotations

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from llmtui.configuration import load
from llmtui.desktop.hyperlinks import describe, hyperlinks
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.settings import SettingsError
from llmtui.ui.link_filter import LinkFilter
from llmtui.ui.widgets.log.render.inline import inline
from llmtui.ui.widgets.log.render.palette import PLAIN
from tests.support.app import build

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


def test_the_setting_is_read_and_obeyed(places: Places) -> None:
    places.config.mkdir(parents=True, exist_ok=True)
    places.config_file.write_text('hyperlinks = "on"')
    app = build(Scripted(["smollm2"]), places, settings=load(places, {}))
    assert LinkFilter(on=True) in app.get_line_filters()
    places.config_file.write_text("hyperlinks = true")
    with pytest.raises(SettingsError, match="hyperlinks takes one of auto, on, off"):
        load(places, {})


@pytest.mark.parametrize(
    ("env", "known"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "foot-extra"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7006"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "4803"}, False),
        ({"WT_SESSION": "1"}, True),
        ({"TERM": "screen", "STY": "1.x", "WT_SESSION": "1"}, False),
        ({"TMUX": "x", "TERM_PROGRAM": "iTerm.app"}, False),
        ({"TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.5a"}, True),
        (
            {"TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "next-4.0"},
            False,
        ),
    ],
)
def test_terminals_that_know_links(env: dict[str, str], known: bool) -> None:
    assert hyperlinks("auto", env) is known
    assert ("(OSC 8)" in describe("auto", env)[0]) is known
    assert hyperlinks("on", env)
    assert not hyperlinks("off", env)
