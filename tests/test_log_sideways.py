"""What is too wide for the screen is wrapped, or moved sideways by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events

from llmtui.markdown.blocks import Blocks
from llmtui.sanitise import clean
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.line import Frame, Line
from llmtui.ui.widgets.log.render.palette import PLAIN, Paint
from tests.support.log_host import LivingReply, LogHost, message, until

PAINT = Paint(PLAIN, UNICODE)
WIDE = "long = 'abcdefghijklmnopqrstuvwxyz0123456789'"
CODE = f"```python\n{WIDE}\nx = 1\n```"
BOX = "```\n┌" + "─" * 60 + "┐\n│" + "." * 60 + "│\n└" + "─" * 60 + "┘\n```"
SIZE = (40, 12)


def lines_of(source: str, width: int, shift: int | None = None) -> list[Line]:
    frame = Frame(width, shift=shift)
    return [
        line
        for block in Blocks(clean(source)).all()
        for line in render(block, frame, PAINT)
    ]


def rows_of(source: str, width: int, shift: int | None = None) -> list[str]:
    return [line.drawn.rstrip() for line in lines_of(source, width, shift)]


def test_wrapped_code_has_a_sign_before_its_rest() -> None:
    _, first, rest, last = rows_of(CODE, 40)
    assert first.startswith("    long = ")
    assert rest.startswith("   ↪")
    assert last == "    x = 1"
    assert "".join(line.text for line in lines_of(CODE, 40)[1:3]) == WIDE


def test_code_that_is_moved_has_a_row_for_each_line() -> None:
    _, first, second = rows_of(CODE, 40, 8)
    assert first.startswith("   ‹abcdef")
    assert first.endswith("›")
    assert second.startswith("   ‹")
    _, first, _ = rows_of(CODE, 40, 20)
    assert first.endswith("789'")


def test_box_art_is_never_wrapped() -> None:
    rows = rows_of(BOX, 40)
    assert len(rows) == 4
    assert all(row.endswith("›") for row in rows[1:])
    assert rows_of(BOX, 80)[1].strip() == "┌" + "─" * 60 + "┐"


def test_box_art_without_a_fence_is_not_wrapped_either() -> None:
    art = BOX.strip("`\n")
    rows = rows_of(f"So:\n{art}\n  ▼ *a*", 40)
    assert len(rows) == 5
    assert all(row.endswith("›") for row in rows[1:4])
    assert rows[4] == "      ▼ *a*"
    moved = rows_of(art, 40, 30)
    assert [row[3] for row in moved] == ["‹"] * 3
    printed = Paint(PLAIN, UNICODE, printed=True)
    (block,) = Blocks(art).all()
    lines = render(block, Frame(40), printed)
    assert "".join(line.text for line in lines) == art.replace("\n", "")


@given(
    st.lists(st.text("ab漢é\t '", max_size=60), min_size=1, max_size=6),
    st.integers(20, 70),
    st.none() | st.integers(0, 80),
)
def test_no_row_is_wider_than_the_screen(
    lines: list[str], width: int, shift: int | None
) -> None:
    source = "```py\n" + "\n".join(lines) + "\n```"
    for line in lines_of(source, width, shift):
        assert line.width == cell_len(line.drawn) == width


async def test_keys_move_the_block_in_sight_and_back_until_it_is_wrapped() -> None:
    app = LogHost([message("a", f"Look:\n\n{CODE}\n\n{CODE}")])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        log = app.log_view
        assert app.page.count("↪") == 2
        assert log.move_sideways(1)
        await until(pilot, lambda: "‹abcd" in app.page)
        assert app.page.count("↪") == 1
        for _ in range(20):
            log.move_sideways(1)
        await until(pilot, lambda: "‹efgh" in app.page)
        for _ in range(20):
            log.move_sideways(-1)
        await until(pilot, lambda: app.page.count("↪") == 2)


async def test_nothing_moves_where_all_fits() -> None:
    app = LogHost([message("a", "```\nshort\n```")])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert not app.log_view.move_sideways(1)


async def test_the_wheel_with_shift_moves_the_block_under_the_mouse() -> None:
    app = LogHost([message("a", f"{CODE}\n\n{CODE}")])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        rows = app.page.splitlines()
        second = [y for y, row in enumerate(rows) if "long =" in row][1]
        for kind, shift in ((events.MouseScrollDown, True), (events.MouseScrollUp, 0)):
            event = kind(
                app.log_view, 5, second, 0, 1, 0, bool(shift), False, False, 5, second
            )
            app.log_view.post_message(event)
        await until(pilot, lambda: "‹abcd" in app.page)
        assert "↪" in app.page.partition("‹abcd")[0]


async def test_a_block_stays_moved_while_it_grows_and_when_it_ends() -> None:
    app = LogHost([])
    reply = LivingReply()
    async with app.run_test(size=SIZE) as pilot:
        app.log_view.appearance.code.lines = 0
        app.log_view.follow(reply)
        reply.text_pieces += ["Look:\n\n", f"```python\n{WIDE}\n"]
        await until(pilot, lambda: "↪" in app.page)
        app.log_view.move_sideways(1)
        await until(pilot, lambda: "‹abcd" in app.page)
        reply.text_pieces += ["y = 2\n" * 70, f"{WIDE}\n```\n\nThere."]
        await until(pilot, lambda: "There." in app.page)
        assert "‹abcd" in app.page
        reply.end()
        await until(pilot, lambda: not app.log_view.conversation.is_living)
        assert "‹abcd" in app.page
