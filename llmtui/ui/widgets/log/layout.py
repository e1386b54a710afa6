"""The whole conversation as rows: what is where, laid out where it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.heights import Heights
from llmtui.ui.widgets.log.line_cache import LineCache
from llmtui.ui.widgets.log.painter import Painter
from llmtui.ui.widgets.log.parts import Edge, block_of
from llmtui.ui.widgets.log.render.line import Line
from llmtui.ui.widgets.log.unread import Turn


class Spot(NamedTuple):
    """A row by what it shows; it stays the same when heights above it change."""

    entry: int
    part: int = 0
    line: int = 0


class Layout:
    """Entries, their heights, and the lines of what has been seen.

    Heights are guesses until a part is laid out. :meth:`settle` lays out what
    is about to be shown, so that nothing moves while it is. A text that is too long
    for one turn is read in several: until then there is room in its place.
    """

    def __init__(self, painter: Painter, new_turn: Callable[[], Turn] = Turn) -> None:
        self.painter = painter
        self.entries: list[Entry] = []
        self.edition = 0
        """Counts up whenever other messages are here, or one has ended."""
        self._heights = Heights()
        self._kept = LineCache()
        self._half_read: set[int] = set()
        self._new_turn = new_turn
        self._turn: Turn | None = None

    # -- entries -----------------------------------------------------------------

    @property
    def width(self) -> int:
        return self.painter.frame.width

    @property
    def rows(self) -> int:
        """Rows of everything, laid out or guessed."""
        return self._heights.total

    def reset(self, entries: Iterable[Entry] | None = None) -> None:
        """Other entries, or the same at another width: all heights are guesses."""
        if entries is not None:
            self.entries = list(entries)
            self._half_read.clear()
        self.edition += 1
        self._kept.clear()
        self._heights = Heights([e.guess(self.width) for e in self.entries])

    def repaint(self, painter: Painter) -> None:
        """Other colours or another width."""
        same = painter.frame == self.painter.frame
        self.painter = painter
        self._kept.clear()
        if not same:
            self.reset()

    def append(self, entry: Entry) -> None:
        self.edition += 1
        self.entries.append(entry)
        self._heights.append(entry.guess(self.width))

    def refit(self, index: int) -> None:
        """An entry's source has changed: drop the lines that may not be right."""
        entry = self.entries[index]
        self.edition += not entry.live
        before = len(entry.parts)
        start = entry.rebuild() if before else 0
        for part in (*entry.referring, *range(start, max(before, len(entry.parts)))):
            self._kept.drop(index, part)
        if not before:
            self._kept.drop_entry(index)
        self._heights.set(index, entry.guess(self.width))

    def touch(self, index: int) -> None:
        """Other things are said around an entry's text, or less of it is shown."""
        entry = self.entries[index]
        entry.touch()
        if entry.parts:
            self.refit(index)

    def redraw(self, index: int) -> None:
        """An entry's parts are drawn in another way: their heights are guesses."""
        entry = self.entries[index]
        entry.heights.doubt_all()
        self._kept.drop_entry(index)
        self.touch(index)

    def redraw_parts(self, index: int, parts: range) -> None:
        """Parts of an entry are drawn in another way, with more rows or fewer."""
        entry = self.entries[index]
        for part in parts:
            self._kept.drop(index, part)
        entry.heights.doubt(parts)

    def redraw_blocks(self, text: str) -> None:
        """Blocks of this text are drawn in another way."""
        for index, part in self._kept.places():
            block = block_of(self.entries[index].parts[part])
            if block is not None and block.text == text:
                self.redraw_parts(index, range(part, part + 1))

    def measure_anew(self) -> None:
        """Characters have other widths than they had."""
        for entry in filter(lambda entry: entry.parts, self.entries):
            entry.heights.doubt_all()
        self.reset()

    # -- rows --------------------------------------------------------------------

    def row_of(self, spot: Spot) -> int:
        """The row of a spot as heights are now; what has gone was at the end."""
        if spot.entry >= len(self.entries):
            return self._heights.total
        top = self._heights.above(spot.entry)
        entry = self.entries[spot.entry]
        if entry.heights.width != self.width or not entry.parts:
            return top + min(spot.line, max(0, self._heights[spot.entry] - 1))
        part = min(spot.part, len(entry.parts) - 1)
        last = max(0, entry.heights[part] - 1)
        return top + entry.heights.above(part) + min(spot.line, last)

    def spot_at(self, y: int) -> Spot:
        """What row ``y`` shows; the entry there is read if it was not."""
        if not self.entries:
            return Spot(0)
        y = max(0, min(y, self.rows - 1))
        index, offset = self._heights.find(y)
        entry = self._read(index)
        part, line = entry.heights.find(min(offset, entry.heights.total - 1))
        return Spot(index, part, line)

    def place_at(self, y: int) -> float:
        """The entry that row ``y`` is in and how far down it that is: 2.5 is the middle
        of the third. Reads nothing."""
        index, offset = self._heights.find(y)
        if index >= len(self.entries):
            return len(self.entries)
        return index + offset / max(1, self._heights[index])

    def lines(self, index: int, part: int) -> list[Line]:
        """The lines of a part; its height is exact from now on."""
        entry = self._read(index)
        found = self._kept.get(index, part)
        if found is None:
            found = self.painter.lines(entry, part)
            self._kept.put(index, part, found)
            entry.heights.exact[part] = False  # a diagram may be drawn by now
        if not entry.heights.exact[part]:
            entry.heights.set_exact(part, len(found))
            self._heights.set(index, entry.heights.total)
        return found

    def line_at(self, y: int) -> tuple[Spot, Line] | None:
        """The line in row ``y``, None below the end."""
        if not 0 <= y < self.rows:
            return None
        spot = self.spot_at(y)
        lines = self.lines(spot.entry, spot.part)
        if spot.line >= len(lines):
            return None
        return spot, lines[spot.line]

    # -- settling ----------------------------------------------------------------

    def settle(self, spot: Spot, rows: int) -> None:
        """Lay out what ``rows`` rows from ``spot`` on show."""
        index, part = spot.entry, spot.part
        rows += spot.line
        while rows > 0 and index < len(self.entries):
            entry = self._read(index)
            if part >= len(entry.parts):
                index, part = index + 1, 0
                continue
            if not entry.heights.exact[part]:
                self.lines(index, part)
            rows -= entry.heights[part]
            part += 1

    def settle_above(self, spot: Spot, rows: int) -> None:
        """Lay out what ``rows`` rows above ``spot`` show."""
        index, part = spot.entry, spot.part
        if index >= len(self.entries):
            index, part = len(self.entries), 0
        rows -= spot.line
        while rows > 0 and (index > 0 or part > 0):
            if part == 0:
                index -= 1
                part = len(self._read(index).parts)
                continue
            part -= 1
            entry = self.entries[index]
            if not entry.heights.exact[part]:
                self.lines(index, part)
            rows -= entry.heights[part]

    @property
    def end(self) -> Spot:
        """Behind the last row."""
        return Spot(len(self.entries))

    def _read(self, index: int) -> Entry:
        entry = self.entries[index]
        if entry.heights.width != self.width or not entry.parts:
            entry.scan(self.width, self._this_turn())
            self._heights.set(index, entry.heights.total)
            if entry.unread is not None:
                self._half_read.add(index)
        return entry

    # -- reading in turns --------------------------------------------------------

    @property
    def is_read(self) -> bool:
        """Whether all that was looked at is read to its end."""
        return not self._half_read

    def is_unread(self, spot: Spot) -> bool:
        """Whether a spot is where something will be that was not read yet."""
        if spot.entry >= len(self.entries):
            return False
        part = self.entries[spot.entry].parts[spot.part : spot.part + 1]
        return bool(part) and isinstance(part[0], Edge) and part[0].kind == "unread"

    def end_turn(self) -> None:
        """It is painted: what is read from now on is read in another turn."""
        self._turn = None

    def read_on(self) -> None:
        """Read more of what was looked at."""
        turn = self._this_turn()
        for index in self._half_read.copy():
            self._read_more(index, turn)
            if turn.is_over:
                break

    def read_whole(self, index: int) -> Entry:
        """An entry, read to its end whatever time that takes."""
        self._read(index)
        self._read_more(index)
        return self.entries[index]

    def _read_more(self, index: int, turn: Turn | None = None) -> None:
        entry = self.entries[index]
        if entry.unread is not None:
            entry.read_on(turn)
            self.refit(index)
        if entry.unread is None:
            self._half_read.discard(index)

    def _this_turn(self) -> Turn:
        if self._turn is None:
            self._turn = self._new_turn()
        return self._turn
