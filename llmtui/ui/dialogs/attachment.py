"""What is attached, looked at before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from llmtui.sanitise import clean, clean_line
from llmtui.ui.dialogs.dialog import Dialog

LONGEST = 20_000
"""Characters of a text that are shown."""

Pixels = Sequence[Sequence[str]]
"""Rows of colours, as ``#rrggbb``."""


class AttachmentDialog(Dialog[bool]):
    """Shows a text or a picture; dismissed with True where there is something to
    agree to, and None otherwise."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", show=False),
        Binding("enter", "agree", show=False),
    ]

    def __init__(
        self, title: str, about: str, text: str, pixels: Pixels = (), *, agree: str = ""
    ) -> None:
        """``agree`` is what enter does, "" if it only closes."""
        super().__init__()
        self._title = title
        self._about = about
        self._text = clean(text[:LONGEST])
        self._cut = len(text) > LONGEST
        self._pixels = pixels
        self._agree = agree

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog details") as box:
            box.border_title = Content(clean_line(self._title))
            keys = (
                f"enter {self._agree}   esc leaves it" if self._agree else "esc closes"
            )
            box.border_subtitle = Content(keys)
            yield Static(Content(clean_line(self._about)), classes="quiet")
            if self._pixels:
                yield Static(picture(self._pixels))
            yield Static(Content(self._text))
            if self._cut:
                yield Static(Content("the rest is not shown here"), classes="quiet")

    def action_agree(self) -> None:
        self.dismiss(True if self._agree else None)


def picture(pixels: Pixels) -> Content:
    """Two rows of pixels for each line: the upper half of a cell, and the lower."""
    lines = []
    for upper, lower in zip(pixels[::2], pixels[1::2], strict=False):
        cells = [
            Content.styled("▀", f"{top} on {bottom}")
            for top, bottom in zip(upper, lower, strict=True)
        ]
        lines.append(Content("").join(cells))
    return Content("\n").join(lines)
