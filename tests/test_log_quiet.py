"""A reply that comes letter by letter only ever grows on the screen.

What is shown is never taken back, and never turns from text into something else:
the marks of Markdown are held back until it is known what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from llmtui.markdown.block import Block
from llmtui.markdown.blocks import Blocks
from llmtui.markdown.notes import NotesLast, in_order
from llmtui.markdown.open_end import settled
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.inline import inline
from llmtui.ui.widgets.log.render.line import Frame
from llmtui.ui.widgets.log.render.palette import PLAIN, Paint, Palette

FRAME = Frame(400)
PAINT = Paint(Palette(lambda name: Style.from_meta({name: True})), UNICODE)
DRAWN = "│├┼┤─"

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


@cache
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


def moments(source: str, size: int) -> Iterator[tuple[str, list[Cell]]]:
    """The source so far and what is shown, a few letters at a time."""
    blocks = Blocks()
    for start in range(0, len(source), size):
        blocks.feed(source[start : start + size])
        now = NotesLast().from_settled(blocks, live=True)
        yield source[: start + size], [cell for block in now for cell in cells(block)]


def shown(cells: list[Cell]) -> str:
    return "".join(letter for letter, _ in cells)


@pytest.mark.parametrize(
    ("source", "size"),
    [(SENTENCES, 1), (PAGE, 1), (PAGE, 7), (PAGE.replace("\n", "\n> "), 1), (LONG, 29)],
    ids=["sentences", "page", "in chunks", "in a quote", "long"],
)
def test_what_is_shown_only_grows(source: str, size: int) -> None:
    before: list[Cell] = []
    for so_far, now in moments(source, size):
        assert shown(now[: len(before)]) == shown(before), so_far[-40:]
        assert now[: len(before)] == before, so_far[-40:]
        before = now
    whole = [cell for b in in_order(Blocks(source)) for cell in cells(b)]
    assert shown(before) == shown(whole)
    assert before == whole


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
