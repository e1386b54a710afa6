"""From the text of a block back to the source it was taken from."""

from __future__ import annotations

import re
from bisect import bisect_right

from llmtui.markdown.block import Block

_FENCE = re.compile(r"[\s>*+\-0-9.)]*(?:`{3}|~{3})")


def text_of(block: Block) -> str:
    """What of a block is shown: of the first piece of a table, with its head."""
    if block.kind == "table" and not block.piece:
        return f"{block.info}\n{block.text}" if block.text else block.info
    return block.text


class Places:
    """Where in the source each character of a block's text is.

    Each line of the text is the end of one of the source, behind the marks of
    quotes and items.

    >>> from llmtui.markdown.blocks import Blocks
    >>> source = "> - one\\n>   two"
    >>> places = Places(Blocks(source).all()[0], source)
    >>> source[places.of(0):places.of(3)], source[places.of(4):]
    ('one', 'two')
    """

    def __init__(self, block: Block, source: str) -> None:
        self._at: list[int] = []
        """Where in the text its lines begin."""
        self._in_source: list[tuple[int, int, int]] = []
        """Where in the source these begin, where they may begin at the earliest,
        and where they end."""
        texts = text_of(block).split("\n")
        lines = source[block.start : block.end].split("\n")
        start, at = block.start, 0
        if block.kind == "code" and not block.piece and len(lines) > len(texts):
            while lines and not _FENCE.match(lines[0]):
                start += len(lines.pop(0)) + 1
            start += len(lines.pop(0)) + 1 if lines else 0
        for text in texts:
            body = text.lstrip(" \t")
            while len(lines) > 1 and body not in lines[0]:
                start += len(lines.pop(0)) + 1
            line = lines.pop(0) if lines else ""
            end = min(start + len(line), block.end)
            found = start + max(0, line.rfind(body)) if body else end
            self._at.append(at)
            self._in_source.append((found - len(text) + len(body), start, end))
            at += len(text) + 1
            start = end + 1

    def of(self, at: int) -> int:
        """Where the character at ``at`` of the text is in the source."""
        line = max(0, bisect_right(self._at, at) - 1)
        found, first, last = self._in_source[line]
        return max(first, min(last, found + at - self._at[line]))
