"""What is selected by mouse and copied is the source, whatever is drawn of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.selection import Selection

from llmtui.markdown.blocks import Blocks
from llmtui.sanitise import clean
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.layout import Layout
from llmtui.ui.widgets.log.painter import Painter
from llmtui.ui.widgets.log.render.palette import PLAIN
from llmtui.ui.widgets.log.selected import selected_source
from tests.support.answers import ANSWERS
from tests.support.drawn import Drawn, is_source
from tests.support.log_host import message
from tests.support.markdown_examples import examples

PAGE = """\
# A *title* of some length #

A paragraph with **bold words**, `code`, a [link](https://a.b/c "t") and R&amp;D, so
long that it is wrapped at every width; two lines\\
of it, and 漢字かな交じり文もここにあります。

1. first
2. second with **strong
   text** in it

   ```make
   all:
   \tgcc -o x \\
   \t\ty.c
   ```
- [x] done
- [ ] open
  > quoted *in an item*
  > and on

> - a list
>   in a quote

| name | what it **is** | n |
|:-----|:----:|--:|
| one `a|b` | the first of them, with a good many words in it | 1 |
| zwei | [link](https://c.d) | 22 |
| zwei | 漢語 | 3 |

Setext
------

```python
def f(x):
\treturn "a line of code that is rather long, so that it is broken somewhere", x
```

    indented
    \tcode

***

$$
\\frac{a}{b} = c
$$

A [ref][1] and <https://x.y>, 2\\*3\\*4 and snake_case_name, <kbd>K</kbd> &lt;end&gt;.
"""


NOTES = """\
One[^1] and two[^see], H<sub>2</sub>O and x<sup>n+1</sup>. It ends with x<sup>q</sup>

> [!NOTE]
> Mind *this*, **注意：**后面。

<details>
<summary>More</summary>

Behind the note[^1].

</details>

[^1]: A note with **strong** words
    and more, long enough that it is wrapped at most of the widths there are.

[^see]: Another.
"""
SCATTERED = """\
One[^1].

[^1]: First

Two[^2].

[^2]: Second

Three.
"""
FORMULAS = r"""The roots of $ax^2 + bx$ with \(a \ne 0\) are **these**:

$$
x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}
$$

1. Thus \[ \frac{a}{b} \] of $5 and $10,
   变量$x_1$是 $y$
- and $a +
  - b$ too

> $$\int_0^1 x\,dx.$$

| name | formula |
|---|---|
| Euler | $e^{i\pi} + 1 = 0$ |

\begin{align}
a &= b \\

  &= \text{a word}
\end{align}
"""


ROOT = Path(__file__).parent.parent
TEXTS = (
    PAGE,
    FORMULAS,
    NOTES,
    *ANSWERS.values(),
    *(
        (ROOT / name).read_text(encoding="utf-8")
        for name in ("README.md", "llmtui/README.md", ".github/CONTRIBUTING.md")
    ),
)


@cache
def page(number: int, width: int) -> Drawn:
    return Drawn(TEXTS[number], width)


@settings(max_examples=300)
@given(
    st.sampled_from(range(len(TEXTS))), st.sampled_from([20, 40, 80, 120]), st.data()
)
def test_any_region_is_a_piece_of_the_source(
    number: int, width: int, data: st.DataObject
) -> None:
    drawn = page(number, width)
    rows = st.integers(0, len(drawn.places) - 1)
    columns = st.integers(0, width)
    a, b = sorted([data.draw(st.tuples(rows, columns)) for _ in range(2)])
    assert is_source(drawn.copied(a, b), TEXTS[number])


@pytest.mark.parametrize("width", [20, 40, 80, 120])
@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_all_of_it_is_all_of_the_source(width: int, number: int) -> None:
    drawn = page(number, width)
    last = len(drawn.places) - 1
    assert drawn.copied((0, 0), (last, width)) == TEXTS[number].strip()


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("bold", "code", "**bold words**, `code`"),
        ("old wor", "old wor", "old wor"),
        ("title", "length", "*title* of some length"),
        ("link", "R&D", '[link](https://a.b/c "t") and R&amp;D'),
        ("• a list", "in a quote", "> - a list\n>   in a quote"),
        ("1. first", "second", "1. first\n2. second"),
        ("first", "second", "first\n2. second"),
        ("gcc", "y.c", "gcc -o x \\\n\t\ty.c"),
        ("make", "y.c", "all:\n\tgcc -o x \\\n\t\ty.c"),
        ("[x] done", "open", "- [x] done\n- [ ] open"),
        ("return", "return", "return"),
        ("def f", "return", "def f(x):\n\treturn"),
        ("the first of", "the first of", "the first of"),
        ("2*3*4", "snake_case_name", "2\\*3\\*4 and snake_case_name"),
    ],
)
def test_what_is_seen_is_copied_as_it_was_written(
    first: str, last: str, text: str
) -> None:
    assert page(0, 120).over(first, last) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("One", "and", "One[^1] and"),
        ("One", "¹", "One[^1]"),
        ("H₂O", "H₂O", "H<sub>2</sub>O"),
        ("ends", "^q", "ends with x<sup>q</sup>"),
        ("Mind", "后面", "Mind *this*, **注意：**后面"),
        ("strong", "more", "**strong** words\n    and more"),
    ],
)
def test_notes_and_small_letters_are_copied_as_they_were_written(
    first: str, last: str, text: str
) -> None:
    assert page(TEXTS.index(NOTES), 120).over(first, last) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("roots of", "with", "roots of $ax^2 + bx$ with"),
        ("x² + b", "with", "$ax^2 + bx$ with"),
        ("a ≠ 0", "these", "\\(a \\ne 0\\) are **these**"),
        ("−b ±", "−b ±", "$$\nx = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}\n$$"),
        ("of $5", "and $10", "of $5 and $10"),
        ("变量", "是", "变量$x_1$是"),
    ],
)
def test_formulas_are_copied_whole_as_they_were_written(
    first: str, last: str, text: str
) -> None:
    assert page(1, 120).over(first, last) == text


def test_rows_of_a_table_are_copied_whole() -> None:
    for width in (20, 40, 80):
        drawn = page(0, width)
        row, x = drawn.find("zwei")
        last, to = drawn.find("漢語")
        lines = drawn.copied((row, x + 1), (last, to)).split("\n")
        assert lines == ["| zwei | [link](https://c.d) | 22 |", "| zwei | 漢語 | 3 |"]


def test_a_region_from_head_to_foot_of_a_table_is_a_table() -> None:
    text = page(0, 80).over("name  ", " 22 │")
    assert Blocks(text).all()[0].kind == "table"
    assert text.endswith("| 22 |")


EXAMPLES = [e.markdown for name in ("commonmark", "gfm") for e in examples(name)]


@settings(max_examples=300)
@given(st.sampled_from(EXAMPLES), st.sampled_from([20, 80]), st.data())
def test_any_region_of_the_examples_is_a_piece_of_them(
    source: str, width: int, data: st.DataObject
) -> None:
    drawn = Drawn(source, width)
    rows = st.integers(0, len(drawn.places) - 1)
    columns = st.integers(0, width)
    a, b = sorted([data.draw(st.tuples(rows, columns)) for _ in range(2)])
    assert is_source(drawn.copied(a, b), source)


def test_all_of_each_example_is_all_of_its_source() -> None:
    for source in EXAMPLES:
        drawn = Drawn(source)
        found = drawn.copied((0, 0), (len(drawn.places) - 1, 80))
        assert found == clean(source).strip("\n")


def test_a_prompt_is_copied_as_it_was_typed() -> None:
    text = "\tone\n  two " + "words " * 30 + "\n\nthree"
    drawn = Drawn(text, 60, "user")
    assert drawn.over("one", "two") == "one\n  two"
    assert drawn.copied((0, 0), (len(drawn.places) - 1, 60)) == text.rstrip()


def test_a_label_and_the_blanks_around_code_are_not_copied() -> None:
    drawn = Drawn("Text:\n\n```py\nx = 1\n\ty\n```\n\nmore\n")
    label, _ = drawn.find("py")
    code = "x = 1\n\ty"
    assert drawn.copied((label, 0), (label + 2, 79)) == code
    assert drawn.copied((label, 9), (label + 3, 40)) == code
    assert drawn.copied((label, 0), (label, 79)) == ""
    assert drawn.over("Text", "x = 1") == "Text:\n\n```py\nx = 1"
    assert drawn.over("py", "more") == "```py\nx = 1\n\ty\n```\n\nmore"


def test_pieces_of_long_code_are_one_code() -> None:
    lines = "".join(f"\tline {n};\n" for n in range(100))
    drawn = Drawn(f"1. so:\n\n   ```\n{lines.replace(chr(9), '   ' + chr(9))}   ```\n")
    assert drawn.over("line 3;", "line 70;") == lines[lines.index("line 3;") :].split(
        "line 71"
    )[0].rstrip("\n\t")


def test_a_living_reply_and_its_thinking_can_be_copied() -> None:
    entry = Entry(message("a", ""))
    entry.unfolded = True
    source = entry.begin(lambda: ("An *ans", "First **think** of\r\nit"))
    layout = Layout(Painter(PLAIN, UNICODE, 60))
    layout.reset([entry])
    source.feed("An *ans", "First **think** of\r\nit")
    assert selected_source(layout, Selection(None, None)) == (
        "First **think** of\nit\n\nAn *ans"
    )


def test_the_reason_of_a_failure_can_be_copied() -> None:
    drawn = Drawn("Half of", status="incomplete")
    row, x = drawn.find("the answer did not end")
    assert drawn.copied((row, x), (row, x + 10)) == "the answer"


def test_the_end_of_a_row_is_the_end_of_a_line_that_is_too_long_for_it() -> None:
    top, bottom = (f"{a}{'─' * 90}{b}" for a, b in ("┌┐", "└┘"))
    drawn = Drawn(f"```\n{top}\n{bottom}\n```\n", 40)
    row, _ = drawn.find("┌──")
    assert drawn.copied((row, 0), (row + 1, 39)) == f"{top}\n{bottom}"


def test_a_drawn_formula_is_copied_whole() -> None:
    drawn = Drawn("So:\n\n$$\n\\frac{a}{b}\n$$\n\nand $\\alpha^2$ is.\n")
    row, x = drawn.find("─")
    assert drawn.copied((row, x), (row, x + 1)) == "$$\n\\frac{a}{b}\n$$"
    assert drawn.over("and", "α") == "and $\\alpha^2$"


def test_notes_that_were_written_elsewhere_are_copied_behind_the_text() -> None:
    drawn = Drawn("One[^1].\n\n[^1]: The note.\n\nTwo words.\n\nThree.\n")
    assert drawn.over("words", "The note") == "words.\n\nThree.\n\n[^1]: The note"
    assert drawn.over("One", "Two") == "One[^1].\n\nTwo"


def test_of_notes_between_paragraphs_each_is_copied_once() -> None:
    drawn = Drawn(SCATTERED, 60)
    assert drawn.over("Two", "Three") == "Two[^2].\n\nThree"
    assert drawn.over("Three", "Second") == "Three.\n\n[^1]: First\n\n[^2]: Second"
    assert drawn.over("One", "First") == (
        "One[^1].\n\nTwo[^2].\n\nThree.\n\n[^1]: First"
    )
