"""``ask --render``: what the log shows, as text for a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from llmtui.markdown.drawings import has_boxes
from llmtui.sanitise import FORBIDDEN, clean
from llmtui.ui.plain_markdown import rendered

ANSWER = """\
# The *title*

See [the docs](https://docs.example/a), <https://b.example> or me@c.example.

1. one
   - [x] done

> quoted

| name | where |
|---|--:|
| one | [there](https://d.example) |

```python title=x.py
if x: pass
```

$$
x^2
$$

![a picture](https://e.example/p.png)
"""
BOX = "┌" + "─" * 60 + "┐"


def test_an_answer_is_drawn_as_in_the_log_without_its_margins() -> None:
    text = rendered(ANSWER, 60, False)
    lines = text.split("\n")
    assert lines[0] == "The title"
    assert "│ one  │ there (https://d.example) │" in lines
    assert all(line == line.rstrip() for line in lines)
    assert "\x1b" not in text


def test_nothing_of_an_answer_is_lost() -> None:
    words = re.findall(r"[\w:/.=@]{2,}", ANSWER)
    text = rendered(ANSWER, 100, False)
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("[a](https://b.c) d", "a (https://b.c) d"),
        ("[a **b**](https://b.c)", "a b (https://b.c)"),
        ("[https://b.c](https://d.e)", "https://b.c (https://d.e)"),
        ("[a](https://b.c)[d](https://e.f)", "a (https://b.c)d (https://e.f)"),
        ("<me@b.c>", "me@b.c"),
    ],
)
def test_links_say_where_they_lead(source: str, shown: str) -> None:
    assert rendered(source, 80, False) == f"{shown}\n"
    assert "\x1b]8" not in rendered(source, 80, True)


def test_colours_are_those_of_the_terminal() -> None:
    text = rendered("**a** [b](https://c.d)\n\n```py\nif x: pass\n```", 60, True)
    assert "\x1b[1ma\x1b[0m" in text
    assert "\x1b[35mif \x1b[0m" in text
    assert "38;2;" not in text


@pytest.mark.parametrize("source", [f"```\n{BOX}\n```", BOX, f"> - {BOX}"])
def test_a_drawing_that_is_too_wide_is_written_as_it_is(source: str) -> None:
    lines = rendered(f"{source}\n\nand more", 40, False).split("\n")
    assert any(line.endswith(BOX) for line in lines)


def test_code_that_is_too_wide_is_wrapped() -> None:
    text = rendered("```py\n" + "x = 1; " * 20 + "\n```", 40, False)
    assert max(map(len, text.split("\n"))) <= 40


def test_a_long_table_has_one_head() -> None:
    rows = "".join(f"| {n} | {'x' * (n // 4)} |\n" for n in range(100))
    lines = rendered("| n | text |\n|--:|---|\n" + rows, 80, False).splitlines()
    assert len(lines) == 102
    assert len({len(line) for line in lines}) == 1


@given(st.text(st.characters(codec=None)), st.integers(20, 100))
def test_no_line_is_wider_than_the_terminal(source: str, width: int) -> None:
    for line in rendered(clean(source), width, False).split("\n"):
        assert cell_len(line) <= width or has_boxes(source)
        assert FORBIDDEN.search(line) is None
