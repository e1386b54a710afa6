"""Shown characters are found again in the source, and that costs little."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.markdown.alignment import align
from llmtui.markdown.balance import balanced
from llmtui.ui.widgets.log.render.inline import inline
from llmtui.ui.widgets.log.render.palette import PLAIN

PIECES = st.sampled_from(
    [
        "word", "a ", " b", "**", "*", "_", "`", "[", "](https://a.b/c_(d) 't')",
        "](x)", "![", "&amp;", "&lt;", "\\*", "\\", "$x^2$", "$\\alpha$", "\\(y\\)",
        "<b>", "</b>", "<br>", "~~", "\n", "  \n", "\t", "漢字", "。", "https://x.y",
        "<https://a.b>", "👍🏽",
    ]
)  # fmt: skip
SOURCES = st.lists(PIECES, max_size=30).map("".join)


def shown(source: str) -> str:
    return "".join(text for text, _ in inline(source, PLAIN))


@given(SOURCES, st.text(max_size=20))
def test_places_are_in_order_and_in_the_source(source: str, other: str) -> None:
    for text in (shown(source), other):
        places = align(text, source) or []
        assert places == sorted(places, key=lambda place: place.start)
        assert all(0 <= a <= b <= len(source) for a, b in places)


@given(SOURCES)
def test_a_letter_stands_for_that_letter_or_for_what_is_drawn_with_it(
    source: str,
) -> None:
    text = shown(source)
    places = align(text, source)
    assert places is not None
    for char, (start, end) in zip(text, places, strict=True):
        piece = source[start:end]
        if char.isalpha() and end - start == 1:
            assert piece == char


@pytest.mark.parametrize(
    ("text", "source", "first", "last", "copied"),
    [
        ("one bold word", "one **bold** word", 4, 8, "bold"),
        ("one bold word", "one **bold** word", 0, 8, "one **bold**"),
        ("one bold word", "one **bold** word", 4, 13, "**bold** word"),
        ("one bold word", "one **bold** word", 6, 13, "ld** word"),
        ("see a now", "see [a](http://a) now", 4, 9, "[a](http://a) now"),
        ("see a now", "see [a](http://a) now", 4, 5, "a"),
        ("a & b", "a &amp; b", 2, 3, "&amp;"),
        ("x² + y", "$x^2$ + y", 1, 4, "$x^2$ +"),
        ("2*3", "2\\*3", 1, 2, "\\*"),
    ],
)  # fmt: skip
def test_marks_come_with_their_other_half(
    text: str, source: str, first: int, last: int, copied: str
) -> None:
    places = align(text, source)
    assert places is not None
    start, end = balanced(source, places, first, last)
    assert source[start:end] == copied


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("a" * 2_000, "a" * 2_000),
        ("x" * 2_000, "y" * 2_000),
        ("q" * 300, "$a$ b" * 300),
        ("[" * 500 + "z", "[" * 2_000),
        ("$" * 1_999 + "b", "\\(" * 1_000 + "b"),
        ("<" * 2_000, "<a " * 700),
    ],
)
def test_nothing_takes_long(text: str, source: str) -> None:
    start = process_time()
    align(text, source)
    assert process_time() - start < 2
