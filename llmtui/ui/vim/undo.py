"""What a text was before each change."""

from __future__ import annotations

from collections import deque

from llmtui.ui.vim.changes import Changed

STEPS = 200


class Undo:
    """The texts before and after the one that there is."""

    def __init__(self) -> None:
        self._past: deque[Changed] = deque(maxlen=STEPS)
        self._future: list[Changed] = []

    def changed(self, before: Changed, text: str) -> None:
        """There was a change, if the text is another one."""
        if before.text != text:
            self._past.append(before)
            self._future.clear()

    def back(self, now: Changed) -> Changed | None:
        """The text before the last change; None if there is none."""
        if not self._past:
            return None
        self._future.append(now)
        return self._past.pop()

    def forth(self, now: Changed) -> Changed | None:
        """The text that ``back`` left."""
        if not self._future:
            return None
        self._past.append(now)
        return self._future.pop()
