"""Where formulas are in a text: whole from where they open, and money is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.markdown.block import Block
from llmtui.markdown.blocks import Blocks
from llmtui.markdown.formulas import CHARS, formulas

PIECES = st.sampled_from(
    [
        "\n", "\n\n", " ", "- ", "1. ", "> ", "    ", "# ", "```\n", "|", "---\n",
        "=\n", "$", "$$", "$$\n", "\\(", "\\)", "\\[", "\\]", "\\[\n",
        "\\begin{align}", "\\end{align}", "\\begin{x}", "\\frac{a}{b}", " = ", "x_1",
        "+", "&", "`", "word ", "and so it is in all of them ", "漢字", "5", ".",
        "y " * 1_100,
    ]
)  # fmt: skip
SOURCES = st.lists(PIECES, max_size=40).map("".join)


def seen(source: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in Blocks(source).all()]


@given(SOURCES, st.data())
def test_any_chunking_gives_the_blocks_of_the_whole(
    source: str, data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(source)), max_size=12).map(sorted))
    blocks = Blocks()
    frozen: list[Block] = []
    for start, end in zip([0, *cuts], [*cuts, len(source)], strict=True):
        blocks.feed(source[start:end])
        assert blocks.all() == Blocks(source[:end]).all()
        assert blocks.frozen[: len(frozen)] == frozen
        frozen = blocks.frozen.copy()
    whole = Blocks(source).all()
    blocks.end()
    assert blocks.frozen == whole


@given(SOURCES)
def test_nothing_of_a_source_is_lost(source: str) -> None:
    def signs(text: str) -> list[str]:
        return sorted(c for c in text if c.isalpha() or c in "$\\{}")

    found = ""
    last = 0
    for block in Blocks(source).all():
        found += block.text
        if block.kind in ("code", "table") and not block.piece:
            found += block.info
        assert last <= block.start <= block.end <= len(source)
        last = block.end
        if block.kind == "math" and not block.path:
            assert source[block.start : block.end].strip() == block.text.strip()
    assert signs(found) == signs(source)


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ("$$\nx\n$$", [("math", "$$\nx\n$$")]),
        ("So $$x$$.", [("paragraph", "So "), ("math", "$$x$$.")]),
        ("$$x$$ is inline", [("paragraph", "$$x$$ is inline")]),
        (
            "so \\[\n- x = 3\n=\n+ 4\n\n# A = 3\n\\] and",
            [
                ("paragraph", "so "),
                ("math", "\\[\n- x = 3\n=\n+ 4\n\n# A = 3\n\\]"),
                ("paragraph", "and"),
            ],
        ),
        ("a $x +\n- y$ b", [("paragraph", "a $x +\n- y$ b")]),
        ("a \\(x\n= y\\) b", [("paragraph", "a \\(x\n= y\\) b")]),
        (
            "\\begin{align}\na &= b \\\\\n\n- c\n\\end{align}",
            [("math", "\\begin{align}\na &= b \\\\\n\n- c\n\\end{align}")],
        ),
        (
            "\\begin{cases}\n\\begin{cases}1\\end{cases}\n\\end{cases}",
            [("math", "\\begin{cases}\n\\begin{cases}1\\end{cases}\n\\end{cases}")],
        ),
        ("1. so:\n$$\nx\n- 2\n$$", [("paragraph", "so:"), ("math", "$$\nx\n- 2\n$$")]),
        ("> $$\n> - x\n> $$", [("math", "$$\n- x\n$$")]),
        ("变量$x$是 $$y$$。", [("paragraph", "变量$x$是 "), ("math", "$$y$$。")]),
        ("$$\nx = 1\n\n- y", [("math", "$$\nx = 1\n\n- y")]),
        # what is none
        ("$$ and so on\n- a", [("paragraph", "$$ and so on"), ("paragraph", "a")]),
        (
            "the pid is $$\nand it is another one in a subshell",
            [("paragraph", "the pid is $$\nand it is another one in a subshell")],
        ),
        ("the pid is $$", [("paragraph", "the pid is $$")]),
        ("costs $5\n- or $6", [("paragraph", "costs $5"), ("paragraph", "or $6")]),
        ("`$$`\n- a", [("paragraph", "`$$`"), ("paragraph", "a")]),
        ("\\begin{x}\n- a", [("paragraph", "\\begin{x}"), ("paragraph", "a")]),
        ("$$\nx\n```\ny\n```", [("paragraph", "$$\nx"), ("code", "y")]),
    ],
)  # fmt: skip
def test_blocks(source: str, blocks: list[tuple[str, str]]) -> None:
    assert seen(source) == blocks


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$x$", ["$x$"]),
        ("变量$x$是", ["$x$"]),
        ("the $n$th of 3$\\times$4", ["$n$", "$\\times$"]),
        ("km s$^{-1}$, $^{13}$CO, H$\\alpha$", ["$^{-1}$", "$^{13}$", "$\\alpha$"]),
        ("$`x`$ and `$y$`", ["$`x`$"]),
        ("\\(a\\) \\[b\\] $$c$$", ["\\(a\\)", "\\[b\\]", "$$c$$"]),
        ("\\begin{matrix}1\\end{matrix}", ["\\begin{matrix}1\\end{matrix}"]),
        ("$\\text{costs \\$5}$", ["$\\text{costs \\$5}$"]),
        ("$5 and $10", []),
        ("$5, or 10$ more", []),
        ("US$5 or A$6", []),
        ("$HOME/$USER", []),
        ("$HOME and $PATH", []),
        ("\\$x\\$", []),
        ("$ x $", []),
        ("$`a` and $b", []),
    ],
)
def test_formulas_of_a_line(text: str, found: list[str]) -> None:
    assert [text[f.start : f.end] for f in formulas(text) if not f.is_open] == found


def test_one_that_is_never_closed_is_read_once_more_and_no_oftener() -> None:
    source = "\\[\n- x = 1\n" * 2_000
    kinds = [block.kind for block in Blocks(source).all()]
    assert kinds.count("math") <= 1
    assert len(kinds) > 1_900
    long = "$$\n" + "x + " * (CHARS // 4) + "\n$$\n# So"
    assert [kind for kind, _ in seen(long)][-1] == "heading"
