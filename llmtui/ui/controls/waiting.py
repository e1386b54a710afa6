"""The prompts that wait in line, and the way back into the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.commands import Action
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat


class Waiting:
    """Takes prompts out of the line."""

    def __init__(self, chat: CurrentChat, prompt: Prompt) -> None:
        self._chat = chat
        self._prompt = prompt

    def actions(self) -> dict[str, Action]:
        return {"take-back": lambda _: self.take_back()}

    def take_back(self) -> None:
        """Take the last waiting prompt out of the line, into the input."""
        text = self._chat.outbox.take_back(self._chat.session, self._prompt.full_text)
        if text is not None:
            self._prompt.put(text)
            self._prompt.focus()
