"""What would complete the word that is typed, in rows above the input."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from llmtui.chat.completion import Candidate
from llmtui.sanitise import clean_line
from llmtui.ui.widgets.header import shortened

MOST_ROWS = 8
NAME_CELLS = 32
"""Cells that the longest name may take from what it is."""
GAP = 2
"""Cells between the two."""


class CompletionMenu(Widget):
    """Has no focus: one goes on typing, and its owner passes on what is for it.

    It lies on the log, so that nothing moves when it opens; the rows it is given
    may be many, and it shows those around the marked one.
    """

    COMPONENT_CLASSES = {"menu--marked", "menu--hint"}  # noqa: RUF012
    can_focus = False

    class Chosen(Message):
        """A row was clicked."""

        def __init__(self, candidate: Candidate) -> None:
            super().__init__()
            self.candidate = candidate

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows: Sequence[Candidate] = ()
        self._usage = ""
        self._top = 0
        self._name_cells = 0
        self.at: int | None = None
        """The marked row."""
        self.display = False

    @property
    def is_open(self) -> bool:
        return self.display

    @property
    def marked(self) -> Candidate | None:
        """What stands in the marked row."""
        return self._rows[self.at] if self.at is not None and self._rows else None

    @property
    def first(self) -> Candidate | None:
        """What stands in the first row."""
        return self._rows[0] if self._rows else None

    def show(
        self, rows: Sequence[Candidate], at: int | None = 0, *, usage: str = ""
    ) -> None:
        """Other rows, one of them marked; ``usage`` is said where there are none, and
        where that is empty too, the menu closes."""
        if (rows, at, usage) == (self._rows, self.at, self._usage) and self.is_open:
            return
        self._rows, self._usage = rows, "" if rows else usage
        self.at = at if rows else None
        self._top = 0
        self._fit()

    def close(self) -> None:
        self.show(())

    def move(self, step: int) -> None:
        """Mark another row; behind the last one comes the first."""
        if not self._rows:
            return
        if self.at is None:
            self.at = 0 if step > 0 else len(self._rows) - 1
        elif abs(step) == 1:
            self.at = (self.at + step) % len(self._rows)
        else:
            self.at = min(max(self.at + step, 0), len(self._rows) - 1)
        self._fit()

    @property
    def page(self) -> int:
        """Rows that are shown at once."""
        room = self.screen.size.height // 2
        return max(1, min(MOST_ROWS, len(self._rows), room))

    def _fit(self) -> None:
        """Have the marked row in sight, and as many rows as there are."""
        page, at = self.page, self.at or 0
        self._top = min(max(self._top, at - page + 1), at)
        names = [cell_len(clean_line(row.text)) for row in self._shown]
        self._name_cells = min(max(names, default=0), NAME_CELLS)
        height = page if self._rows else 1
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height
        self.display = bool(self._rows or self._usage)
        self.refresh()

    @property
    def _shown(self) -> Sequence[Candidate]:
        return self._rows[self._top : self._top + self.page]

    def render(self) -> Content:
        if not self._rows:
            return Content(shortened(clean_line(self._usage), self.size.width))
        return Content("\n").join(
            [self._row(row, at) for at, row in enumerate(self._shown, self._top)]
        )

    def _row(self, row: Candidate, at: int) -> Content:
        width = self.size.width
        name = shortened(clean_line(row.text), self._name_cells)
        hint = clean_line(row.hint)
        count = self._count if self._counts(at) else ""
        room = width - self._name_cells - GAP - len(count) - bool(count)
        hint = shortened(hint, max(0, room))
        gap = " " * (self._name_cells - cell_len(name) + GAP)
        rest = " " * max(0, room - cell_len(hint) + bool(count))
        dim = self.get_visual_style("menu--hint")
        line = Content.assemble(name, (gap + hint + rest + count, dim))
        if at == self.at:
            line = line.stylize(self.get_visual_style("menu--marked"))
        return line

    @property
    def _count(self) -> str:
        all_of_them = str(len(self._rows))
        return all_of_them if self.at is None else f"{self.at + 1}/{all_of_them}"

    def _counts(self, at: int) -> bool:
        """Whether a row says how many there are: the last one that is shown, if
        there are more than are shown."""
        is_last = at == self._top + self.page - 1
        return is_last and len(self._rows) > self.page

    async def _on_click(self, event: Click) -> None:
        event.stop()
        at = self._top + event.get_content_offset_capture(self).y
        if 0 <= at < len(self._rows):
            self.post_message(self.Chosen(self._rows[at]))
