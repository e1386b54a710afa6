"""Measuring the columns of a table, a piece at a time."""

from __future__ import annotations

import re

from rich.cells import cell_len

from llmtui.markdown.block import Block
from llmtui.markdown.lines import cells_of, open_cell, row_cells
from llmtui.markdown.references import Definitions
from llmtui.ui.widgets.log.render.columns import Columns
from llmtui.ui.widgets.log.render.inline import cell, growing_cell
from llmtui.ui.widgets.log.render.line import MEASURE
from llmtui.ui.widgets.log.render.palette import PLAIN
from llmtui.ui.widgets.log.render.targets import with_targets
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


def measured(
    block: Block,
    before: Columns | None = None,
    *,
    targets: bool = False,
    definitions: Definitions | None = None,
    as_source: bool = False,
) -> Columns:
    """The columns of a table up to this piece, ``before`` being those above it.

    ``targets`` says that links are followed by where they lead; ``definitions`` are
    those of the whole text; ``as_source`` shows formulas as they were written.
    """
    names, _, delimiters = block.info.partition("\n")
    count = len(cells_of(delimiters))
    natural = list(before.natural) if before else [1] * count
    words = list(before.words) if before else [1] * count
    exact = block.piece < _EXACT
    lines = block.text.split("\n") if block.text else []
    rows = [row_cells(line, count) for line in (lines if before else [names, *lines])]
    last = open_cell(lines[-1], count) if lines and block.grows else -1
    for row in rows:
        for at, source in enumerate(row):
            if len(source) <= words[at] and source.isascii():
                continue
            column = natural[at], words[at]
            wider = _widened(column, source if targets else _MARKS.sub("", source))
            is_open = at == last and row is rows[-1]
            if (exact or is_open) and wider != column:
                draw = growing_cell if is_open else cell
                runs = draw(source, PLAIN, definitions=definitions, as_source=as_source)
                runs = with_targets(runs, PLAIN.text) if targets else runs
                wider = _widened(column, "".join([text for text, _ in runs]))
            natural[at], words[at] = wider
    return Columns(tuple(natural), tuple(words))


def _widened(column: tuple[int, int], text: str) -> tuple[int, int]:
    """Cells of the lines and of the words of a column, with one more text in it."""
    wide, word = column
    if wide < MEASURE:
        wide = min(MEASURE, max(wide, *map(cell_len, text.split("\n"))))
    return wide, min(_WORD, longest_word(text, word))
