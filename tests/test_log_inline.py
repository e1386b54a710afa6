"""What stands in a paragraph: emphasis between any letters, a few tags of HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.ui.widgets.log.render.inline import inline
from llmtui.ui.widgets.log.render.palette import PLAIN
from tests.support.markdown_examples import STYLED, Words, joined, words_of
from tests.test_log_render import lines_of, shown


def words(source: str) -> Words:
    return joined(words_of(inline(source, STYLED)))


def text(source: str) -> str:
    return "".join(part for part, _ in inline(source, PLAIN))


@pytest.mark.parametrize(
    ("source", "strong"),
    [
        ("**重点。**后面", "重点。"),
        ("前面**（重点）**后面", "（重点）"),
        ("前面**“重点”**后面", "“重点”"),
        ("これは**テスト(test)**です", "テスト(test)"),
        ("이것은 **강조(emphasis)**는", "강조(emphasis)"),
        ("**Python**是", "Python"),
        ("a **b**c", "b"),
    ],
)
def test_strong_text_needs_no_blanks_in_chinese_japanese_korean(
    source: str, strong: str
) -> None:
    assert (strong, "s") in words(source)
    assert "*" not in text(source)


@pytest.mark.parametrize(
    "source", ["2 * 3 * 4", "a ** b ** c", "snake_case_name", "5~10 and 3~4", "~~~x~~~"]
)
def test_marks_that_are_no_emphasis_are_text(source: str) -> None:
    assert words(source) == ((source, ""),)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("H<sub>2</sub>O", "H₂O"),
        ("x<sup>n+1</sup>", "xⁿ⁺¹"),
        ("x<sup>*a* b</sup>", "x^(a b)"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<kbd>Ctrl</kbd>+<KBD>C</KBD>", "Ctrl+C"),
        ("<b>x</b> <i>y</i> <u>z</u> <s>w</s>", "x y z w"),
        ('<a href="https://a.b">go</a>', "go"),
        ('<img src="https://a.b/c.png" alt="a *b*">', "a b"),
        ("<details>\n<summary>More</summary>\ntext", "More\ntext"),
    ],
)
def test_some_tags_are_drawn(source: str, seen: str) -> None:
    assert text(source) == seen


@pytest.mark.parametrize(
    "source",
    [
        "<div>x</div>",
        "<b>no end",
        "no start</b>",
        "<script>alert(1)</script>",
        "<!-- note -->",
        '<a href="javascript:alert(1)">x</a>',
        '<img src="file:///etc/passwd">',
        "List<String> and a<b",
        "<think>",
    ],
)
def test_other_tags_are_text(source: str) -> None:
    assert text(source) == source


def test_tags_have_the_styles_of_their_marks() -> None:
    source = '<b>b</b> <i>i</i> <s>s</s> <kbd>k</kbd> <a href="https://a.b">a</a>'
    found = dict(words(source))
    assert [found[letter] for letter in "biska"] == ["s", "e", "d", "c", "l"]


def test_tags_that_cross_are_drawn_as_far_as_they_are_pairs() -> None:
    assert text("<b>one <i>two</b> three</i>") == "one <i>two three</i>"
    assert text("**one <b>two** three</b>") == "one two three"


def test_a_line_of_tags_that_are_not_drawn_takes_no_room() -> None:
    source = "<details>\n<summary>More</summary>\n\ninside\n\n</details>\n\nafter"
    assert shown(source).split() == ["More", "inside", "after"]
    assert len(lines_of(source)) == 5


TAGS = ["<b>", "</b>", "<i>", "</i>", "<sub>", "</sub>", '<a href="https://a.b">']
TAGS += ["</a>", "<br>", "<details>", "x", "*", "**", "\n", "[", "](https://c.d)"]


@given(st.lists(st.sampled_from(TAGS), max_size=12).map("".join))
def test_any_tags_are_drawn_without_losing_a_word(source: str) -> None:
    seen = text(source).replace("ₓ", "x")
    assert seen.count("x") == source.count("x")


@pytest.mark.parametrize("entity", ["&Tab;", "&#9;", "&#27;[2J", "&#x9b;", "&#8238;"])
@pytest.mark.parametrize(
    "source",
    [
        "a {}b",
        "[x{}](https://a.b/{})",
        "![x{}](https://a.b/)",
        '<a href="https://a.b/{}">x{}</a>',
        '<img alt="{}" src="https://a.b/">',
        "<kbd>{}</kbd> <sub>{}</sub>",
        "| a{} | b |\n|---|---|\n| {} | [z{}](https://q.r/) |",
    ],
)
def test_no_entity_becomes_what_a_terminal_obeys(source: str, entity: str) -> None:
    text = shown(source.replace("{}", entity))
    assert all(char.isprintable() or char == "\n" for char in text), repr(text)


def test_a_long_text_of_marks_is_shown_as_it_was_written() -> None:
    for noise in ("*a* ", "[a](b)~~", "`a` ", "~~a"):
        assert text(noise * 100) != noise * 100
        assert text(noise * 500) == noise * 500
    assert "**" not in text("some **strong** and `code` [words](e) so " * 50)
