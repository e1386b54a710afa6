"""The link that one is at with the keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual.strip import Strip

from llmtui.markdown.addresses import Link
from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.parts import Part, block_of
from llmtui.ui.widgets.log.render.line import Line
from llmtui.ui.widgets.log.render.link_style import link_of
from llmtui.ui.widgets.log.render.palette import Palette
from llmtui.ui.widgets.log.selection import highlighted
from llmtui.ui.widgets.log.window import Window

_MAYBE = re.compile(r"://|www\.|@|\]|<a ")
"""What a block with a link in it has somewhere."""
_WITH_LINKS = ("paragraph", "heading", "table", "definition")
_FARTHEST = 2_000
"""Parts of messages that are looked at for the next link."""


class PlacedLink(NamedTuple):
    """A link, and where it is drawn in the lines of a part."""

    link: Link
    spans: list[tuple[int, int, int]]
    """The line, and from which character to which, for each of its pieces."""


class LinkPlace(NamedTuple):
    """Which link of a part it is."""

    entry: int
    part: int
    number: int


class LinkCursor:
    """Goes from link to link, through the messages of a window."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.at: LinkPlace | None = None
        """None while one is at no link."""

    @property
    def link(self) -> Link | None:
        """The link that one is at; None too where it is no more."""
        placed = self._placed()
        return placed.link if placed else None

    def step(self, by: int, entry: int) -> Spot | None:
        """Go to the next link, or for -1 to the one before; None if there is none.

        The way begins in ``entry``, unless one is at a link. Returns its row.
        """
        for place, links in self._ways(by, entry):
            number = 0 if by > 0 else len(links) - 1
            if place == self.at:
                number = place.number + by
            if 0 <= number < len(links):
                self.at = place._replace(number=number)
                return Spot(place.entry, place.part, links[number].spans[0][0])
        return None

    def paint(self, strip: Strip, spot: Spot, palette: Palette) -> Strip:
        """A row with the link that one is at made plain."""
        if self.at is None or (spot.entry, spot.part) != self.at[:2]:
            return strip
        placed = self._placed()
        for line, start, end in placed.spans if placed else ():
            if line == spot.line:
                strip = highlighted(strip, start, end, palette["link-now"])
        return strip

    def _placed(self) -> PlacedLink | None:
        layout = self._window.layout
        if self.at is None or self.at.entry >= len(layout.entries):
            return None
        entry, part, number = self.at
        if part >= len(layout.entries[entry].parts):
            return None
        links = placed_links(layout.lines(entry, part))
        return links[number] if number < len(links) else None

    def _ways(
        self, by: int, entry: int
    ) -> Iterator[tuple[LinkPlace, list[PlacedLink]]]:
        """The parts that have links, from where one is on."""
        layout = self._window.layout
        if not layout.entries:
            return
        begin = self.at or LinkPlace(entry, 0 if by > 0 else -1, 0)
        looked = 0
        entries = range(begin.entry, len(layout.entries) if by > 0 else -1, by)
        for index in entries:
            layout.settle(Spot(index), 1)
            parts = layout.entries[index].parts
            first = begin.part if index == begin.entry else 0 if by > 0 else -1
            first = first if first >= 0 else len(parts) - 1
            for part in range(first, len(parts) if by > 0 else -1, by):
                looked += 1
                if looked > _FARTHEST:
                    return
                if not _may_have_links(parts[part]):
                    continue
                place = LinkPlace(index, part, 0)
                if self.at is not None and place[:2] == self.at[:2]:
                    place = self.at
                yield place, placed_links(layout.lines(index, part))


def _may_have_links(part: Part) -> bool:
    """Whether a part is worth drawing to look for links in it."""
    block = block_of(part)
    if block is None or block.kind not in _WITH_LINKS:
        return False
    return _MAYBE.search(f"{block.info}\n{block.text}") is not None


def placed_links(lines: Sequence[Line]) -> list[PlacedLink]:
    """The links in the lines of a part, in order; one that is wrapped is one."""
    found: list[PlacedLink] = []
    open_ones: dict[Link, PlacedLink] = {}
    for number, line in enumerate(lines):
        at = 0
        for text, style, _ in line.segments:
            start, at = at, at + len(text)
            link = link_of(style) if style else None
            if link is None:
                continue
            begun = open_ones.get(link)
            if begun is None or not _goes_on(begun, number, start):
                begun = open_ones[link] = PlacedLink(link, [])
                found.append(begun)
            begun.spans.append((number, start, at))
    return found


def _goes_on(placed: PlacedLink, line: int, start: int) -> bool:
    """Whether what is at a place can be more of a link with the same words."""
    before, _, end = placed.spans[-1]
    return line == before + 1 or (line == before and start == end)
