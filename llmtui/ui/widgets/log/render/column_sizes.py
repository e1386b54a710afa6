"""Measuring the columns of a table, a piece at a time."""

from __future__ import annotations

import re

from rich.cells import cell_len

from llmtui.markdown.block import Block
from llmtui.markdown.lines import cells_of
from llmtui.ui.widgets.log.render.columns import Columns
from llmtui.ui.widgets.log.render.inline import cell
from llmtui.ui.widgets.log.render.line import MEASURE
from llmtui.ui.widgets.log.render.palette import PLAIN
from llmtui.ui.widgets.log.render.wrap import longest_word

_WORD = 16
"""Cells of a word for which a column makes room; longer ones are broken."""
_EXACT = 2
"""Pieces of a table whose cells are measured as they are drawn.

The Markdown of five thousand rows takes a second to read, and the first row
waits for the width of the last one: that of later pieces is taken from their
source, which is a little more where there is markup.
"""
_MARKS = re.compile(r"\*\*|`|!?\[(?=[^\]]*\]\()|\]\([^)]*\)?")


def measured(block: Block, before: Columns | None = None) -> Columns:
    """The columns of a table up to this piece, ``before`` being those above it."""
    names, _, delimiters = block.info.partition("\n")
    count = len(cells_of(delimiters))
    natural = list(before.natural) if before else [1] * count
    words = list(before.words) if before else [1] * count
    if before is None:
        _widen(natural, words, row_cells(names, count), exact=True)
    for line in block.text.split("\n") if block.text else ():
        _widen(natural, words, row_cells(line, count), exact=block.piece < _EXACT)
    return Columns(tuple(natural), tuple(words))


def _widen(
    natural: list[int], words: list[int], cells: list[str], *, exact: bool
) -> None:
    """Make room for the cells of a row."""
    for at, source in enumerate(cells):
        if len(source) <= words[at] and source.isascii():
            continue
        before = natural[at], words[at]
        after = _widened(before, _MARKS.sub("", source))
        if exact and after != before:
            text = "".join([part for part, _ in cell(source, PLAIN)])
            after = _widened(before, text)
        natural[at], words[at] = after


def _widened(column: tuple[int, int], text: str) -> tuple[int, int]:
    """Cells of the lines and of the words of a column, with one more text in it."""
    wide, word = column
    if wide < MEASURE:
        wide = min(MEASURE, max(wide, *map(cell_len, text.split("\n"))))
    return wide, min(_WORD, longest_word(text, word))


def row_cells(line: str, count: int) -> list[str]:
    """The sources of exactly ``count`` cells; what is too much is in the last one.

    >>> row_cells("a|b|c", 2), row_cells("a", 2)
    (['a', 'b | c'], ['a', ''])
    """
    cells = cells_of(line)
    if len(cells) > count:
        cells[count - 1 :] = [" | ".join(cells[count - 1 :])]
    return cells + [""] * (count - len(cells))
