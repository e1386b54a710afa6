"""The filter that no control character passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from textual.color import Color

from llmtui.sanitise import FORBIDDEN
from llmtui.ui.output_filter import ControlFilter

BLACK = Color(0, 0, 0)


@given(st.lists(st.text(st.characters(codec=None))))
def test_nothing_forbidden_passes(texts: list[str]) -> None:
    out = ControlFilter().apply([Segment(text) for text in texts], BLACK)
    assert FORBIDDEN.search("".join(s.text for s in out)) is None


def test_clean_lines_stay_the_same_objects() -> None:
    segments = [Segment("plain "), Segment("text")]
    assert ControlFilter().apply(segments, BLACK) is segments


def test_filters_are_equal_so_that_strips_can_cache() -> None:
    assert ControlFilter() == ControlFilter("UTF8")
    assert hash(ControlFilter()) == hash(ControlFilter("utf-8"))
    assert ControlFilter() != ControlFilter("latin-1")


@pytest.mark.parametrize("encoding", ["ascii", None, "no such encoding"])
def test_what_the_encoding_lacks_is_replaced(encoding: str | None) -> None:
    (segment,) = ControlFilter(encoding).apply([Segment("añ漢e\u0301")], BLACK)
    assert segment.text == "an??e"


def test_latin_1_keeps_its_letters() -> None:
    (segment,) = ControlFilter("latin-1").apply([Segment("añ漢")], BLACK)
    assert segment.text == "añ??"
