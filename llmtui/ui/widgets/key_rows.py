"""Keys on the left, what they do on the right.

One widget for all rows of a section: two for each of a hundred take seconds to lay
out on a small machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

KEYS = 24
"""Cells of the left column, with the blanks around it."""
_INDENT = 2


class KeyRows(Widget):
    """Rows of two columns, both wrapped where they have to be."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-rows--words"}

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._rows = rows

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(list(self._lines(width)))

    def render(self) -> Content:
        quiet = self.get_visual_style("key-rows--words")
        return Content("\n").join(
            Content.assemble(f"{'':{_INDENT}}{keys:<{KEYS - _INDENT}}", (words, quiet))
            for keys, words in self._lines(self.size.width)
        )

    def _lines(self, width: int) -> Iterator[tuple[str, str]]:
        room = max(1, width - KEYS)
        for keys, words in self._rows:
            left = wrap(keys, KEYS - _INDENT, break_on_hyphens=False)
            right = wrap(words, room, break_on_hyphens=False)
            yield from zip_longest(left or [""], right or [""], fillvalue="")
