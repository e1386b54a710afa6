"""Textual's list of options, in any window."""

from __future__ import annotations

from typing import Literal

from textual.widgets import OptionList


class Options(OptionList):
    """An ``OptionList`` that bears a page key where there is no room for a row: that
    ended the program with a traceback (Textual 8.2)."""

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if self._lines:
            super()._move_page(direction)
