"""Where in the whole log something is: the marks beside its rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal

from llmtui.ui.widgets.log.layout import Layout, Spot

Sign = Literal["", "prompt", "failure", "match"]
"""What a row of the rail shows, "" for nothing; the last of them goes first."""

_FOOT = 0.999
"""How far down an entry stands how it ended."""


class Rail:
    """The marks of prompts, failures and matches.

    A place is the index of an entry and how far down it something is, as one
    number. The places are gathered when entries come and go; to draw ``rows`` marks
    then costs these rows, whatever the length of the conversation.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._edition = -1
        self._prompts: list[float] = []
        self._failures: list[float] = []
        self._matches: list[float] = []

    def show_matches(self, places: Sequence[float]) -> None:
        """Mark what was found, at places in their order."""
        self._matches = list(places)

    def signs(self, rows: int) -> tuple[Sign, ...]:
        """What each of so many rows shows."""
        self._gather()
        edges = [self._place(row, rows) for row in range(rows)]
        edges.append(len(self._layout.entries))
        found: list[Sign] = [""] * rows
        for sign, places in self._kinds():
            at = 0
            for row in range(rows):
                before, at = at, bisect_left(places, edges[row + 1], at)
                if at > before:
                    found[row] = sign
        return tuple(found)

    def spot(self, row: int, rows: int) -> Spot | None:
        """Where the first of what a row shows is, None if it shows nothing."""
        self._gather()
        start, end = self._place(row, rows), self._place(row + 1, rows)
        for _, places in reversed(self._kinds()):
            at = bisect_left(places, start)
            if at < len(places) and places[at] < end:
                return self._spot_of(places[at])
        return None

    def _spot_of(self, place: float) -> Spot:
        layout, index = self._layout, int(place)
        layout.settle(Spot(index), 1)
        first = layout.row_of(Spot(index))
        height = layout.entries[index].heights.total
        return layout.spot_at(first + int((place - index) * height))

    def _kinds(self) -> list[tuple[Sign, list[float]]]:
        return [
            ("prompt", self._prompts),
            ("failure", self._failures),
            ("match", self._matches),
        ]

    def _place(self, row: int, rows: int) -> float:
        """The place that stands at the top of a row of the rail."""
        layout = self._layout
        if row >= rows:
            return len(layout.entries)
        return layout.place_at(row * layout.rows // max(1, rows))

    def _gather(self) -> None:
        entries, edition = self._layout.entries, self._layout.edition
        if edition != self._edition:
            self._edition = edition
            messages = [(at, entry.message) for at, entry in enumerate(entries)]
            self._prompts = [at for at, message in messages if message.role == "user"]
            self._failures = [
                at + _FOOT for at, message in messages if message.went_wrong
            ]
