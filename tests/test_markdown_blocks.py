"""A source becomes the same blocks however it is cut, and nothing of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llmtui.markdown.block import Block
from llmtui.markdown.blocks import Blocks, plain_blocks

MARKS = st.sampled_from(
    [
        "\n", "\n\n", "    ", "  ", "\t", " ", "- ", "* ", "1. ", "12) ", "> ", "```",
        "```py\n", "~~~", "| a | b |\n", "|---|---|\n", "|", "---\n", "===\n", "# ",
        "###### ", "[ ] ", "[x] ", "$$\n", "\\[\n", "\\]", "**", "`", "word", "漢字",
        "x" * 2100, ". ", "y " * 900, "┌──┐\n", "│", "▼", "┌" * 900,
    ]
)  # fmt: skip
SOURCES = st.lists(MARKS | st.text(max_size=8), max_size=40).map("".join)


def seen(source: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(b.kind, b.text, b.path) for b in Blocks(source).all()]


@given(SOURCES, st.data())
def test_any_chunking_gives_the_blocks_of_the_whole(
    source: str, data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(source)), max_size=12).map(sorted))
    blocks = Blocks()
    frozen: list[Block] = []
    for start, end in zip([0, *cuts], [*cuts, len(source)], strict=True):
        blocks.feed(source[start:end])
        blocks.tail(live=True)
        assert blocks.frozen[: len(frozen)] == frozen
        frozen = blocks.frozen.copy()
    assert blocks.all() == Blocks(source).all()


@given(SOURCES)
def test_every_letter_is_in_a_block(source: str) -> None:
    def letters(text: str) -> list[str]:
        return sorted(c for c in text if c.isalpha())

    found = []
    for block in Blocks(source).all():
        found += letters(block.text)
        if block.kind in ("code", "table") and not block.piece:
            found += letters(block.info)
        found += letters("".join(block.path[block.opened :]))
    assert sorted(found) == letters(source)


def test_a_drawing_without_a_fence_is_one_leaf_that_keeps_its_indent() -> None:
    source = "So:\n  ┌──┐\n  │*a│\n     ▼ yes\nDone.\n- x\n┌─┐\n└─┘\n\n├── a\n└── b"
    assert seen(source) == [
        ("paragraph", "So:", ()),
        ("drawing", "  ┌──┐\n  │*a│\n     ▼ yes", ()),
        ("paragraph", "Done.", ()),
        ("paragraph", "x", ("-",)),
        ("drawing", "┌─┐\n└─┘", ()),
        ("paragraph", "├── a\n└── b", ()),
    ]


@given(SOURCES)
def test_blocks_are_bounded(source: str) -> None:
    for block in Blocks(source).all():
        assert len(block.text) < 12_500
        assert block.text.count("\n") <= 2_100


def test_the_shape_of_a_page() -> None:
    source = """# Head #
text
more

- a
- b

  ~~~py x
  code

  end
  ~~~
  1. one
  1. two
- [x] done
> quote
lazy
> > deep

| a | b |
|---|:-:|
| 1 | 2 |
after
***
    code
