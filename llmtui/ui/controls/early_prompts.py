"""Prompts that were given before it is known who can answer them."""

from __future__ import annotations

from llmtui.hosts import Host
from llmtui.ui.widgets.prompt import Prompt


class EarlyPrompts:
    """Stand in line until the host has answered; part of the draft meanwhile."""

    def __init__(self, prompt: Prompt) -> None:
        self._prompt = prompt
        self.texts: tuple[str, ...] = ()
        """As they were typed, next first."""

        self.host: Host | None = None
        """The one that they were written for."""

    def add(self, text: str, host: Host) -> None:
        """Put one at the end of the line."""
        self.texts, self.host = (*self.texts, text), host

    def take_all(self) -> tuple[str, ...]:
        """Empty the line and return what was in it, next first."""
        texts, self.texts = self.texts, ()
        return texts

    def take_back(self) -> bool:
        """Put the last one back into the input; False if there is none."""
        if not self.texts:
            return False
        *rest, last = self.texts
        self.texts = tuple(rest)
        self.return_to_input([last])
        return True

    def return_to_input(self, texts: list[str]) -> None:
        """Put prompts before what stands in the input."""
        typed = self._prompt.full_text
        self._prompt.put("\n\n".join([*texts, *([typed] if typed.strip() else [])]))
        self._prompt.focus()
