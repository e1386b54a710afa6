"""Links that are named elsewhere: found as soon as their definition has come."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmtui.markdown.blocks import Blocks
from llmtui.markdown.notes import NotesLast
from llmtui.markdown.references import References, definitions_of
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.layout import Layout, Spot
from llmtui.ui.widgets.log.painter import Painter
from llmtui.ui.widgets.log.render.link_style import link_of
from llmtui.ui.widgets.log.render.palette import PLAIN
from tests.support.log_host import message

SOURCE = """\
# Read [the guide][1]

See [a], [b][], [c d][C  D] and ![e][a]; [not this], [x](y.md).

A note[^n] and an image.

[^n]: of [a], which is told at the end

| a | b |
|---|---|
| [wide words][1] | [a] |

> - [b] in a list
>
>   [b]: <https://b.example/x y> 'of b'

[1]: https://one.example/
[a]:
https://a.example
"a title
over lines"
[c D]: /beside
[bad]: javascript:alert(1)
[a]: https://late.example

[bad] [1]
"""
LINES = st.sampled_from(
    [
        "[a]", "[b][a]", "[a]: https://x", "[A]: <y> 'z'", "[b]:", "/url", "'title'",
        '"open', 'close"', "text [a] text", "", "> [a]: q", "- [b]", "===", "---",
        "    [a]: in", "| [a] | [b] |", "|---|---|", "```", "[^1]: note", "1. [a]",
    ]
)  # fmt: skip


def links(layout: Layout) -> list[tuple[str, str, str]]:
    """Where each piece of a link is and leads: its row's text, its own, the address."""
    found = []
    layout.settle(Spot(0), 10_000)
    for part in range(len(layout.entries[0].parts)):
        for line in layout.lines(0, part):
            for text, style, _ in line.segments:
                link = link_of(style) if style else None
                if link is not None:
                    found.append((line.text, text, link.url))
    return found


def layout_of(entry: Entry) -> Layout:
    layout = Layout(Painter(PLAIN, UNICODE, 60))
    layout.append(entry)
    return layout


def whole(text: str) -> list[tuple[str, str, str]]:
    return links(layout_of(Entry(message("a", text))))


def test_links_lead_where_their_definition_says() -> None:
    assert {(words, url) for _, words, url in whole(SOURCE)} == {
        ("the guide", "https://one.example/"),
        ("a", "https://a.example"),
        ("b", "https://b.example/x%20y"),
        ("c d", "/beside"),
        ("e", "https://a.example"),
        ("x", "y.md"),
        ("wide words", "https://one.example/"),
        ("1", "https://one.example/"),
        ("https://b.example/x y", "https://b.example/x y"),
        ("https://one.example/", "https://one.example/"),
        ("https://a.example", "https://a.example"),
        ("https://late.example", "https://late.example"),
    }


@pytest.mark.parametrize("size", [1, 3, 17])
def test_what_is_drawn_of_a_stream_is_what_is_drawn_of_the_whole(size: int) -> None:
    entry = Entry(message("a", ""))
    source = entry.begin()
    layout = layout_of(entry)
    for at in range(0, len(SOURCE), size):
        source.feed(SOURCE[at : at + size])
        layout.refit(0)
        drawn = links(layout)
        fresh = Entry(message("a", ""))
        fresh.begin().feed(SOURCE[: at + size])
        assert drawn == links(layout_of(fresh)), SOURCE[: at + size]
    entry.replace(message("a", SOURCE))
    layout.refit(0)
    assert links(layout) == whole(SOURCE)


def test_an_address_counts_when_its_line_has_ended() -> None:
    entry = Entry(message("a", ""))
    source = entry.begin()
    layout = layout_of(entry)
    source.feed("[a]\n\n[a]: https://exa")
    layout.refit(0)
    assert links(layout) == []
    source.feed("mple.com\n")
    layout.refit(0)
    assert [words for _, words, _ in links(layout)] == ["a", "https://example.com"]


@given(st.lists(LINES, max_size=9).map("\n".join), st.integers(1, 7))
@settings(max_examples=300)
def test_references_are_those_of_the_whole_at_every_moment(
    source: str, size: int
) -> None:
    blocks, references = Blocks(), References()
    for at in range(0, len(source), size):
        blocks.feed(source[at : at + size])
        references.take(blocks.frozen, 0, len(blocks.frozen))
        assert blocks.all() == Blocks(source[: at + size]).all()
        before = definitions_of(blocks.frozen)
        assert references.definitions is None or before is not None
        if before is not None and references.definitions is not None:
            assert references.definitions.urls == before.urls


@given(st.lists(LINES, max_size=9).map("\n".join))
@settings(max_examples=300)
def test_nothing_is_lost_between_definitions(source: str) -> None:
    drawn = [
        line.strip()
        for block in Blocks(source).all()
        for line in f"{block.info}\n{block.text}".split("\n")
    ]
    for line in source.split("\n"):
        words = line.strip("-> |").removeprefix("1. ").removeprefix("[^1]: ")
        assert (
            not words
            or words.startswith(("=", "`"))
            or any(words in text for text in drawn)
        )


def test_a_long_list_of_sources_costs_its_length() -> None:
    uses = "".join(f"Words [{n}] of [{n}][{n}].\n\n" for n in range(2_000))
    names = "".join(f"[{n}]: https://example.com/{n}\n" for n in range(2_000))
    blocks, order = Blocks(), NotesLast()
    changed = 0
    for line in (uses + names).splitlines(keepends=True):
        blocks.feed(line)
        settled = order.settled
        found = order.from_settled(blocks, live=True)
        new = order.settled - settled
        changed += len(blocks.refer(found, settled, new, live=True))
    assert changed <= 2_100
