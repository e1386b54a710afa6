"""The message that has the focus."""

from __future__ import annotations

from llmtui.ui.widgets.log.window import Window


class Cursor:
    """Moves from message to message and keeps the one it is on in sight."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.at: int | None = None
        """The index of the entry, None while there is none."""

    def rest(self) -> None:
        """Take the lowest message in sight, unless there is one already."""
        window = self._window
        if self.at is None and window.layout.entries:
            self.at = window.layout.spot_at(window.y + window.height - 1).entry

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

    def go(self, at: int) -> None:
        """Take a message by its index, or the nearest there is."""
        last = len(self._window.layout.entries) - 1
        self.at = max(0, min(at, last)) if last >= 0 else None
