"""The message that one is at."""

from __future__ import annotations

from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.window import Window


class Cursor:
    """Moves from message to message and keeps the one it is on in sight."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.at: int | None = None
        """The index of the entry, None while there is none."""
        self.marked = False
        """Whether it is shown though the focus is elsewhere."""

    def shown(self, focused: bool) -> int | None:
        """The entry that is drawn as the one that one is at."""
        return self.at if focused or self.marked else None

    def rest(self) -> None:
        """Take the lowest message in sight, unless there is one already."""
        window = self._window
        if self.at is None and window.layout.entries:
            self.at = window.last_entry

    def step(self, by: int) -> None:
        """Go to the next message (or the previous one, for -1)."""
        if self.at is None:
            self.rest()
        else:
            self.go(self.at + by)
        if self.at is not None:
            self._window.show_entry(self.at)

    def to_prompt(self) -> bool:
        """Go to the nearest message above that a person wrote."""
        entries = self._window.layout.entries
        start = len(entries) if self.at is None else self.at
        for at in range(start - 1, -1, -1):
            if entries[at].spoken:
                self.at = at
                self._window.show_entry(at)
                return True
        return False

    def walk(self, by: int) -> bool:
        """Bring the prompt above (-1) or below to the first row, and mark it.

        Above the message one is at if that is in sight, else above what is seen; at
        the end of the log the prompt that is asked there is the first. False if
        there is none.
        """
        window = self._window
        entries, top = window.layout.entries, window.top
        if not entries:
            return False
        start = top.entry if by < 0 and top > Spot(top.entry) else top.entry + by
        if self.at is not None and self._is_in_sight(self.at):
            start = self.at + by
        elif by < 0 and window.following:
            start = window.last_entry
        last = -1 if by < 0 else len(entries)
        for at in range(start, last, by):
            if entries[at].spoken:
                self.at, self.marked = at, True
                window.to_spot(Spot(at))
                return True
        return False

    def _is_in_sight(self, at: int) -> bool:
        window = self._window
        row = window.layout.row_of(Spot(at))
        return window.y <= row < window.y + window.height

    def go(self, at: int) -> None:
        """Take a message by its index, or the nearest there is."""
        last = len(self._window.layout.entries) - 1
        self.at = max(0, min(at, last)) if last >= 0 else None
