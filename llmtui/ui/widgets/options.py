"""Textual's list of options, in any window."""

from __future__ import annotations

from typing import Literal

from textual.events import Click
from textual.widgets import OptionList


class Options(OptionList):
    """An ``OptionList`` that bears a page key where there is no room for a row, and a
    click on a row that has gone: both ended the program with a traceback (Textual
    8.2)."""

    async def _on_click(self, event: Click) -> None:
        at = event.style.meta.get("option")
        if at is not None and at >= self.option_count:
            event.prevent_default()

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if self._lines:
            super()._move_page(direction)
