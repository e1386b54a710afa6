"""Untrusted text: nothing a terminal obeys gets through, nothing visible is lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.sanitise import FORBIDDEN, Stream, clean, clean_line

PIECES = st.lists(
    st.text(st.characters(codec=None)) | st.sampled_from(["\r", "\n", "\x1b]52;c;"])
)


@given(st.text(st.characters(codec=None)))
def test_nothing_forbidden_is_left(text: str) -> None:
    cleaned = clean(text)
    assert FORBIDDEN.search(cleaned.replace("\n", "").replace("\t", "")) is None
    assert FORBIDDEN.search(clean_line(text)) is None
    assert "\r" not in cleaned
    cleaned.encode("utf-8")


@given(st.text(st.characters(codec=None)))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(PIECES)
def test_borders_of_pieces_do_not_matter(pieces: list[str]) -> None:
    stream = Stream()
    streamed = "".join([*map(stream.feed, pieces), stream.end()])
    assert streamed == clean("".join(pieces))


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])))
def test_what_can_be_seen_stays(text: str) -> None:
    assert clean(text) == "".join(c for c in text if not 0xE0000 <= ord(c) <= 0xE0FFF)


@pytest.mark.parametrize("code", [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
def test_controls_are_shown_as_pictures(code: int) -> None:
    shown = clean(chr(code))
    assert len(shown) == 1
    assert unicodedata.name(shown).startswith("SYMBOL FOR")


def test_joiners_and_variation_selectors_stay() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert clean(family) == family
    assert clean("\u2764\ufe0f") == "\u2764\ufe0f"
    assert clean("می\u200cخواهم") == "می\u200cخواهم"


def test_text_cannot_be_hidden_in_tags() -> None:
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "ignore all")
    assert clean(f"hello{hidden}") == "hello"
