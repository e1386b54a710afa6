"""The net under the sanitiser: the last look at a line before the terminal has it.

Every text sink of Textual passes ESC and its kin through as they are. What is
untrusted is cleaned where it enters the view (``llmtui.sanitise``); this filter
sits in ``App.get_line_filters`` and takes away whatever somebody forgot. All
that it deletes has the width of no cell, so the layout holds.
"""

from __future__ import annotations

import codecs
import unicodedata

from rich.cells import get_character_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from llmtui.sanitise import FORBIDDEN


class ControlFilter(LineFilter):
    """Deletes what a terminal would obey, and replaces what it cannot show.

    ``encoding`` is the one of the terminal: where it is not UTF-8, characters
    that it lacks lose their accents or become question marks, as wide as they
    were. All filters with one encoding are equal, so that strips can keep their
    filtered selves.
    """

    def __init__(self, encoding: str | None = "utf-8") -> None:
        super().__init__()
        try:
            name = codecs.lookup(encoding or "ascii").name
        except LookupError:
            name = "ascii"
        self.encoding = "" if name.startswith("utf") else name
        """"" for UTF-8, which can carry everything."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ControlFilter) and other.encoding == self.encoding

    def __hash__(self) -> int:
        return hash((ControlFilter, self.encoding))

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, without a forbidden character."""
        whole = "".join([segment.text for segment in segments])
        if whole.isascii() and whole.isprintable():
            return segments
        if FORBIDDEN.search(whole):
            segments = [
                Segment(FORBIDDEN.sub("", text), style, control)
                for text, style, control in segments
            ]
        if self.encoding:
            segments = [
                Segment(self._carried(text), style, control)
                for text, style, control in segments
            ]
        return segments

    def _carried(self, text: str) -> str:
        """``text`` in characters that the encoding has, as wide as it was."""
        if text.isascii():
            return text
        return "".join([self._nearest(c) for c in text])

    def _nearest(self, character: str) -> str:
        """The character, or its letter without accents, or question marks."""
        if _has(self.encoding, character):
            return character
        letter = unicodedata.normalize("NFKD", character)[0]
        cells = get_character_cell_size(character)
        if cells == 1 and letter.isascii() and letter.isprintable():
            return letter
        return "?" * cells


def _has(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
