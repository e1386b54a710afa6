"""Blocks as lines: nothing lost, nothing too wide, nothing unsafe."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from llmtui.markdown.blocks import Blocks
from llmtui.sanitise import FORBIDDEN, clean
from llmtui.ui.glyphs import ASCII, UNICODE
from llmtui.ui.widgets.log.render import wrap
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.inline import inline, links_in
from llmtui.ui.widgets.log.render.line import Frame, Line
from llmtui.ui.widgets.log.render.palette import PLAIN, Paint, Palette

PAINT = Paint(PLAIN, UNICODE)
NAMED = Palette(lambda name: Style.from_meta({"name": name}))
INLINE = [
    *("word ", "*em* ", "**strong**", "`code` ", "\n", "\n\n", "- ", "1. ", "> "),
    *("[", "](", ")", "<", "&amp;", " ~~", "$x$ ", "\\(y\\) ", "é漢 ", "_"),
]
HOSTILE = [
    "[@click=app.quit]x[/]",
    "x[/nope]",
    "&#27;[2J &#x9b; &#x202e; &#10; &nbsp;",
    "`\u202e`",
    "[text](javascript:alert(1)) [a](http://b.c)",
    "![alt](data:image/png;base64,AAAA) ![pic](https://a.b/c.png)",
    "<div onclick=x>bold</div> <think> </div>",
    "*" * 3000,
    "[" * 3000,
    "`" * 2999,
    "![" * 1500,
    "<" * 3000,
    "$" * 3000,
    "\\(" * 1500,
    "e" + "\u0301" * 5000,
    "\u200d" * 50 + "\ufe0f" * 50,
    "漢" * 3000,
    ">" * 10_000 + " deep",
    "- " * 3000 + "deep",
    "|" * 3000 + "\n" + "|-" * 1500,
    "| a |\n|---|\n" + "| x |\n" * 5000,
    "```python\n" + "x = '" + "y" * 100_000,
    "    " + "z" * 50_000,
    "https://" + "a" * 5000,
]


def lines_of(source: str, width: int = 80, paint: Paint = PAINT) -> list[Line]:
    frame = Frame(width)
    found: list[Line] = []
    for block in Blocks(clean(source)).all():
        found += render(block, frame, paint)
    return found


def shown(source: str, width: int = 80, paint: Paint = PAINT) -> str:
    return "\n".join(line.drawn.rstrip() for line in lines_of(source, width, paint))


def letters(text: str) -> list[str]:
    return sorted(c for c in text if c.isalpha())


@given(st.text(st.characters(codec=None)), st.integers(20, 130))
@example("| a | b |\n|---|---|\n| 漢字漢字漢字漢字 | 👩\u200d👩\u200d👧 |", 20)
@example("- - - - - - a", 20)
def test_each_line_is_as_wide_as_the_frame_and_clean(source: str, width: int) -> None:
    for line in lines_of(source, width):
        text = line.drawn
        assert cell_len(text) == line.width == width
        assert FORBIDDEN.search(text) is None


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("width", [20, 80])
def test_hostile_sources_are_shown(source: str, width: int) -> None:
    lines = lines_of(source, width)
    assert lines
    for line in lines:
        assert FORBIDDEN.search(line.drawn) is None
        assert line.width == width


@given(
    st.lists(
        st.sampled_from(INLINE),
        max_size=30,
    ).map("".join)
)
def test_every_letter_is_shown(source: str) -> None:
    visible = letters(source.replace("&amp;", "&"))
    assert letters(shown(source)) == visible


def test_emphasis_code_and_links_have_their_styles() -> None:
    runs = inline("a *b* **c** `d` ~~e~~ [f](https://g.h) $i_1$ https://j.k.", NAMED)
    names = {text: style.meta["name"] for text, style in runs}
    assert names["b"] == "emphasis"
    assert names["c"] == "strong"
    assert names["d"] == "inline-code"
    assert names["e"] == "struck"
    assert names["f"] == "link"
    assert names["i₁"] == "math"
    urls = {text: style.meta.get("url") for text, style in runs}
    assert urls["f"] == "https://g.h"
    assert urls["https://j.k"] == "https://j.k"
    assert urls["."] is None


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))",
        "[x](file:///etc/passwd)",
        "[x](vscode://y)",
        "[x](//host/y)",
        "![x](data:image/png;base64,AA)",
        "<ssh://host>",
        "foo.py",
    ],
)
def test_other_addresses_are_text(source: str) -> None:
    assert links_in(source) == []
    assert "".join(text for text, _ in inline(source, PLAIN)) == source


def test_prices_are_not_formulas() -> None:
    assert [text for text, _ in inline("$5 and $6", PLAIN)] == ["$5 and $6"]
    assert shown(r"\[ x * y * z \]").strip() == "x * y * z"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two  three", 8, ["one two", "three"]),
        ("a\n\nb", 8, ["a", "", "b"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("go abcdefghij", 4, ["go", "abcd", "efgh", "ij"]),
        ("漢字漢字。", 4, ["漢字", "漢", "字。"]),
        ("👩\u200d👩\u200d👧👩\u200d👩\u200d👧", 3, ["👩\u200d👩\u200d👧"] * 2),
        ("   x", 8, ["   x"]),
        ("", 8, [""]),
    ],
)
def test_wrapping(text: str, width: int, lines: list[str]) -> None:
    spans = wrap.wrap(text, width)
    assert [text[s.start : s.end] for s in spans] == lines


@given(st.text(st.sampled_from("ab 漢é\u0301\n"), max_size=80), st.integers(2, 20))
def test_wrapped_text_can_be_put_together_again(text: str, width: int) -> None:
    for spans in (wrap.chop(text, width), wrap.wrap(text, width, keep=True)):
        joined = ""
        for index, span in enumerate(spans):
            if index:
                joined += "\n" if span.join is None else span.join
            joined += text[span.start : span.end]
        assert joined == text


def test_a_wide_table_wraps_its_cells() -> None:
    source = (
        "| name | what it is |\n|---|--:|\n"
        "| short | " + "many words " * 12 + "|\n| other | x |\n"
    )
    rows = shown(source, 44).split("\n")
    assert rows[0].startswith("   │ name  │ ")
    assert rows[1].startswith("   ├───────┼─")
    assert {len(row) for row in rows} == {43}
    assert " ".join(rows).split().count("words") == 12
    assert len([row for row in rows if "├" in row]) == 2


def test_a_table_with_too_many_columns_becomes_a_list() -> None:
    names = "|".join(f"column{n}" for n in range(12))
    source = f"{names}\n{'|'.join(['---'] * 12)}\n{'|'.join(map(str, range(12)))}\n"
    assert "column11: 11" in shown(source, 40)


def test_ascii_signs_are_ascii() -> None:
    source = "- a\n  - b\n- [x] c\n\n> q\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n"
    assert shown(source, 60, Paint(PLAIN, ASCII)).isascii()


def test_code_has_colours_language_and_number() -> None:
    lines = lines_of("```python\nif x: pass\n```", paint=Paint(NAMED, UNICODE))
    assert lines[0].drawn.split() == ["python", "1"]
    assert lines[0].text == ""
    names = {s.text.strip(): s.style.meta["name"] for s in lines[1].segments if s.style}
    assert names["if"] == "code-keyword"
    assert lines[1].text == "if x: pass"


def test_unknown_languages_and_long_lines_are_plain() -> None:
    for source in ("```nosuch\nif x\n```", "```python\nif " + "x" * 1500 + "\n```"):
        styles = {
            segment.style.meta["name"]
            for line in lines_of(source, paint=Paint(NAMED, UNICODE))
            for segment in line.segments
            if segment.style
        }
        assert styles <= {"code", "code-label", "code-wrap", "text"}
