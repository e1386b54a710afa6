"""What a message is made of: the smallest things that are laid out at once."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "paragraph", "heading", "code", "drawing", "table", "rule", "math", "definition",
    "plain",
]  # fmt: skip

QUOTE = ">"
"""How a block quote begins in :attr:`Block.path`; everything else is an item."""

NOTE = "^"
"""How a footnote begins there, with its label behind."""

CODE_LINES = 64
CODE_CHARS = 8_000
TABLE_ROWS = 40
TEXT_CHARS = 2_000
LINE_CHARS = 2_000
ROW_CHARS = 8_000
DEPTH = 12
"""Quotes and lists inside one another; deeper marks are shown as text."""


class Block(NamedTuple):
    """One paragraph, heading, fence, table (or a piece of one).

    Quotes and lists are not blocks of their own but the :attr:`path` that leads
    to a block, so that a list of ten thousand items costs no more than as many
    paragraphs.
    """

    kind: Kind
    text: str
    """The source without the marks of quotes, items and fences."""
    path: tuple[str, ...] = ()
    """Quotes and items around it, outermost first: ``>``, ``-``, ``12.``, ``[x]``;
    a footnote is ``^1``, an alert ``>note``, ``>tip``, ``>important``, ``>warning`` or
    ``>caution``."""
    opened: int = 0
    """Where in the path begin the items that start with this block."""
    gap: bool = False
    """Whether a blank line is shown before it."""
    info: str = ""
    """Of code what stands behind the fence, of a table its first two lines, of a
    heading the sign that it is underlined with (``=`` or ``-``) if it is."""
    level: int = 0
    """Of a heading, 1 to 6."""
    number: int = 0
    """Of code: which one of the message, from 1."""
    piece: int = 0
    """0 for a whole thing or its first piece, then 1, 2, …"""
    joined: bool = False
    """Whether it goes on in the very line where the block before it was cut."""
    closed: bool = False
    """Of a fence and a formula: whether the mark that ends it has come."""
    start: int = 0
    """Where its first line begins in the source, marks included; of a ``joined``
    one, where the line was cut."""
    end: int = 0
    """Where its last line ends, without the line end."""
    leaf: int = 0
    """Which thing of the source it is (a piece of): pieces of one have the same."""
    hidden: int = 0
    """Of code that is folded: how many lines there are behind ``text``."""
    grows: bool = False
    """Whether more of its text is to come: what is open at its end is not text yet."""


def is_note(block: Block) -> bool:
    """Whether a block belongs to a note at the end."""
    return bool(block.path) and block.path[0].startswith(NOTE)
