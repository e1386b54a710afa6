"""A reply that comes letter by letter only ever grows on the screen.

What is shown is never taken back, and never turns from text into something else:
the marks of Markdown are held back until it is known what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from llmtui.markdown.block import Block
from llmtui.markdown.blocks import Blocks
from llmtui.markdown.notes import NotesLast
from llmtui.markdown.open_end import settled
from llmtui.sanitise import clean
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.inline import inline
from llmtui.ui.widgets.log.render.line import Frame
from llmtui.ui.widgets.log.render.palette import PLAIN, Paint, Palette
from tests.support.drawn import Streamed
from tests.support.markdown_examples import examples

FRAME = Frame(400)
PAINT = Paint(Palette(lambda name: Style.from_meta({name: True})), UNICODE)
DRAWN = "│├┼┤─═"

Cell = tuple[str, frozenset[str]]

SENTENCES = """So **bold *and it* now** with `code x` and ``a `b` c`` then
[words *of* link](https://a.b/c_(d) "title") costs $5 and $x^2 + y$ or \\(a_b\\).
H<sub>2</sub>O <kbd>Ctrl</kbd>, AT&T &amp; 5*3, 2**10 and snake_case_name ~~gone~~!
![pic](https://a.b) see [1] and <https://a.b>, a < b and **重点。**后面 _it_ ***both***.
$HOME and x[0], f(x[1]) and "[sic]" -- a\\*b and C:\\dir, [x][1] then [^1] done\\.
So [words over
two lines](https://a.b) and **strong
words**, `code
too`.
"""
PAGE = """# Head *of* it

An answer with **strong words**, and:

1. **First**: the `thing`
2. *Second*, with
   - nested **one**
   - [ ] open
   - [x] done
10. tenth

> A quote with `code`.

> [!NOTE]
> Mind *this*.

| Name | What it **is** |
|------|:--------------:|
| `a`  | **one** thing |
| b | two \\| three |

---

```python
def f(x):
    return x * 2  # - not a list
```

* * *

## 第二部分

**注意：**这是一个*例子*。

- 一
- 二：`代码`

After[^1].

[^1]: A note with **strong** words.
"""
LONG = "A long paragraph with *some* **marks** in it, `x`, and more. " * 60


@lru_cache(256)
def cells(block: Block) -> list[Cell]:
    """What is shown of a block, but for blanks and lines that are drawn.

    The colours of code follow what is written next.
    """
    return [
        (letter, frozenset(_names(segment.style)))
        for line in render(block, FRAME, PAINT)
        for segment in line.segments
        for letter in segment.text
        if letter.strip() and letter not in DRAWN
    ]


def _names(style: Style | None) -> Iterator[str]:
    for name in style.meta if style else ():
        yield name.partition("-")[0] if name.startswith("code-") else name


class Change(NamedTuple):
    """What was shown and is shown otherwise a moment later."""

    behind: str
    """The last that had come."""
    before: str
    now: str


def changes(source: str, size: int) -> list[Change]:
    """What changes on the screen while a text comes, ``size`` letters at a time."""
    blocks, order = Blocks(), NotesLast()
    before: list[Cell] = []
    found = []
    for end in range(size, len(source) + size, size):
        blocks.feed(source[end - size : end])
        settled = order.settled
        now = order.from_settled(blocks, live=True)
        added = cells_of(now[: order.settled - settled])
        tail = added + cells_of(now[order.settled - settled :])
        found += change(source[max(0, end - 40) : end], before, tail)
        before = tail[len(added) :]
    settled = order.settled
    blocks.end()
    last = order.from_settled(blocks)
    return found + change(source, before, cells_of(last))


def change(so_far: str, before: list[Cell], now: list[Cell]) -> list[Change]:
    """The change from one moment to the next, if there is one."""
    if now[: len(before)] == before:
        return []
    at = next(n for n, cell in enumerate(before) if now[n : n + 1] != [cell])
    return [Change(so_far[-40:], shown(before[at:]), shown(now[at:]))]


def cells_of(blocks: list[Block]) -> list[Cell]:
    return [cell for block in blocks for cell in cells(block)]


def shown(cells: list[Cell]) -> str:
    return "".join(letter for letter, _ in cells)


@pytest.mark.parametrize(
    ("source", "size"),
    [(SENTENCES, 1), (PAGE, 1), (PAGE, 7), (PAGE.replace("\n", "\n> "), 1), (LONG, 29)],
    ids=["sentences", "page", "in chunks", "in a quote", "long"],
)
def test_what_is_shown_only_grows(source: str, size: int) -> None:
    assert changes(source, size) == []


TEXTS = [
    path
    for path in sorted((Path(__file__).parent / "texts").glob("*.md"))
    if path.name != "README.md"
]


@pytest.mark.parametrize("size", [1, 3, 17])
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_public_texts_only_grow(path: Path, size: int) -> None:
    found = [
        change
        for change in changes(clean(path.read_text("utf-8")), size)
        if "@" not in change.behind and not change.before.startswith("linnaeus:")
    ]
    assert found == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_rows_stay_where_they_are(path: Path) -> None:
    """Tables get wider, notes move down, and links are known by their definitions."""
    if path.stem in ("footnotes", "references", "badges-html", "changelog-japanese"):
        return
    source = clean(path.read_text("utf-8"))
    streamed = Streamed(60)
    before: list[str] = []
    for at in range(0, len(source), 17):
        streamed.feed(source[at : at + 17])
        now = [row for row in streamed.drawn() if "│" not in row and "┼" not in row]
        while now and not now[-1]:
            now.pop()
        sure = before[:-1]
        assert now[: len(sure)] == sure, source[at : at + 17]
        before = now


CHANGES_ON_PURPOSE = {
    "notes stand at the end: what comes behind them moves them": {"cmark-gfm": {23}},
    "no letter of a name tells of an @ behind it": {
        "commonmark": {604, 605, 606, 612},
        "gfm": {629, 630, 631},
        "cmark-gfm": {19},
    },
    "the first name of a table without a pipe before it": {"cmark-gfm": {4, 6}},
    "two marks are drawn as closed, and then no others come, or fewer": {
        "commonmark": {
            *(391, 392, 397, 398, 400, 401, 408, 442, 444, 445, 454, 456, 457),
            *(471, 480, 481, 618),
        },
        "gfm": {492},
    },
    "so is code, which does not end, or not in the next line": {
        "commonmark": {14, 17, 42, 91, 335, 347, 348, 349, 525, 537},
    },
    "so are tags": {"commonmark": {162, 164, 166, 187, 494}, "gfm": {653}},
    "a tag or an address goes on for longer than one waits": {
        "commonmark": {492, 526, 538, 642, 643},
    },
    "a definition of several lines": {
        "commonmark": {193, 195, 196, 198, 208, 541, 549},
    },
    r"\[ may begin a formula": {"commonmark": {592}},
}
"""What changes in the examples of the specifications while they come, and why."""


@pytest.mark.parametrize("name", ["commonmark", "gfm", "cmark-gfm"])
def test_examples_only_grow(name: str) -> None:
    expected = {n for files in CHANGES_ON_PURPOSE.values() for n in files.get(name, ())}
    found = {
        example.number
        for example in examples(name)
        if any(changes(clean(example.markdown + "\n"), size) for size in (1, 3, 17))
    }
    assert found == expected


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("an **open", "an open"),
        ("an **open*", "an open"),
        ("a `code", "a code"),
        ("a `", "a "),
        ("see [the words](http", "see "),
        ("see [the words]", "see "),
        ("it costs $5 and", "it costs $5 and"),
        ("so $x^2", "so "),
        ("H<su", "H"),
        ("a < b", "a < b"),
        ("AT&T", "AT"),
        ("Hello!", "Hello"),
        ("two **lines\nof text", "two lines\nof text"),
        ("three **lines\nof\ntext", "three **lines\nof\ntext"),
        ("see [the\nwords](http", "see "),
        ("[" + "words " * 60, "[" + "words " * 60),
    ],
)
def test_what_is_open_is_closed_or_held_back(source: str, seen: str) -> None:
    assert "".join(part for part, _ in inline(source, PLAIN, grows=True)) == seen


@pytest.mark.parametrize(
    "held", ["| a | b |\n", "| a | b |\n|--", "1. *", "- [", "```p"]
)
def test_a_line_that_may_become_anything_is_not_shown(held: str) -> None:
    blocks = Blocks("Text.\n\n" + held)
    found = blocks.frozen + blocks.tail(live=True)
    assert [block.text for block in found] == ["Text."]
    assert len(blocks.all()) > 1


def test_lines_of_code_are_shown_as_they_come() -> None:
    blocks = Blocks("```\n- x\n| a")
    assert [block.text for block in blocks.tail(live=True)] == ["- x\n| a"]


MARKS = [
    "*",
    "**",
    "_",
    "`",
    "``",
    "[",
    "](",
    ")",
    "]",
    "$",
    "\\(",
    "\\)",
    "<b>",
    "<",
    "~~",
]


@given(
    st.lists(st.sampled_from([*MARKS, "a ", "b", "\n", "&", "!", "\\"]), max_size=20)
)
def test_nothing_is_held_back_once_the_text_has_ended(parts: list[str]) -> None:
    source = "".join(parts)
    drawn = settled(source)
    assert source.startswith(drawn.rstrip("`"))
    assert Blocks(source).all() == [
        b._replace(grows=False) for b in Blocks(source).all()
    ]


@pytest.mark.parametrize("mark", ["[", "`", "$", "\\(", "<a ", "*", "![", "[x]("])
def test_what_is_held_back_is_found_in_linear_time(mark: str) -> None:
    assert len(settled(mark * 1_000)) <= 4_001
