"""What is unsent, kept on disk: the text in the input and the prompts in line."""

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
            chat = self._context.chat
            waiting = chat.queue.waiting(chat.session.id)
            unsent = [*waiting, self._context.prompt.full_text]
            chat.keep_draft("\n\n".join(filter(None, unsent)))

    def show(self) -> None:
        """Bring the draft of the current session into an empty input."""
        if not self._context.prompt.text and (text := self._context.chat.draft()):
            self._context.prompt.put(text)
