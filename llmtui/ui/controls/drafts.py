"""The text in the input, kept on disk as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.ui.controls.early_prompts import EarlyPrompts
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat

DELAY = 0.3
"""Seconds after a key until the unsent text is on disk."""


class Drafts:
    """Keeps the draft of the current session."""

    def __init__(self, chat: CurrentChat, prompt: Prompt, early: EarlyPrompts) -> None:
        self._chat = chat
        self._prompt = prompt
        self._early = early
        self._due = False

    def changed(self) -> None:
        """The input changed: put it on disk soon, once for several keys."""
        if not self._due:
            self._due = True
            self._prompt.set_timer(DELAY, self.keep)

    def keep(self, typed: str = "") -> None:
        """Put what is unsent on disk now, with what was ``typed`` behind it."""
        self._due = False
        now = self._prompt.typed
        early = [text + "\n\n" for text in self._early.texts]
        before = sum(map(len, early))
        text = "".join(early) + now.text + typed
        pasted = tuple((start + before, end + before) for start, end in now.pasted)
        if not now.text + typed:
            text = text.removesuffix("\n\n")
        self._chat.outbox.keep_draft(self._chat.session, text, pasted)

    def clear(self) -> None:
        """Take what is unsent off the screen: another session's turn."""
        self._early.take_all()
        self._prompt.put("")

    def show(self) -> None:
        """Bring the draft of the current session into an empty input."""
        if not self._prompt.text:
            draft = self._chat.outbox.draft(self._chat.session)
            if draft.text:
                self._prompt.put(draft)
