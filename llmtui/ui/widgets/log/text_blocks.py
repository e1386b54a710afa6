"""What the text of a message is made of, and how many rows that takes, about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmtui.markdown.block import Block
from llmtui.sanitise import clean
from llmtui.ui.widgets.log.render.line import MEASURE

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.ui.widgets.log.source import Source


def text_blocks(message: Message, source: Source | None) -> Sequence[Block]:
    """The blocks of what was said or answered, without the thinking."""
    if message.role == "user":
        # Imported here: before the first frame there is nothing to read.
        from llmtui.markdown.blocks import plain_blocks

        return plain_blocks(clean(message.text))
    answer = source.answer if source else None
    return answer.all() if answer else ()


def opening(message: Message, source: Source | None) -> Block | None:
    """The block that its text begins with, None while there is none."""
    answer = source.answer if source else None
    if answer is not None and answer.frozen:
        return answer.frozen[0]
    return next(iter(text_blocks(message, source)), None)


def rows_of(block: Block, width: int) -> int:
    """Rows of a block in a row of so many cells."""
    room = _room(width)
    lines = block.text.split("\n")
    rows = len(lines) + sum([len(line) // room for line in lines])
    return rows + block.gap + (block.kind in ("code", "table"))


def rows_of_text(characters: int, line_ends: int, width: int) -> int:
    """Rows of a text that is not read, in a row of so many cells."""
    return characters // _room(width) + line_ends


def _room(width: int) -> int:
    return max(8, min(MEASURE, width - 4))
