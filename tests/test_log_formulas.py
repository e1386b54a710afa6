"""Formulas in the log: drawn, as written on a key, and no row wider than the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from llmtui.markdown.blocks import Blocks
from llmtui.sanitise import FORBIDDEN, clean
from llmtui.ui.glyphs import ASCII, UNICODE, Glyphs
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.line import Frame
from llmtui.ui.widgets.log.render.palette import PLAIN, Paint
from tests.support.log_host import LivingReply, LogHost, message, until

ROOTS = r"$$ x = \frac{-b \pm \sqrt{d}}{2a}, $$"
DRAWN = """\
        −b ± √d
   x = ─────────,
          2a"""
LONG = r"""
\begin{align}
\nabla \times \mathbf{B} &= \mu_0 \mathbf{J} + \mu_0 \varepsilon_0
  \frac{\partial \mathbf{E}}{\partial t} \\
\mathcal{L}(\theta) &= \sum_{k=1}^{N} \left( w_k \cdot \prod_{j \ne k} x_j \right)
\end{align}
"""
PARTS = st.sampled_from(
    [
        *("$", "$$", "\\(", "\\)", "\\[", "\\]", "\n", "\n\n", "- ", "> ", "| ", " "),
        *("x", "=", "+", "^", "_", "{", "}", "\\frac{a}{b}", "\\sqrt{x}", "漢", "&"),
        *("\\begin{cases}", "\\end{cases}", "\\\\", "\\text{", "\\sum_", "word "),
    ]
)


def shown(
    source: str, width: int = 80, glyphs: Glyphs = UNICODE, *, as_source: bool = False
) -> str:
    paint = Paint(PLAIN, glyphs)
    frame = Frame(width, as_source=as_source)
    lines = [
        line.drawn.rstrip()
        for block in Blocks(clean(source)).all()
        for line in render(block, frame, paint)
    ]
    return "\n".join(lines)


def test_a_formula_is_drawn_with_what_ends_its_sentence() -> None:
    drawn = "\n".join(line[2:] for line in shown(ROOTS).split("\n"))
    assert drawn == DRAWN
    assert shown(ROOTS, as_source=True).strip() == ROOTS
    assert shown(ROOTS, glyphs=ASCII).strip() == ROOTS


def test_formulas_stand_in_sentences_lists_quotes_and_tables() -> None:
    assert shown("so **$a^2$** and $\\alpha$").strip() == "so a² and α"
    assert shown("# About $x_1$").strip() == "About x₁"
    assert shown("> 变量$x_1$是").strip() == "│ 变量x₁是"
    assert "│ a² │" in shown("| n |\n|---|\n| $a^2$ |")
    assert "│ $a^2$" in shown("| n |\n|---|\n| $a^2$ |", as_source=True)
    assert shown("1. so\n$$\nx = y\n$$").split("\n")[-1].strip() == "x = y"


def test_what_is_not_known_is_shown_as_it_was_written() -> None:
    for source in ("$\\foo{x}$", "$$\n\\foo{x}\n$$", "\\[ \\foo_* \\]", "$$ x = 1"):
        assert shown(source).split() == source.split()


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 120])
@pytest.mark.parametrize("source", [ROOTS, LONG, f"- {ROOTS}\n> {ROOTS}"])
def test_each_row_is_as_wide_as_the_screen(source: str, width: int) -> None:
    for block in Blocks(source).all():
        for line in render(block, Frame(width), Paint(PLAIN, UNICODE)):
            assert cell_len(line.drawn) == width
    assert "\\" not in shown(source, width)


@given(st.lists(PARTS, max_size=30).map("".join), st.integers(20, 90))
def test_anything_is_shown_within_the_screen(source: str, width: int) -> None:
    for block in Blocks(clean(source)).all():
        for line in render(block, Frame(width), Paint(PLAIN, UNICODE)):
            assert cell_len(line.drawn) == line.width == width
            assert FORBIDDEN.search(line.drawn) is None


async def test_a_key_shows_the_source_of_one_message_or_of_all() -> None:
    app = LogHost([message("a", "one $a^2$"), message("b", f"two $b^2$\n\n{ROOTS}")])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        log = app.log_view
        rows = log.window.layout.rows
        assert "one a²" in app.page
        assert log.appearance.toggle_source(1)
        log.reflow()
        assert "one a²" in app.page
        assert "two $b^2$" in app.page
        assert ROOTS in app.page
        assert log.window.layout.rows == rows - 2
        assert log.appearance.toggle_source()
        log.reflow()
        assert "one $a^2$" in app.page
        assert not log.appearance.toggle_source()
        log.reflow()
        assert "one a²" in app.page
        assert "two b²" in app.page
        assert log.window.layout.rows == rows


async def test_a_formula_is_drawn_when_it_is_closed() -> None:
    app = LogHost()
    reply = LivingReply()
    async with app.run_test(size=(80, 24)) as pilot:
        app.log_view.follow(reply)
        reply.text_pieces += ["So\n\n$$\n", "\\frac{a}", "{b}\n"]
        await until(pilot, lambda: "So" in app.page)
        assert "frac" not in app.page
        reply.text_pieces.append("$$\n\nand")
        await until(pilot, lambda: "───" in app.page and "and" in app.page)
        assert "frac" not in app.page
        rows = app.log_view.window.layout.rows
        reply.end()
        await until(pilot, lambda: not app.log_view.conversation.is_living)
        assert app.log_view.window.layout.rows == rows


async def test_a_formula_that_is_never_closed_is_shown_at_the_end() -> None:
    app = LogHost()
    reply = LivingReply()
    async with app.run_test(size=(80, 24)) as pilot:
        app.log_view.follow(reply)
        reply.text_pieces += ["So\n\n$$\n", "\\frac{a}", "{b}\n"]
        await until(pilot, lambda: "So" in app.page)
        reply.end("stopped")
        await until(pilot, lambda: "\\frac{a}{b}" in app.page)
