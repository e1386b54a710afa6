"""Footnotes: marks in the text, notes at the end, at every moment the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.message import Message
from llmtui.markdown.block import Block
from llmtui.markdown.blocks import Blocks
from llmtui.markdown.notes import NotesLast, in_order
from llmtui.ui.plain_markdown import rendered
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.render.inline import inline
from llmtui.ui.widgets.log.render.palette import PLAIN
from tests.test_log_render import shown

SOURCE = """One[^1] and two[^2].

[^1]: First *note*
    goes on
[^2]: Second

    - with a list

Body after.
"""


def text(source: str) -> str:
    return "".join(part for part, _ in inline(source, PLAIN))


def test_notes_are_read_at_the_end() -> None:
    blocks = in_order(Blocks(SOURCE))
    assert [(b.path, b.text) for b in blocks] == [
        ((), "One[^1] and two[^2]."),
        ((), "Body after."),
        (("^1",), "First *note*\ngoes on"),
        (("^2",), "Second"),
        (("^2", "-"), "with a list"),
    ]
    assert blocks[2].gap


def test_a_mark_is_a_small_number_as_its_note_has_it() -> None:
    assert shown("One[^1] and[^12].\n\n[^1]: Note\n[^12]: More").split("\n") == [
        "   One¹ and¹².",
        "",
        "    ¹ Note",
        "   ¹² More",
    ]


def test_a_mark_with_a_name_is_one_if_there_is_such_a_note() -> None:
    source = "One[^see] and [^a-z].\n\n[^See]: Note\n"
    lines = ["One[see] and [^a-z].", "", "See: Note", ""]
    assert rendered(source, 60, colour=False).split("\n") == lines


def test_what_has_such_a_mark_is_drawn_anew_when_its_note_comes() -> None:
    entry = Entry(message(""))
    source = entry.begin()
    entry.scan(80)
    source.feed("One[^see].\n\n- more\n- and more\n\n")
    entry.rebuild()
    entry.heights.exact = [True] * len(entry.parts)
    source.feed("[^see]: Note\n")
    entry.rebuild()
    assert entry.heights.exact == [True, False, True, True, False, False]


@pytest.mark.parametrize("source", ["[^a-z]", "[^0-9]+", "[^]", "a^1", "[1]"])
def test_what_is_no_mark_is_text(source: str) -> None:
    assert text(source) == source


@given(
    st.lists(
        st.sampled_from(
            ["word ", "\n", "\n\n", "[^1]: ", "[^a]: ", "    ", "- ", "[^1]", "```\n"]
        ),
        max_size=24,
    ).map("".join),
    st.data(),
)
def test_the_order_is_that_of_the_whole_however_it_comes(
    source: str, data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(source)), max_size=6).map(sorted))
    blocks, order = Blocks(), NotesLast()
    seen: list[Block] = []
    for start, end in zip([0, *cuts], [*cuts, len(source)], strict=True):
        blocks.feed(source[start:end])
        settled = order.settled
        seen[settled:] = order.from_settled(blocks)
        assert seen == in_order(Blocks(source[:end]))


def message(text: str) -> Message:
    return Message(id="a", parent=None, role="assistant", text=text, created="")


def texts(entry: Entry) -> list[str]:
    return [part.text for part in entry.parts if isinstance(part, Block)]


def test_the_log_has_them_at_the_end_while_a_reply_comes() -> None:
    entry = Entry(message(""))
    source = entry.begin()
    entry.scan(80)
    for letter in SOURCE:
        source.feed(letter)
        entry.rebuild()
    streamed = texts(entry)
    assert streamed[-3:] == ["First *note*\ngoes on", "Second", "with a list"]
    entry.replace(message(SOURCE))
    entry.rebuild()
    assert texts(entry) == streamed
    whole = Entry(message(SOURCE))
    whole.scan(80)
    assert texts(whole) == streamed