"""
    assert seen(source) == [
        ("heading", "Head", ()),
        ("paragraph", "text\nmore", ()),
        ("paragraph", "a", ("-",)),
        ("paragraph", "b", ("-",)),
        ("code", "code\n\nend", ("-",)),
        ("paragraph", "one", ("-", "1.")),
        ("paragraph", "two", ("-", "2.")),
        ("paragraph", "done", ("[x]",)),
        ("paragraph", "quote\nlazy", (">",)),
        ("paragraph", "deep", (">", ">")),
        ("table", "| 1 | 2 |", ()),
        ("paragraph", "after", ()),
        ("rule", "***", ()),
        ("code", "code", ()),
    ]


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("Title\n===", ["heading"]),
        ("Title\n---", ["heading"]),
        ("one\ntwo\n---", ["paragraph", "rule"]),
        ("a\n- - -", ["paragraph", "rule"]),
        ("text\n14. not an item", ["paragraph"]),
        ("text\n1. an item", ["paragraph", "paragraph"]),
        ("```\nunclosed\n- x", ["code"]),
        ("`````\n```\n`````", ["code"]),
        ("a | b\n--|--", ["table"]),
        ("a | b\n--|--|--", ["paragraph"]),
        ("\\[\nx^2 * y * z\n\\]\nafter", ["math", "paragraph"]),
        ("$$\nnever = closed\n\nafter", ["math"]),
        ("<div>\n<b>x</b>\n</div>", ["paragraph"]),
        ("[a]: http://x.y", ["definition"]),
        ("-", ["paragraph"]),
        ("", []),
        ("\n \n\t\n", []),
    ],
)
def test_kinds(source: str, kinds: list[str]) -> None:
    assert [block.kind for block in Blocks(source).all()] == kinds


def test_numbers_count_on_and_jump_where_the_source_does() -> None:
    paths = [b.path for b in Blocks("1. a\n1. b\n7. c\n7) d\n").all()]
    assert paths == [("1.",), ("2.",), ("7.",), ("7)",)]


def test_long_things_are_cut_at_places_the_source_decides() -> None:
    fence = "```py\n" + "".join(f"line {n}\n" for n in range(200)) + "```\n"
    pieces = Blocks(fence).frozen
    assert [b.text.count("\n") + 1 for b in pieces] == [64, 64, 64, 8]
    assert [b.piece for b in pieces] == [0, 1, 2, 3]
    assert {b.info for b in pieces} == {"py"}
    assert {b.number for b in pieces} == {1}

    table = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 100
    assert [b.text.count("\n") + 1 for b in Blocks(table).all()] == [40, 40, 20]

    sentence = "A sentence of some words. "
    paragraph = Blocks(sentence * 400).all()
    assert all(b.text.endswith(". ") for b in paragraph[:-1])
    assert "".join(b.text for b in paragraph) == sentence * 400
    assert all(b.joined for b in paragraph[1:])


def test_hostile_lines_are_cut() -> None:
    for source in ("x" * 1_000_000, ">" * 100_000, "```\n" + "y" * 1_000_000):
        blocks = Blocks(source).all()
        assert max(len(b.text) for b in blocks) < 12_500
        assert max(len(b.path) for b in blocks) <= 12


def test_a_line_that_may_become_anything_is_held_back_while_live() -> None:
    blocks = Blocks("Steps:\n-")
    assert [b.kind for b in blocks.tail(live=True)] == ["paragraph"]
    assert [b.kind for b in blocks.tail()] == ["heading"]
    blocks.feed(" one")
    assert [b.text for b in blocks.tail(live=True)] == ["Steps:", "one"]


def test_feeding_by_letters_reads_each_line_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from llmtui.markdown.scanner import Scanner

    taken = 0
    line = Scanner.line

    def counted(self: Scanner, text: str, at: int) -> None:
        nonlocal taken
        taken += 1
        line(self, text, at)

    monkeypatch.setattr(Scanner, "line", counted)
    blocks = Blocks()
    for character in "- one line of a list\n" * 200:
        blocks.feed(character)
    assert taken == 200


@given(st.text(st.sampled_from("ab \n"), max_size=60))
@example("x" * 5000)
def test_plain_text_is_kept_to_the_letter(source: str) -> None:
    text = ""
    for block in plain_blocks(source):
        text += ("" if block.joined or not block.piece else "\n") + block.text
    assert text == source


def test_a_fence_is_closed_once_its_end_has_come() -> None:
    source = "```mermaid\ngraph TD\n```"
    assert [b.closed for b in Blocks(source).all()] == [True]
    assert [b.closed for b in Blocks(source[:-1]).all()] == [False]
    assert [b.closed for b in Blocks("- ```\n  x\n\ny").all()] == [False, False]


@given(SOURCES)
def test_blocks_know_where_they_are_in_the_source(source: str) -> None:
    blocks = Blocks(source).all()
    left, at = "", 0
    for block in blocks:
        assert at <= block.start <= block.end
        left += source[at : block.start]
        at = block.end
        lines = source[block.start : block.end].split("\n")
        for line in block.text.split("\n") if block.text else ():
            while line.strip() not in lines[0]:  # fences, and items without a text
                del lines[0]
            del lines[0]
    left += source[at:]
    # Nothing is between blocks but line ends, and quotes that go on.
    assert not left.strip("\n\t >")


def test_places_hold_the_marks_around_a_block() -> None:
    source = "# T #\n\n> - a\n>   b\n\n-\n  ```py\n  x\n  ```\n\nS\n===\n1.\n\nend\n"
    found = [source[b.start : b.end] for b in Blocks(source).all()]
    assert found == [
        "# T #", "> - a\n>   b", "-\n  ```py\n  x\n  ```", "S\n===", "1.", "end",
    ]  # fmt: skip


def test_places_of_a_table_and_of_the_pieces_of_long_things() -> None:
    source = "text\na | b\n-|-\n1 | 2\n\nafter"
    found = [source[b.start : b.end] for b in Blocks(source).all()]
    assert found == ["text", "a | b\n-|-\n1 | 2", "after"]

    source = "```\n" + "x\n" * 100 + "```\n" + "word " * 1000
    blocks = Blocks(source).all()
    assert source == "".join(
        source[a.start : b.start]
        for a, b in zip(
            blocks, [*blocks[1:], Block("rule", "", start=99999)], strict=True
        )
    )
    assert source[blocks[1].start :].startswith("x\n")
    for block in plain_blocks(source):
        assert source[block.start : block.end] == block.text


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("- x\n  ```make\n  all:\n  \tgcc\n  ```\n", "all:\n\tgcc"),
        ("1. x\n   ```\n   all:\n   \tgcc\n   ```\n", "all:\n\tgcc"),
        ("- x\n\n  - y\n    ```\n    a:\n    \tb\n    \t\tc\n", "a:\n\tb\n\t\tc"),
        ("> ```\n> all:\n> \tgcc\n> ```\n", "all:\n\tgcc"),
        ("- x\n\t```\n\tall:\n\t\tgcc\n\t```\n", "all:\n\tgcc"),
        ("  ```\n  all:\n  \tgcc\n  ```\n", "all:\n\tgcc"),
        ("    all:\n    \tgcc\n", "all:\n\tgcc"),
        ("\tall:\n\t\tgcc\n", "all:\n\tgcc"),
    ],
)
def test_tabs_of_code_stay_wherever_it_stands(source: str, code: str) -> None:
    assert Blocks(source).all()[-1].text == code
