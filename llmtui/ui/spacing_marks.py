"""Room for the vowel signs of Tamil, Hindi and their kin.

A spacing mark (Unicode's category Mc) takes a cell of its own in xterm, VTE, tmux and
what measures with the C library, and none in others. Where it is given none and takes
one, what follows is written over it, and the word has lost a vowel. The terminal is
asked: it writes a letter with such a mark and says where its cursor is then (CPR, see
"Device Status Report" in xterm's control sequences).
"""

from __future__ import annotations

from unicodedata import category

from rich import cells
from rich._unicode_data import load
from rich.cells import CellTable

from llmtui.ui import columns

ROW = 2
"""The row that it is asked in: in the first one the answer would look like F3."""
QUESTION = f"\x1b[{ROW}d\r\u0b95\u0bbe\x1b[6n\r\x1b[K"
"""Not placed by CUP: behind that ``llmtui.ui.columns`` would set the column."""

_SCRIPTS = (
    range(0x0900, 0x1CFF),
    range(0xA800, 0xAC00),
    range(0x11000, 0x12000),
    range(0x16F50, 0x16F90),
)
"""Where spacing marks are."""

_NAME = "load_cell_table"
"""How all of ``rich.cells`` gets at its table."""


def answered(column: int, row: int) -> bool | None:
    """Whether marks take a cell, by where the cursor is (from 0); None if that is the
    answer to another question."""
    return column > 1 if row == ROW - 1 and column in (1, 2) else None


def give_room(wide: bool) -> bool:
    """Measure spacing marks as one cell, or as none; says whether that is new.

    It holds for all that measures with rich, as Textual does.
    """
    table = _with_marks if wide else load
    if vars(cells)[_NAME] is table:
        return False
    vars(cells)[_NAME] = table
    cells.get_character_cell_size.cache_clear()
    cells.cached_cell_len.cache_clear()
    columns.forget()
    return True


_wide: dict[str, CellTable] = {}


def _with_marks(unicode_version: str = "auto") -> CellTable:
    """rich's table, without the spacing marks among what takes no cell."""
    if (found := _wide.get(unicode_version)) is None:
        table = load(unicode_version)
        marks = {c for script in _SCRIPTS for c in script if category(chr(c)) == "Mc"}
        widths: list[tuple[int, int, int]] = []
        for start, end, width in table.widths:
            if width or marks.isdisjoint(range(start, end + 1)):
                widths.append((start, end, width))
                continue
            left = [c for c in range(start, end + 1) if c not in marks]
            widths += [(c, c, 0) for c in left]
        found = _wide[unicode_version] = table._replace(widths=widths)
    return found
