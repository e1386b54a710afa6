"""Tables: one head and one set of columns, however long and however they come."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from llmtui.markdown.block import Block
from llmtui.markdown.blocks import Blocks
from llmtui.places import Places
from llmtui.sanitise import clean
from llmtui.settings import Settings
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log import tables
from llmtui.ui.widgets.log.copying import tables_of, tsv_of
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.layout import Layout
from llmtui.ui.widgets.log.painter import Painter
from llmtui.ui.widgets.log.parts import Edge
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.column_sizes import measured
from llmtui.ui.widgets.log.render.columns import Columns
from llmtui.ui.widgets.log.render.line import Frame, Line
from llmtui.ui.widgets.log.render.palette import PLAIN, Paint
from llmtui.ui.widgets.log.source import Source
from tests.support.app import chatting
from tests.support.log_host import LogHost, message, until
from tests.support.scene import provider, save

PAINT = Paint(PLAIN, UNICODE)

HEAD = "| name | what it is | price |\n|---|:-:|--:|\n"
WORDS = [
    "a",
    "**bold** words",
    "漢字",
    "`x = 1`",
    "[docs](https://a.b/c)",
    "a longer cell",
]


def table(rows: int, seed: int = 1) -> str:
    """A table whose cells grow here and there, the widest of them late."""
    chance = random.Random(seed)
    lines = []
    for row in range(rows):
        cell = " ".join(chance.choices(WORDS, k=1 + row // 30))
        lines.append(f"| row {row} | {cell} | {row * row}.50 |\n")
    return HEAD + "".join(lines)


class Log:
    """A log of one message that is being written."""

    def __init__(self, width: int = 60) -> None:
        self.layout = Layout(Painter(PLAIN, UNICODE, width))
        self.entry = Entry(message("assistant", ""))
        self.source: Source = self.entry.begin()
        self.layout.append(self.entry)
        self.entry.scan(width)

    def feed(self, text: str) -> None:
        self.source.feed(text)
        self.layout.refit(0)

    def rows(self) -> list[str]:
        return [
            line.drawn.rstrip()
            for index, part in enumerate(self.entry.parts)
            if not isinstance(part, Edge)
            for line in self.layout.lines(0, index)
        ]


def rows_of(source: str, width: int = 60) -> list[str]:
    log = Log(width)
    log.feed(clean(source))
    return log.rows()


@pytest.mark.parametrize("width", [20, 46, 60, 120])
def test_a_table_that_grows_is_always_that_of_its_source(width: int) -> None:
    source = "Text.\n\n" + table(130) + "\nand text\n\n" + table(45, 2)
    log = Log(width)
    for at in range(0, len(source), 97):
        log.feed(source[at : at + 97])
        if at % 5 == 0:
            assert log.rows() == rows_of(source[: at + 97], width)
    assert log.rows() == rows_of(source, width)
    assert log.layout.rows == len(log.rows()) + 2  # head and foot


def test_a_long_table_has_one_head_and_one_set_of_columns() -> None:
    rows = rows_of(table(200), 100)
    assert len([row for row in rows if "what it is" in row]) == 1
    bars = {tuple(at for at, sign in enumerate(row) if sign in "│├┼┤") for row in rows}
    assert len({len(row) for row in rows if row.isascii()}) <= 1
    assert len({bar[0] for bar in bars}) == 1
    rules = [row for row in rows if "┼" in row]
    assert len(set(rules)) == 1


def test_rules_between_tall_rows_do_not_depend_on_where_a_table_is_cut() -> None:
    lines = [f"| {n} | {'many words ' * 8} |\n" for n in range(90)]
    rows = rows_of("| n | text |\n|---|---|\n" + "".join(lines), 50)
    assert len([row for row in rows if "├" in row]) == 90


def test_a_table_as_a_list_goes_on_over_its_pieces() -> None:
    names = "|".join(f"name{n}" for n in range(9))
    lines = [f"{'|'.join(f'value{n}' for n in range(9))}\n"] * 50
    rows = rows_of(f"{names}\n{'|'.join(['--'] * 9)}\n{''.join(lines)}", 40)
    assert len([row for row in rows if not row.strip()]) == 49
    assert rows.count("   name0: value0") == 50


@given(
    st.lists(st.tuples(st.integers(1, 100), st.integers(1, 16)), min_size=1),
    st.integers(0, 200),
)
def test_no_column_is_narrower_than_its_longest_word(
    columns: list[tuple[int, int]], room: int
) -> None:
    natural = tuple(max(pair) for pair in columns)
    words = tuple(word for _, word in columns)
    widths = Columns(natural, words).fit(room)
    if widths is None:
        assert (
            sum(min(n, max(w, 6)) for n, w in zip(natural, words, strict=True)) > room
        )
        return
    assert sum(widths) == min(room, sum(natural))
    for width, most, word in zip(widths, natural, words, strict=True):
        assert word <= width <= most


def test_words_are_whole_where_the_columns_have_room_for_them() -> None:
    source = (
        "| parameter | description |\n|---|---|\n"
        "| repetition | considerably discourages repetitions |\n"
    )
    text = " ".join(rows_of(source, 36)).replace("│", " ").split()
    assert "considerably" in text
    assert "repetitions" in text
    assert "parameter: repetition" in " ".join(rows_of(source, 26))


def test_a_row_costs_the_same_however_many_are_above_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows: list[int] = []

    def counting(
        block: Block, before: Columns | None = None, *, targets: bool = False
    ) -> Columns:
        rows.append(block.text.count("\n") + 1)
        return measured(block, before, targets=targets)

    monkeypatch.setattr(tables, "measured", counting)
    log = Log(80)
    log.feed(HEAD)
    for row in range(800):
        log.feed(f"| row {row} | text | 1 |\n")
        log.layout.lines(0, len(log.entry.parts) - 2)
    assert sum(rows) < 800 * 45


WIDE = (
    "| name | what it is | more |\n|---|---|---|\n"
    f"| first | {'some words ' * 5}| {'w' * 30} |\n| second | x | y |\n"
)


def drawn(source: str, frame: Frame, paint: Paint = PAINT) -> list[Line]:
    return [line for b in Blocks(source).all() for line in render(b, frame, paint)]


def texts(lines: list[Line]) -> list[str]:
    return [line.drawn.rstrip() for line in lines]


def test_a_table_that_is_moved_has_a_line_for_each_row() -> None:
    rows = texts(drawn(WIDE, Frame(50, shift=0)))
    assert len(rows) == 4
    assert rows[2].startswith("   │ first  │ some words some words")
    assert {len(row) for row in rows} == {49}
    assert all(row.endswith("›") for row in rows)
    moved = texts(drawn(WIDE, Frame(50, shift=16)))
    assert moved[2].startswith("   ‹ords some words")
    reach = drawn(WIDE, Frame(50))[0].reach
    end = texts(drawn(WIDE, Frame(50, shift=reach)))
    assert all(row.endswith(("│", "┤")) for row in end)
    assert "w" * 30 in end[2]


def test_wide_tables_are_moved_where_that_is_set() -> None:
    frame = Frame(50, scroll_tables=True)
    assert texts(drawn(WIDE, frame)) == texts(drawn(WIDE, Frame(50, shift=0)))
    assert "w" * 30 in "".join(texts(drawn(WIDE, Frame(120, scroll_tables=True))))
    printed = drawn(WIDE, frame, PAINT._replace(printed=True))
    assert "".join(texts(printed)).count("w") == 36


def test_what_fits_is_not_moved() -> None:
    assert {line.reach for line in drawn(WIDE, Frame(200))} == {0}
    assert drawn(WIDE, Frame(200, shift=0)) == drawn(WIDE, Frame(200))


@given(
    st.text(st.sampled_from("ab 漢|\n-:é\u0301*`"), max_size=200),
    st.integers(20, 60),
    st.integers(0, 90),
)
def test_a_table_that_is_moved_is_as_wide_as_the_frame(
    rows: str, width: int, shift: int
) -> None:
    for line in drawn(f"{HEAD}| {rows}", Frame(width, shift=shift)):
        assert cell_len(line.drawn) == line.width == width


async def test_a_key_moves_a_table_that_became_a_list() -> None:
    names = "|".join(f"column{n}" for n in range(12))
    source = f"{names}\n{'|'.join(['---'] * 12)}\n{'|'.join(map(str, range(12)))}\n"
    app = LogHost([message("a", source)])
    async with app.run_test(size=(60, 24)) as pilot:
        await until(pilot, lambda: "column11: 11" in app.page)
        log = app.log_view
        assert log.move_sideways(1)
        await until(pilot, lambda: "column11: 11" not in app.page)
        assert "‹" in app.page
        log.move_sideways(-1)
        log.move_sideways(-1)
        await until(pilot, lambda: "column11: 11" in app.page)


async def test_the_setting_reaches_the_log(places: Places) -> None:
    session = save(places, "Wide", {"text": "hi"}, {"text": WIDE, "model": "mistral"})
    settings = Settings(wide_tables="scroll")
    chat = chatting(
        provider(), places, size=(50, 20), resume=session, settings=settings
    )
    async with chat as on:
        await on.until("some words some")
        assert "›" in on.text


def test_a_table_is_copied_as_markdown_or_with_tabs() -> None:
    rows = "".join(f"> | {n} | **b** [c][1] | `f\\|g` |\n" for n in range(90))
    text = f"> | n | x | y |\n> |:-|-|-|\n{rows}\nand\n\na|b\n-|-\n\n[1]: https://d.e\n"
    answer = message("a", text)
    long, short = tables_of(answer)
    assert short.markdown == "a|b\n-|-\n"
    assert long.markdown.startswith("| n | x | y |\n|:-|-|-|\n| 0 | **b** [c][1] |")
    assert len(long.markdown.splitlines()) == 92
    lines = tsv_of(answer, long).splitlines()
    assert lines[0] == "n\tx\ty"
    assert lines[90] == "89\tb c\tf|g"


async def test_a_key_copies_the_table_of_the_message(places: Places) -> None:
    session = save(places, "Wide", {"text": "hi"}, {"text": WIDE, "model": "mistral"})
    async with chatting(provider(), places, resume=session) as on:
        on.screen.log_view.focus()
        await on.press("T")
        await on.until(lambda: "opied" in on.said or "saved" in on.said)
