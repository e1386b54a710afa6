"""The marks before a block: bullets, boxes, numbers, bars and titles of alerts."""

from __future__ import annotations

import pytest

from llmtui.markdown.blocks import Blocks
from llmtui.ui.glyphs import ASCII
from llmtui.ui.widgets.log.render.palette import PLAIN, Paint
from tests.support.markdown_examples import STYLED
from tests.test_log_render import lines_of, shown


def test_an_alert_has_a_title_and_a_bar() -> None:
    source = "> [!NOTE]\n> Read *this*.\n>\n> - and that\n\n> [!warning]\n> Hot\n"
    assert [line.strip() for line in shown(source).split("\n")] == [
        "│ Note",
        "│ Read this.",
        "│",
        "│ • and that",
        "",
        "│ Warning",
        "│ Hot",
    ]
    assert {b.path[0] for b in Blocks(source).all()} == {">note", ">warning"}


@pytest.mark.parametrize(
    "source", ["> [!NOTE] and more", "> [!other]\n> x", "[!NOTE]", "> a\n> [!NOTE]"]
)
def test_other_quotes_are_no_alerts(source: str) -> None:
    assert "Note" not in shown(source)
    assert "[!" in shown(source)


def test_an_alert_without_a_word_is_its_title() -> None:
    assert shown("> [!TIP]\n\nafter").split() == ["│", "Tip", "after"]
    assert shown("- > [!TIP]\n  > x").split("\n") == ["   • │ Tip", "     │ x"]


def test_the_title_of_an_alert_is_not_copied() -> None:
    title, text = lines_of("> [!NOTE]\n> Read this.\n")
    assert (title.text, text.text) == ("", "Read this.")


def test_boxes_do_not_look_like_bullets() -> None:
    source = "- [ ] open\n- [X] done\n  - [x] below\n- other"
    rows = ["   [ ] open", "   [x] done", "       [x] below", "   • other"]
    assert shown(source).split("\n") == rows
    assert shown(source, paint=Paint(PLAIN, ASCII)).isascii()


def test_numbers_are_right_aligned_before_the_tenth_item_is_there() -> None:
    source = "8. eight\n9. nine\n10. ten\n11. eleven"
    whole = shown(source).split("\n")
    assert whole == ["    8. eight", "    9. nine", "   10. ten", "   11. eleven"]
    assert shown("8. eight\n9. nine").split("\n") == whole[:2]


def test_headings_can_be_told_apart_without_colours() -> None:
    looks = set()
    for level in range(1, 7):
        line = lines_of("#" * level + " word", paint=Paint(STYLED, ASCII))[0]
        style = next(s.style for s in line.segments if s.text == "word")
        assert style is not None
        looks.add((style.underline, style.italic, style.dim, *sorted(style.meta)))
    assert len(looks) == 6
