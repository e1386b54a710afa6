"""The lines in sight as Textual paints them."""

from __future__ import annotations

from textual.strip import Strip

from llmtui.ui.widgets.log.render.line import Line


class Strips:
    """A strip for each line that was painted lately, the same one while it stays.

    Textual keeps with a strip how it is cropped, filtered and written: a new one for
    each frame would cost that again.
    """

    __slots__ = ("_before", "_now")

    def __init__(self) -> None:
        self._before: dict[int, tuple[Line, Strip]] = {}
        self._now: dict[int, tuple[Line, Strip]] = {}

    def turn(self) -> None:
        """Another frame begins: what the last one did not show is forgotten."""
        self._before, self._now = self._now, {}

    def of(self, line: Line) -> Strip:
        """The strip of a line."""
        key = id(line)  # nobody else's: the line is kept
        found = self._now.get(key) or self._before.get(key)
        if found is None:
            found = line, Strip(line.segments, line.width)
        self._now[key] = found
        return found[1]
