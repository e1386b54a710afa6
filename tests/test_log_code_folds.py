"""Long code is folded to its first lines, once it is finished."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Offset
from textual.selection import Selection

from llmtui.chat.matches import matches
from llmtui.chat.query import parse_query
from llmtui.markdown.block import Block
from llmtui.markdown.blocks import Blocks
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.reading import Reading
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.line import Frame
from llmtui.ui.widgets.log.render.palette import PLAIN, Paint
from llmtui.ui.widgets.log.selected import selected_source
from llmtui.ui.widgets.log.selection import to_y
from llmtui.ui.widgets.log.shown_blocks import ShownBlocks, folded
from tests.support.log_host import LivingReply, LogHost, message, until

SIZE = (80, 24)


def code(lines: int) -> str:
    return "```python\n" + "".join(f"x{n} = {n}\n" for n in range(lines)) + "```\n"


def beyond_40(_: Block, lines: int) -> bool:
    return lines > 40


def test_only_long_code_is_folded() -> None:
    blocks = Blocks(f"{code(40)}\n{code(41)}\n{code(300)}\nEnd").all()
    shown = list(folded(blocks, beyond_40))
    assert [block.hidden for block in shown] == [0, 31, 290, 0]
    assert shown[2].text.split("\n")[-1] == "x9 = 9"
    assert shown[2].end == blocks[-2].end


@pytest.mark.parametrize("width", [20, 40, 120])
def test_what_is_folded_fits_the_screen(width: int) -> None:
    blocks = Blocks(f"- > {code(3)}\n\n{code(100)}").all()
    for block in folded(blocks, lambda first, lines: lines > 2):
        lines = render(block, Frame(width, fold_code=2), Paint(PLAIN, UNICODE))
        assert {line.width for line in lines} == {width}
        clickable = [line for line in lines if line.folds]
        assert len(clickable) == 2 * bool(block.hidden)
        assert all(not line.text for line in clickable)


@given(
    st.lists(
        st.sampled_from(["words\n\n", code(3), code(50), code(200), "- item\n"]),
        max_size=6,
    ),
    st.integers(1, 40),
)
def test_pieces_are_folded_as_the_whole_is(parts: list[str], size: int) -> None:
    text = "".join(parts)
    source, order = Blocks(), ShownBlocks(beyond_40)
    shown: list[Block] = []
    for at in range(0, len(text), size):
        source.feed(text[at : at + size])
        kept, blocks = order.more(source)
        shown[kept:] = blocks
    source.end()
    kept, blocks = order.more(source)
    shown[kept:] = blocks
    assert shown == list(folded(Blocks(text).all(), beyond_40))


async def test_it_is_unfolded_by_click_and_by_key() -> None:
    app = LogHost([message("a", f"Look:\n\n{code(100)}\nThere.")])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "▸ python" in app.page
        assert "… 90 more lines" in app.page
        assert "There." in app.page
        row = app.page.split("\n").index("    … 90 more lines")
        await pilot.click("MessageLog", offset=(8, row))
        await until(pilot, lambda: "more lines" not in app.page)
        assert "▾ python" in app.page
        assert "There." not in app.page
        row = next(
            n for n, line in enumerate(app.page.split("\n")) if "▾ python" in line
        )
        await pilot.click("MessageLog", offset=(8, row))
        await until(pilot, lambda: "There." in app.page)
        app.log_view.appearance.toggle_code(0)
        app.log_view.reflow()
        await until(pilot, lambda: "There." not in app.page)
        app.log_view.appearance.toggle_code(0)
        app.log_view.reflow()
        await until(pilot, lambda: "… 90 more lines" in app.page)


async def test_it_is_folded_when_it_ends_and_not_before() -> None:
    app = LogHost()
    reply = LivingReply()
    async with app.run_test(size=SIZE) as pilot:
        app.log_view.follow(reply)
        reply.text_pieces.append(code(100).removesuffix("```\n"))
        await until(pilot, lambda: "x99 = 99" in app.page)
        reply.text_pieces.append("```\n\nThere.")
        await until(pilot, lambda: "There." in app.page)
        assert "x99" not in app.page
        assert "… 90 more lines" in app.page
        rows = app.log_view.window.layout.rows
        reply.end()
        await until(pilot, lambda: not app.log_view.conversation.is_living)
        assert app.log_view.window.layout.rows == rows


async def test_what_one_reads_is_not_folded_under_ones_eyes() -> None:
    app = LogHost()
    reply = LivingReply()
    async with app.run_test(size=SIZE) as pilot:
        app.log_view.follow(reply)
        reply.text_pieces.append(code(150).removesuffix("```\n"))
        await until(pilot, lambda: "x149 = 149" in app.page)
        for _ in range(3):
            app.log_view.action_page_up()
        page = app.page
        reply.text_pieces.append("```\n\nThere.")
        reply.end()
        await until(pilot, lambda: not app.log_view.conversation.is_living)
        assert app.page == page


async def test_the_user_may_have_code_never_folded() -> None:
    app = LogHost()
    async with app.run_test(size=SIZE) as pilot:
        app.log_view.appearance.code.lines = 0
        app.log_view.append(message("a", code(100)))
        await pilot.pause()
        assert "more lines" not in app.page
        app.log_view.appearance.toggle_code()
        app.log_view.reflow()
        await until(pilot, lambda: "… 90 more lines" in app.page)


async def test_words_in_what_is_folded_are_found() -> None:
    said, query = message("a", f"{code(100)}\nThere."), parse_query("x77")
    app = LogHost([said])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        reading = Reading(app.log_view)
        reading.light(query)
        assert reading.go_to("a", next(matches([said], query)))
        await until(pilot, lambda: "x77 = 77" in app.page)


async def test_code_that_the_text_breaks_off_in_is_folded_too() -> None:
    text = code(100).removesuffix("```\n")
    app = LogHost([message("a", text)])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "… 90 more lines" in app.page
        reply = LivingReply()
        app.log_view.follow(reply)
        reply.text_pieces.append(text)
        await until(pilot, lambda: "x99 = 99" in app.page)
        reply.end()
        await until(pilot, lambda: "x99" not in app.page)


async def test_a_selection_over_folded_code_has_all_of_it() -> None:
    text = f"Look:\n\n{code(100)}\nThere."
    app = LogHost([message("a", text)])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        rows = app.page.split("\n")
        first = next(y for y, row in enumerate(rows) if "Look:" in row)
        more = next(y for y, row in enumerate(rows) if "more lines" in row)
        last = next(y for y, row in enumerate(rows) if "There." in row)

        def copied(to: tuple[int, int]) -> str:
            canvas = app.log_view.canvas
            spots = [canvas.spot(first), canvas.spot(to[1])]
            start, end = (to_y(spot) for spot in spots if spot)
            selection = Selection(Offset(3, start), Offset(to[0], end))
            return selected_source(app.log_view.window.layout, selection)

        assert copied((9, last)) == text
        assert copied((9, more)) == text.removesuffix("\n\nThere.")
