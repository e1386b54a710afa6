"""Long messages that are folded to their first line."""

from __future__ import annotations

from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.view import MessageLog

LONG = 6
"""Rows of text from which on a message is worth folding."""


class Folding:
    """Folds and unfolds messages of a log."""

    def __init__(self, log: MessageLog) -> None:
        self._log = log

    def toggle(self, at: int) -> bool:
        """Fold an entry, or unfold it; False if it is too short for that."""
        layout = self._log.window.layout
        layout.settle(Spot(at), 1)
        entry = layout.entries[at]
        if not (entry.folded or entry.live or entry.text_rows(layout.width) > LONG):
            return False
        self._log.fold(at, folded=not entry.folded)
        return True

    def all(self, *, folded: bool) -> int:
        """Fold every long message, or unfold all there are; says how many.

        What was never seen is folded unread.
        """
        log, window = self._log, self._log.window
        layout, changed = window.layout, 0
        for entry in layout.entries:
            is_long = not entry.live and entry.text_rows(layout.width) > LONG
            if entry.folded != folded and (is_long or not folded):
                entry.fold(folded)
                entry.rebuild()
                changed += 1
        if changed:
            layout.reset()
            window.to_spot(Spot(window.top.entry))
            log.reflow()
        return changed
