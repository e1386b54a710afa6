"""The scanner finds the leaves that markdown-it finds, where it means to."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from llmtui.markdown.blocks import Blocks

LINES = st.sampled_from(
    [
        "text", "more words", "- item", "* star", "1. one", "2) two", "> quote", ">",
        "```", "```py", "~~~", "    indented", "  two", "   three", "# head", "", "***",
        "  - sub", "    - subsub", "   ```", "> - q", "\tx", "-\ty",
    ]
)  # fmt: skip
Leaf = tuple[str, str, tuple[str, ...]]
PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": 100})


def stripped(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n"))


def theirs(source: str) -> list[Leaf]:
    found: list[Leaf] = []
    path: list[str] = []
    kind = ""
    for token in PARSER.parse(source):
        if token.type in ("blockquote_open", "list_item_open"):
            path.append(">" if token.type == "blockquote_open" else "-")
        elif token.type in ("blockquote_close", "list_item_close"):
            path.pop()
        elif token.type in ("paragraph_open", "heading_open"):
            kind = token.type.removesuffix("_open")
        elif token.type == "inline":
            found.append((kind, stripped(token.content), tuple(path)))
        elif token.type in ("fence", "code_block"):
            found.append(("code", token.content.strip("\n"), tuple(path)))
        elif token.type == "hr":
            found.append(("rule", "", tuple(path)))
    return found


def ours(source: str) -> list[Leaf]:
    found: list[Leaf] = []
    for block in Blocks(source).all():
        path = tuple(">" if mark == ">" else "-" for mark in block.path)
        if block.kind == "rule":
            found.append(("rule", "", path))
        elif block.kind == "code":
            found.append(("code", block.text.strip("\n"), path))
        elif block.text:
            found.append((block.kind, stripped(block.text), path))
    return found


@given(st.lists(LINES, max_size=8).map("\n".join))
@settings(max_examples=400)
@example("- item\n\n      code\n\n  text\nlazy\n\n- item")
@example("> quote\nlazy\n>\n> > deep\n> back")
@example("1. one\n\n   ```\n   code\n   ```\n\n2) two")
def test_leaves_and_their_paths_are_those_of_commonmark(source: str) -> None:
    assert ours(source + "\n") == theirs(source + "\n")
