"""A formula that stands on its own: in two dimensions where it has the room."""

from __future__ import annotations

from rich.cells import cell_len

from llmtui.markdown.block import Block
from llmtui.markdown.formulas import parted
from llmtui.math.formula import displayed, in_line

INDENT = 2
"""Cells before it."""


def drawn(block: Block, width: int) -> tuple[str, ...] | None:
    """The rows of a formula in ``width`` cells; None if its source is to be shown.

    One that is too wide to be drawn stands in one line, which is then wrapped.
    """
    found = parted(block.text)
    if found is None or block.piece:
        return None
    body, behind = found
    rows = displayed(body, width - INDENT, behind)
    if rows is None or any(cell_len(row) > width - INDENT for row in rows):
        line = in_line(body)
        return None if line is None else (line + behind,)
    return rows
