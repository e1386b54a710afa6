"""Prompts that wait in line while a reply is written."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from llmtui.sanitise import clean_line

SHOWN = 3
"""Waiting prompts that get a line of their own."""
LONGEST = 300
"""Characters of one that are ever looked at."""


class Waiting(Widget):
    """One quiet line per waiting prompt, and how to take the last one back."""

    prompts: reactive[tuple[str, ...]] = reactive((), layout=True)
    """What waits, next first; untrusted."""

    def watch_prompts(self, prompts: tuple[str, ...]) -> None:
        self.display = bool(prompts)

    def render(self) -> Content:
        """The stylesheet cuts each line where the screen ends."""
        lines = [
            Content.assemble(("waits in line  ", "bold"), clean_line(text)[:LONGEST])
            for text in self.prompts[:SHOWN]
        ]
        if len(self.prompts) > SHOWN:
            lines.append(Content(f"and {len(self.prompts) - SHOWN} more"))
        if lines:
            hint = Content.styled("up takes it back  ", "dim")
            lines[-1] = Content.assemble(hint, lines[-1])
        return Content("\n").join(lines)
