"""The text in the input, kept on disk as it is typed."""

from __future__ import annotations

from llmtui.ui.controls.context import ChatContext

DELAY = 0.3
"""Seconds after a key until the unsent text is on disk."""


class Drafts:
    """Keeps the draft of the current session."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context
        self._due = False

    def changed(self) -> None:
        """The input changed: put it on disk soon, once for several keys."""
        if not self._due:
            self._due = True
            self._context.prompt.set_timer(DELAY, self.keep)

    def keep(self) -> None:
        """Put what is unsent on disk now."""
        self._due = False
        if self._context.ready:
            self._context.chat.keep_draft(self._context.prompt.full_text)

    def show(self) -> None:
        """Bring the draft of the current session into an empty input."""
        if not self._context.prompt.text and (text := self._context.chat.draft()):
            self._context.prompt.put(text)
