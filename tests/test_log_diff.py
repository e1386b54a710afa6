"""Diffs in the log: whole lines in their colour, changed words marked."""

from __future__ import annotations

from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from llmtui.markdown.blocks import Blocks
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.diff import changed_words, read, runs_of
from llmtui.ui.widgets.log.render.line import Frame
from llmtui.ui.widgets.log.render.palette import PLAIN, Paint, Palette

PATCH = """\
diff --git a/x.py b/x.py
--- a/x.py
+++ b/x.py
@@ -1,3 +1,3 @@
 def f(a, b):
-    return a + b
+    return a - c
 # end
"""


def marked(old: str, new: str) -> tuple[list[str], list[str]]:
    deleted, inserted = changed_words(old, new)
    return [old[a:b] for a, b in deleted], [new[a:b] for a, b in inserted]


def test_lines_are_what_their_signs_say_but_for_the_names_of_files() -> None:
    assert [line.style for line in read(PATCH.rstrip("\n"))] == [
        "code-comment",
        "code-name",
        "code-name",
        "code-comment",
        "code",
        "code-deleted",
        "code-inserted",
        "code",
    ]
    assert [line.style for line in read("--- a comment\n-x\n+y")] == [
        "code-deleted",
        "code-deleted",
        "code-inserted",
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("x = 1", "x = 2", (["1"], ["2"])),
        ("f(a)", "f(a, b)", ([], [", b"])),
        ("one two three four", "one 2 3 four", (["two three"], ["2 3"])),
        ("nothing alike", "% ^ &", ([], [])),
        ("same", "same", ([], [])),
    ],
)
def test_changed_words_are_marked(
    old: str, new: str, words: tuple[list[str], list[str]]
) -> None:
    assert marked(old, new) == words


@given(st.lists(st.sampled_from(["-a b", "+a c", " x", "-", "+", "@@", "--- "])))
def test_the_text_stays_as_it_is(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert "".join(run for run, _ in runs_of(read(text), PLAIN)) == text


def test_the_whole_row_has_the_colour_of_its_line() -> None:
    colours = {"code-deleted": "red", "code-inserted": "green"}
    palette = Palette(lambda name: Style(bgcolor=colours.get(name, "black")))
    paint = Paint(palette, UNICODE)
    block = Blocks(f"```diff\n{PATCH}```").all()[0]
    for shift in (None, 0):
        rows = render(block, Frame(40, shift=shift), paint)
        for line in rows:
            if line.text.startswith("-    "):
                edges = line.segments[1], line.segments[-2]
                assert [edge.style and edge.style.bgcolor for edge in edges] == [
                    Style(bgcolor="red").bgcolor
                ] * 2
                break
        else:
            raise AssertionError("the deleted line is not shown")


def test_hostile_diffs_cost_no_more_than_others() -> None:
    old = "".join(f"-{'a ' * 60}{n}\n" for n in range(32))
    new = "".join(f"+{'b a ' * 30}{n}\n" for n in range(32))
    begun = thread_time()
    read(old + new)
    assert thread_time() - begun < 0.25
