"""The examples of the specifications, as leaves that can be compared.

A leaf is a paragraph, heading, block of code, table row or rule with the quotes
and items around it. What the reference writes as HTML and what the log draws
are both brought into this form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from rich.style import Style

from llmtui.markdown.block import Block
from llmtui.markdown.references import definitions_of
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.render import table
from llmtui.ui.widgets.log.render.inline import inline
from llmtui.ui.widgets.log.render.line import Frame
from llmtui.ui.widgets.log.render.palette import Paint, Palette
from llmtui.ui.widgets.log.render.wrap import Runs

FOLDER = Path(__file__).parent.parent / "examples"

_LEAVES = {"p", "tr", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}

Words = tuple[tuple[str, str], ...]
"""Pieces of text, each with the letters of its styles: emphasis, strong, code,
link, deleted."""

_NAMES = {
    "emphasis": "e",
    "strong": "s",
    "inline-code": "c",
    "link": "l",
    "struck": "d",
}
_TAGS = {"em": "e", "strong": "s", "code": "c", "a": "l", "img": "l", "del": "d"}


class Example(NamedTuple):
    """One example of a specification."""

    number: int
    section: str
    markdown: str
    html: str


class Leaf(NamedTuple):
    kind: str
    path: tuple[str, ...]
    """``>``, ``-``, ``1`` for a number whatever it is, ``[x]``."""
    opened: int
    """Where in the path begin those that start with this leaf."""
    words: Words


def examples(name: str) -> list[Example]:
    """What is in one of the files of ``tests/examples``."""
    found = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return [Example(**one) for one in found]


def joined(pieces: Iterable[tuple[str, str]]) -> Words:
    """The pieces with neighbours of one style put together and blanks made alike.

    The log breaks lines where the source does and shows tabs as spaces: blanks
    are one line end or one space, none at the ends.
    """
    letters = [(letter, style) for text, style in pieces for letter in text]
    put: list[tuple[str, str]] = []
    blank = ""
    for letter, style in letters:
        if letter in " \t\n":
            blank += letter
            continue
        if blank and put:
            before = put[-1][1]
            between = "\n" if "\n" in blank else " "
            put.append((between, style if style == before else ""))
        blank = ""
        put.append((letter, style))
    return tuple(
        ("".join(letter for letter, _ in group), style)
        for style, group in groupby(put, key=lambda one: one[1])
    )


# -- the reference ---------------------------------------------------------------


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.leaves: list[Leaf] = []
        self._path: list[str] = []
        self._lists: list[str] = []
        self._shown = 0
        self._kind = ""
        self._styles: list[str] = []
        self._words: list[tuple[str, str]] = []
        self._cells: list[tuple[str, str]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("ul", "ol"):
            self._flush()
            self._lists.append("-" if tag == "ul" else "1")
        elif tag in ("li", "blockquote"):
            self._flush()
            self._path.append(self._lists[-1] if tag == "li" else ">")
        elif tag in _LEAVES:
            self._flush()
            kinds = {"p": "paragraph", "tr": "table", "pre": "code"}
            self._kind = kinds.get(tag, tag)
        elif tag in ("th", "td"):
            self._in_cell = True
        elif tag == "hr":
            self._flush()
            self._add("rule")
        elif tag == "br":
            self._words.append(("\n", ""))
        elif tag == "input":
            self._path[-1] = "[x]" if "checked" in values else "[ ]"
        elif tag == "img":
            self._words.append((values.get("alt") or "image", self._style("l")))
        elif tag in _TAGS and self._kind != "code":
            self._styles.append(_TAGS[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self._lists.pop()
        elif tag in ("li", "blockquote"):
            self._flush()
            if self._shown < len(self._path):
                self._add("paragraph")
            self._path.pop()
            self._shown = min(self._shown, len(self._path))
        elif tag in ("th", "td"):
            cell, self._words = self._words, []
            self._cells += *joined(cell), ("|", "|")
            self._in_cell = False
        elif tag in _LEAVES:
            self._flush(even_empty=True)
        elif tag in _TAGS and self._kind != "code":
            self._styles = self._styles[:-1]

    def handle_data(self, data: str) -> None:
        if self._kind != "table" or self._in_cell:
            self._words.append((data, self._style()))

    def _style(self, more: str = "") -> str:
        return "".join(sorted({*self._styles, *more}))

    def _flush(self, *, even_empty: bool = False) -> None:
        words, self._words = self._words, []
        if self._kind == "code":
            self._add("code", (("".join(text for text, _ in words).strip("\n"), ""),))
        elif self._kind == "table":
            self._add("table", tuple(self._cells))
            self._cells = []
        elif even_empty or any(text.strip() for text, _ in words):
            self._add(self._kind or "paragraph", joined(words))
        self._kind = ""

    def _add(self, kind: str, words: Words = ()) -> None:
        words = tuple(words)
        self.leaves.append(Leaf(kind, tuple(self._path), self._shown, words))
        self._shown = len(self._path)


def reference(html: str) -> list[Leaf]:
    """The leaves of what the reference made of an example."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader._flush()
    return reader.leaves


# -- the log ---------------------------------------------------------------------


def _style_of(name: str) -> Style:
    return Style.from_meta({_NAMES[name]: True}) if name in _NAMES else Style()


STYLED = Palette(_style_of)


def _letters(style: Style) -> str:
    return "".join(sorted(key for key in style.meta if len(key) == 1))


def words_of(runs: Runs) -> Iterator[tuple[str, str]]:
    """Pieces of what is drawn with the letters of their styles."""
    for text, style in runs:
        for number, part in enumerate(text.split("\n")):
            if number:
                yield "\n", ""
            yield part, _letters(style)


def leaves(blocks: Sequence[Block]) -> list[Leaf]:
    """The leaves of a text as the log shows it, without its definitions."""
    found: list[Leaf] = []
    frame = Frame(80, definitions=definitions_of(blocks))
    for block in blocks:
        path = tuple("1" if mark[-1] in ".)" else mark for mark in block.path)
        if block.kind == "table":
            content = table.read(block, Paint(STYLED, UNICODE), "", frame)
            opened = block.opened
            for row in [content.head, *content.rows]:
                cells = [(*joined(words_of(cell)), ("|", "|")) for cell in row]
                found.append(Leaf("table", path, opened, sum(cells, ())))
                opened = len(path)
        elif block.kind == "code":
            code = ((block.text.strip("\n"), ""),)
            found.append(Leaf("code", path, block.opened, code))
        elif block.kind == "definition":
            continue
        elif block.kind == "rule":
            found.append(Leaf("rule", path, block.opened, ()))
        else:
            kind = f"h{block.level}" if block.kind == "heading" else block.kind
            runs = inline(block.text, STYLED, definitions=frame.definitions)
            words = joined(words_of(runs))
            found.append(Leaf(kind, path, block.opened, words))
    return found
