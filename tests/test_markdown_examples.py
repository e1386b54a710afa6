"""The examples of CommonMark and of GFM's extensions, against the reference."""

from __future__ import annotations

import re

import pytest

from llmtui.markdown.blocks import Blocks
from llmtui.sanitise import clean
from tests.support.drawn import Streamed
from tests.support.markdown_examples import Example, examples, leaves, reference

FILES = {name: examples(name) for name in ("commonmark", "gfm", "cmark-gfm")}

HTML = {"HTML blocks", "Raw HTML", "Disallowed Raw HTML (extension)", "HTML tag filter"}
"""Sections about HTML, of which a few inline tags are drawn and the rest is shown
as text: nothing that a model writes may vanish."""

ON_PURPOSE = {
    "html is text, but for a few tags in pairs": {
        "commonmark": {
            *(21, 31, 201, 308, 309, 344, 476, 477, 491, 494, 524, 536, 642, 643)
        },
    },
    "a definition is shown, and so is what it stands in": {"commonmark": {218}},
    "what is not opened is no link": {
        "commonmark": {596, 598, 599, 601},
        "gfm": {628},
    },
    "addresses are links without brackets too, as in GFM": {
        "commonmark": {602, 606, 608, 611, 612},
    },
    r"\[ and \] are the marks of a formula": {"commonmark": {12, 603}},
    "what is over --- is a paragraph and a rule, unless it is one line": {
        "commonmark": {95},
    },
    "a table ends at a line without a pipe": {"gfm": {202}},
    "cells that a row has too many are shown": {"gfm": {204}, "cmark-gfm": {8}},
    "a single ~ is text: models write 5~10": {"cmark-gfm": {17, 18}},
    "notes have the marks and the order that were written": {"cmark-gfm": {23}},
    "nothing is said of what it should be": {"cmark-gfm": {20}},
}
"""What is drawn otherwise than the reference does, and why."""


def differs(name: str, number: int) -> bool:
    return any(number in files.get(name, ()) for files in ON_PURPOSE.values())


def is_like_the_reference(example: Example) -> bool:
    blocks = Blocks(clean(example.markdown + "\n")).all()
    return leaves(blocks) == reference(example.html)


@pytest.mark.parametrize("name", FILES)
def test_the_examples_are_drawn_as_the_reference_does(name: str) -> None:
    wrong = [
        f"{example.number} ({example.section})"
        for example in FILES[name]
        if example.section not in HTML
        and is_like_the_reference(example) == differs(name, example.number)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [1, 3, 17])
def test_the_examples_are_the_same_at_every_moment(name: str, size: int) -> None:
    for example in FILES[name]:
        source = clean(example.markdown + "\n")
        blocks = Blocks()
        for end in range(0, len(source), size):
            blocks.feed(source[end : end + size])
            assert blocks.all() == Blocks(source[: end + size]).all(), example.number


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [1, 3, 17])
def test_the_examples_end_on_the_screen_as_if_they_came_whole(
    name: str, size: int
) -> None:
    for example in FILES[name]:
        source = example.markdown + "\n"
        streamed = Streamed()
        for at in range(0, len(source), size):
            streamed.feed(source[at : at + size])
        whole = Streamed()
        whole.feed(source)
        assert streamed.end() == whole.end(), example.number


@pytest.mark.parametrize("name", FILES)
def test_what_is_on_the_screen_is_always_that_of_the_text_so_far(name: str) -> None:
    for example in FILES[name]:
        source = example.markdown + "\n"
        streamed = Streamed()
        for at in range(0, len(source), 17):
            streamed.feed(source[at : at + 17])
            whole = Streamed()
            whole.feed(source[: at + 17])
            assert streamed.rows() == whole.rows(), example.number


def test_no_word_between_tags_is_lost() -> None:
    for example in (e for file in FILES.values() for e in file if e.section in HTML):
        shown = " ".join(
            text
            for leaf in leaves(Blocks(clean(example.markdown)).all())
            for text, _ in leaf.words
        )
        words = re.sub(r"<[^>]*>|&\w+;|```.*|\[.*?\]:.*", " ", example.markdown)
        for word in re.findall(r"[^\W_]+", words):
            assert word in shown, example.number
