"""The tables in a Markdown source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from llmtui.markdown.block import Block
from llmtui.markdown.lines import cells_of, row_cells


class Table(NamedTuple):
    """One table of a source."""

    lines: tuple[str, ...]
    """Its lines, without the marks of quotes and items around it: the first has the
    names of the columns, the second their alignments."""

    @property
    def markdown(self) -> str:
        """As it was written; ends with a line end."""
        return "\n".join(self.lines) + "\n"

    def cells(self) -> list[list[str]]:
        """The sources of the cells: the row of names first, all rows equally long.

        >>> Table(("a|b", "-|-", "1")).cells()
        [['a', 'b'], ['1', '']]
        """
        count = len(cells_of(self.lines[1]))
        rows = (self.lines[0], *self.lines[2:])
        return [row_cells(line, count) for line in rows]


def tables(blocks: Iterable[Block]) -> list[Table]:
    """The tables among ``blocks``, in order; the pieces of a long one put together.

    >>> from llmtui.markdown.blocks import Blocks
    >>> tables(Blocks("> a | b\\n> --|--\\n> 1 | 2").all())
    [Table(lines=('a | b', '--|--', '1 | 2'))]
    """
    found: list[list[str]] = []
    for block in blocks:
        if block.kind == "table":
            if not block.piece:
                found.append(block.info.split("\n"))
            found[-1] += block.text.split("\n") if block.text else []
    return [Table(tuple(lines)) for lines in found]
