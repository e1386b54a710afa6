"""Long messages that are folded to their first line."""

from __future__ import annotations

from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.window import Window

LONG = 6
"""Rows of text from which on a message is worth folding."""


class Folding:
    """Folds and unfolds the messages of a window; the caller paints."""

    def __init__(self, window: Window) -> None:
        self._window = window

    def fold(self, at: int, *, folded: bool) -> None:
        """Show no more than the beginning of a message, or all of it."""
        window = self._window
        window.layout.entries[at].fold(folded)
        window.layout.refit(at)
        window.to_spot(Spot(at) if window.top.entry == at else window.top)

    def toggle(self, at: int) -> bool:
        """Fold an entry, or unfold it; False if it is too short for that."""
        layout = self._window.layout
        layout.settle(Spot(at), 1)
        entry = layout.entries[at]
        if not (entry.folded or entry.live or entry.text_rows(layout.width) > LONG):
            return False
        self.fold(at, folded=not entry.folded)
        return True

    def all(self, *, folded: bool) -> int:
        """Fold every long message, or unfold all there are; says how many.

        What was never seen is folded unread.
        """
        window, changed = self._window, 0
        layout = window.layout
        for entry in layout.entries:
            is_long = not entry.live and entry.text_rows(layout.width) > LONG
            if entry.folded != folded and (is_long or not folded):
                entry.fold(folded)
                entry.rebuild()
                changed += 1
        if changed:
            layout.reset()
            window.to_spot(Spot(window.top.entry))
        return changed
