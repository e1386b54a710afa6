"""The links that a terminal gets: where it knows them, and only what may be opened."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from llmtui.markdown.addresses import allowed


class LinkFilter(LineFilter):
    """Takes the addresses (OSC 8) off a line's words, or those that nobody may open.

    Filters that do the same are equal, so that strips can keep their filtered selves.
    """

    def __init__(self, *, on: bool) -> None:
        super().__init__()
        self.on = on

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LinkFilter) and other.on == self.on

    def __hash__(self) -> int:
        return hash((LinkFilter, self.on))

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments; those without a link are the same objects."""
        if not any(style.link for _, style, _ in segments if style):
            return segments
        return [
            Segment(text, _without_link(style), control)
            if style and style.link and not (self.on and _is_safe(style.link))
            else Segment(text, style, control)
            for text, style, control in segments
        ]


def _is_safe(url: str) -> bool:
    """Whether it is an address that may be opened, in characters of OSC 8."""
    return url.isascii() and url.isprintable() and " " not in url and allowed(url)


@lru_cache(1024)
def _without_link(style: Style) -> Style:
    return style.update_link(None)
