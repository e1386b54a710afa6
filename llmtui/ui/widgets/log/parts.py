"""What an entry of the log is made of."""

from __future__ import annotations

from typing import Literal, NamedTuple

from llmtui.markdown.block import Block

UNREAD_ROWS = 200
"""Rows that are shown in the place of what is not read yet: some screens full. Always
as many, so that who comes there from below stays as far above the end."""


EdgeKind = Literal["mark", "head", "fold", "calls", "more", "unread", "foot"]


class Edge(NamedTuple):
    """A part that is no block: mark above it, head, fold of the thinking, what a folded
    message shows instead of its blocks, room for those not read yet, foot."""

    kind: EdgeKind
    version: int = 0
    """Counts up whenever it is to be drawn anew."""
    hidden: int = 0
    """Of a folded message: the rows of its text that are not shown, 0 if unknown."""


class Thought(NamedTuple):
    """A block of the model's thinking."""

    block: Block


Part = Block | Thought | Edge


def block_of(part: Part) -> Block | None:
    """The block that a part is, None for an edge."""
    if isinstance(part, Thought):
        return part.block
    return part if isinstance(part, Block) else None
