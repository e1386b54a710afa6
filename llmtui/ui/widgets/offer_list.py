"""The rows of the empty page that can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content
from textual.events import Click
from textual.widgets.option_list import Option

from llmtui.sanitise import clean_line
from llmtui.ui.widgets.header import shortened
from llmtui.ui.widgets.offer_chosen import OfferChosen
from llmtui.ui.widgets.options import Options

NAME, SIZE = 34, 8
"""Cells of the first two columns."""


class OfferRow(NamedTuple):
    """One thing to choose; all of it is untrusted."""

    what: str
    size: str = ""
    detail: str = ""
    best: bool = False
    """Whether it is marked to begin with."""


class OfferList(Options):
    """Has no focus: the input passes its keys on, so that one can just type."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__(compact=True, markup=False)
        self._rows: tuple[OfferRow, ...] = ()
        self._moved = False

    def show(self, rows: Sequence[OfferRow]) -> None:
        """Other rows; the marked one stays if it is still there."""
        if tuple(rows) == self._rows:
            return
        was = self.marked.what if self._moved and self.marked else None
        self._rows = tuple(rows)
        self.display = bool(rows)
        self.set_options(Option(label(row)) for row in rows)
        same = [at for at, row in enumerate(rows) if row.what == was]
        best = [at for at, row in enumerate(rows) if row.best]
        self.highlighted = next(iter(same or best), None)

    @property
    def at(self) -> int | None:
        """The row that is marked."""
        return self.highlighted if self._rows else None

    @property
    def marked(self) -> OfferRow | None:
        """What stands in that row."""
        return self._rows[self.at] if self.at is not None else None

    def move(self, step: int) -> bool:
        """Mark another row; False if there is none."""
        self._moved = True
        if self._rows:
            at = self.highlighted
            first = 0 if step > 0 else len(self._rows) - 1
            self.highlighted = first if at is None else (at + step) % len(self._rows)
        return bool(self._rows)

    async def _on_click(self, event: Click) -> None:
        event.prevent_default()
        event.stop()
        at = event.style.meta.get("option")
        if isinstance(at, int):
            self._moved = True
            self.highlighted = at
            self.post_message(OfferChosen(at))


def label(row: OfferRow) -> Content:
    """What it is, how large, and more about it."""
    what = shortened(clean_line(row.what), NAME)
    gap = " " * (NAME - Content(what).cell_length)
    detail = f"{row.size:>{SIZE}}  {clean_line(row.detail)}"
    return Content.assemble(what, gap, (detail, "dim"))
