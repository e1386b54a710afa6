"""Thirty texts as people read them: all of each is shown, at every width, at
every moment, and can be copied."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion

from llmtui.markdown.drawings import has_boxes
from llmtui.sanitise import FORBIDDEN, clean
from llmtui.ui.plain_markdown import rendered
from tests.support.drawn import Drawn, Streamed, is_source
from tests.support.letters import lost

FOLDER = Path(__file__).parent / "texts"
TEXTS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted(FOLDER.glob("*.md"))
    if path.stem != "README"
}
WIDTHS = (120, 80, 40)
BOX_ART = set("┌│└▲")
PICTURES = {
    "abstract-algebra": 80,
    "answer-chinese": 80,
    "answer-python": 120,
    "badges-html": 80,
    "directions-mixed": 80,
    "emoji": 80,
    "footnotes": 40,
    "lists-code": 40,
    "log": 80,
    "readme-hindi": 80,
    "readme-japanese": 40,
    "readme-korean": 80,
    "readme-tamil": 80,
    "table-wide": 120,
}
"""Whose rows are kept, at which width."""


@cache
def drawn(name: str, width: int) -> Drawn:
    return Drawn(TEXTS[name], width)


def unmoved(source: str, width: int) -> str:
    """Without box art that is wider than the screen: it is moved sideways."""
    lines = source.split("\n")
    return "\n".join(
        line for line in lines if len(line) < width - 4 or not BOX_ART & set(line)
    )


def is_copied_from(text: str, name: str) -> bool:
    """Whether it is a piece of a text. Notes are shown, and copied, behind the rest:
    where there are some, each paragraph of it is a piece."""
    pieces = text.split("\n\n") if "[^" in TEXTS[name] else [text]
    return all(is_source(piece, TEXTS[name]) for piece in pieces)


def test_there_are_thirty() -> None:
    assert len(TEXTS) == 30


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", TEXTS)
def test_all_of_it_is_on_the_screen(name: str, width: int) -> None:
    rows = [text for _, text in drawn(name, width).places[1:]]
    assert [row for row in rows if cell_len(row) > width] == []
    assert [row for row in rows if FORBIDDEN.search(row)] == []
    assert lost(unmoved(TEXTS[name], width), "\n".join(rows)) == ""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", TEXTS)
def test_all_of_it_is_printed(name: str, width: int) -> None:
    text = rendered(clean(TEXTS[name]), width, False)
    wide = [row.strip() for row in text.split("\n") if cell_len(row) > width]
    assert [row for row in wide if not (has_boxes(text) and row in TEXTS[name])] == []
    assert lost(TEXTS[name], text) == ""


@pytest.mark.parametrize(("size", "width"), [(1, 80), (3, 40), (17, 120)])
@pytest.mark.parametrize("name", TEXTS)
def test_it_ends_as_if_it_came_whole(name: str, size: int, width: int) -> None:
    source = TEXTS[name]
    streamed = Streamed(width)
    for at in range(0, len(source), size):
        streamed.feed(source[at : at + size])
    whole = Streamed(width)
    whole.feed(source)
    assert streamed.end() == whole.end()


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_on_the_screen_is_that_of_the_text_so_far(name: str) -> None:
    source = TEXTS[name]
    streamed = Streamed(80)
    step = len(source) // 7
    for at in range(0, len(source), step):
        streamed.feed(source[at : at + step])
        whole = Streamed(80)
        whole.feed(source[: at + step])
        assert streamed.rows() == whole.rows()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", TEXTS)
def test_all_that_is_selected_is_all_of_the_source(name: str, width: int) -> None:
    page = drawn(name, width)
    found = page.copied((0, 0), (len(page.places) - 1, width))
    assert found == clean(TEXTS[name]).strip()


@settings(max_examples=400)
@given(st.sampled_from(sorted(TEXTS)), st.sampled_from(WIDTHS), st.data())
def test_any_region_is_a_piece_of_the_source(
    name: str, width: int, data: st.DataObject
) -> None:
    page = drawn(name, width)
    spots = st.tuples(st.integers(0, len(page.places) - 1), st.integers(0, width))
    first, last = sorted([data.draw(spots), data.draw(spots)])
    assert is_copied_from(page.copied(first, last), name)


@pytest.mark.parametrize("name", PICTURES)
def test_it_looks_as_it_did(name: str, snapshot: SnapshotAssertion) -> None:
    rows = [text.rstrip() for _, text in drawn(name, PICTURES[name]).places[1:]]
    assert "\n".join(rows) == snapshot
