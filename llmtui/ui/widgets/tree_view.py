"""A session's messages as a tree, drawn where it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment

from llmtui.chat.transcript import body, notes, who
from llmtui.human import age
from llmtui.sanitise import clean_line
from llmtui.ui.glyphs import terminal_glyphs
from llmtui.ui.widgets.header import shortened
from llmtui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from llmtui.chat.graph import Row

_LONGEST = 400
"""Characters of a message's beginning that may be shown."""
_MOST_LANES = 12
"""Lanes that are drawn; further ones are squeezed together."""


class TreeView(RowList["Row"]):
    """A row for each message, indented by its branch."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tree--text",
        "tree--aside",
        "tree--head",
        "tree--cursor",
        "tree--marked",
    }
    CURSOR = "tree--cursor"

    def __init__(self) -> None:
        super().__init__()
        self.marked = ""
        """The id of a message that another one is to be compared with."""

    def show(self, rows: Sequence[Row], message_id: str | None) -> None:
        """Other rows, with the cursor on a message, else near where it was."""
        places = {row.message.id: at for at, row in enumerate(rows)}
        self.put(rows, places.get(message_id or "", min(self.at, len(rows) - 1)))

    def segments(self, row: Row, width: int) -> list[Segment]:
        message, glyphs = row.message, terminal_glyphs()
        aside = self.get_component_rich_style("tree--aside")
        head = self.get_component_rich_style("tree--head")
        lanes = min(row.lane, _MOST_LANES)
        left = f"{glyphs.vertical} " * lanes
        if row.begins:
            left = f"{glyphs.vertical} " * (lanes - 1) + glyphs.left + glyphs.horizontal
        mark = glyphs.checked if row.shown else glyphs.unchecked
        end = "".join(f" ({note})" for note in [*notes(message), *self._here(row)])
        right = f"  {age(message.created):>9}"
        author = clean_line(who(message))
        room = width - cell_len(left) - 2 - cell_len(right)
        author = shortened(author, max(3, room // 3))
        words = clean_line(" ".join(body(message)[:_LONGEST].split()))
        end = shortened(clean_line(end), max(0, room // 2))
        words = shortened(words, max(0, room - cell_len(author) - cell_len(end) - 2))
        used = cell_len(author) + 2 + cell_len(words) + cell_len(end)
        name = "tree--text" if row.shown else "tree--aside"
        text = self.get_component_rich_style(name)
        if message.id == self.marked:
            text = self.get_component_rich_style("tree--marked")
        return [
            Segment(left, aside),
            Segment(f"{mark} ", head if row.head else text),
            Segment(f"{author}  ", aside),
            Segment(words, text),
            Segment(end, head),
            Segment(" " * max(0, room - used) + right, aside),
        ]

    @staticmethod
    def _here(row: Row) -> list[str]:
        return ["you are here"] if row.head else []
