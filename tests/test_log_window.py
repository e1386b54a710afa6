"""Heights, places and the window, without any screen."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st
from textual.selection import SELECT_ALL

from llmtui.chat.message import Message
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.copying import codes_of, links_of, source_of
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.heights import Heights
from llmtui.ui.widgets.log.layout import Layout, Spot
from llmtui.ui.widgets.log.painter import Painter
from llmtui.ui.widgets.log.parts import Edge
from llmtui.ui.widgets.log.render.palette import PLAIN
from llmtui.ui.widgets.log.selected import selected_source
from llmtui.ui.widgets.log.window import Window
from tests.support.log_host import message, talk

PAGE = "words " * 40 + "\n\n```py\n" + "x = 1\n" * 90 + "```\n\n- item\n- item\n"


def window_of(messages: list[Message], width: int = 60, height: int = 20) -> Window:
    layout = Layout(Painter(PLAIN, UNICODE, width))
    layout.reset(Entry(each) for each in messages)
    window = Window(layout)
    window.height = height
    window.fit()
    return window


def seen(window: Window) -> list[str]:
    rows = range(window.y, window.y + window.height)
    found = [window.layout.line_at(y) for y in rows]
    return [line[1].drawn.rstrip() if line else "" for line in found]


@given(st.lists(st.integers(0, 9)), st.data())
def test_heights_count_as_a_list_does(rows: list[int], data: st.DataObject) -> None:
    heights = Heights(rows[: len(rows) // 2])
    for each in rows[len(rows) // 2 :]:
        heights.append(each)
    for _ in range(3 if rows else 0):
        at = data.draw(st.integers(0, len(rows) - 1))
        rows[at] = data.draw(st.integers(0, 9))
        heights.set(at, rows[at])
    cut = data.draw(st.integers(0, len(rows)))
    heights.truncate(cut)
    rows = rows[:cut]
    above = [0, *accumulate(rows)]
    assert heights.total == sum(rows)
    assert [heights.above(n) for n in range(len(rows) + 1)] == above
    for y in range(sum(rows)):
        index, offset = heights.find(y)
        assert above[index] + offset == y
        assert 0 <= offset < heights[index]
    assert heights.find(sum(rows)) == (len(rows), 0)


def test_the_window_opens_at_the_end_and_reads_no_more_than_it_shows() -> None:
    window = window_of(talk(1_000, PAGE))
    assert window.following
    assert sum(bool(entry.parts) for entry in window.layout.entries) <= 3


@given(st.lists(st.integers(-30, 25), max_size=12))
def test_moving_up_and_back_comes_to_the_same_rows(moves: list[int]) -> None:
    window = window_of(talk(4, PAGE))
    window.move(-50)
    for rows in moves:
        before = seen(window)
        y = window.y
        window.move(rows)
        if 0 < window.y < window.last and rows < 0:
            window.move(-rows)
            assert seen(window) == before
        assert window.y >= 0
        assert y >= 0


def test_what_grows_below_moves_nothing() -> None:
    window = window_of(talk(30, PAGE))
    window.move(-200)
    before = seen(window)
    window.layout.append(Entry(message("new", PAGE)))
    window.fit()
    assert seen(window) == before
    assert not window.following
    window.to_end()
    assert window.following


def test_heights_that_become_exact_above_move_nothing() -> None:
    window = window_of(talk(30, PAGE))
    window.to_spot(Spot(20))
    before = seen(window)
    window.layout.settle_above(window.top, 10_000)
    window.fit()
    assert window.top.entry == 20
    assert seen(window) == before


def test_another_width_keeps_the_text_at_the_top() -> None:
    window = window_of(talk(30, PAGE))
    window.to_spot(Spot(21, 2))
    for width in (20, 100, 60):
        window.layout.repaint(Painter(PLAIN, UNICODE, width))
        window.fit()
        assert window.top.entry == 21
        assert all(len(row) <= width for row in seen(window))


def test_an_entry_keeps_the_parts_that_did_not_change() -> None:
    entry = Entry(message("a", ""))
    source = entry.begin()
    entry.scan(80)
    for n in range(50):
        source.feed(f"paragraph {n}\n\n")
        before = entry.parts.copy()
        start = entry.rebuild()
        assert start >= len(before) - 2
        assert entry.parts[:start] == before[:start]
        assert len(entry.heights) == len(entry.heights.exact) == len(entry.parts)
    streamed = [part for part in entry.parts if not isinstance(part, Edge)]
    whole = Entry(message("a", "".join(f"paragraph {n}\n\n" for n in range(50))))
    whole.scan(80)
    assert streamed == [part for part in whole.parts if not isinstance(part, Edge)]


def test_source_code_and_links_can_be_taken_out() -> None:
    long = "".join(f"line {n}\n" for n in range(200))
    text = (
        "[one](https://a.b) and https://c.d and [x](file:///y) and [one](https://a.b)\n"
        f"```python\n{long}```\n- item\n  ```{'sh'}\n  ls\n  ```\n\n```\n```\n"
        "```\n" + "w" * 5_000 + "\n```\n"
    )
    answer = message("a", text + "\x1b")
    one, two, three, four = codes_of(answer)
    assert (one.number, one.language, one.text) == (1, "python", long)
    assert one.file_name == "code-1.py"
    assert (two.language, two.text) == ("sh", "ls\n")
    assert three.text == ""
    assert four.text == "w" * 5_000 + "\n"
    assert links_of(answer) == [
        ("one", "https://a.b"),
        ("https://c.d", "https://c.d"),
    ]
    assert source_of(answer).endswith("␛")


def test_all_of_a_long_conversation_can_be_copied_without_laying_it_out() -> None:
    window = window_of(talk(2_000))
    text = selected_source(window.layout, SELECT_ALL)
    assert text.startswith("question 0")
    assert "\n\nquestion 1000\n\nAn answer. (1000)\n\n" in text
    assert text.endswith("An answer. (1999)")
    assert sum(bool(entry.parts) for entry in window.layout.entries) < 20


def test_a_selection_within_a_message_is_unwrapped() -> None:
    window = window_of(talk(1, "word " * 50 + "\n\n```\n" + "x" * 90 + "\n```"))
    text = selected_source(window.layout, SELECT_ALL)
    assert "word " * 49 + "word" in text
    assert "x" * 90 in text
