"""Prompts that wait in line while a reply is written."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from llmtui.sanitise import clean_line
from llmtui.ui.widgets.header import shortened

SHOWN = 3
"""Waiting prompts that get a line of their own."""


class Waiting(Widget):
    """One quiet line per waiting prompt, and how to take the last one back."""

    prompts: reactive[tuple[str, ...]] = reactive((), layout=True)
    """What waits, next first; untrusted."""

    def watch_prompts(self, prompts: tuple[str, ...]) -> None:
        self.display = bool(prompts)

    def render(self) -> Content:
        room = self.size.width - 32
        lines = [
            Content.assemble(
                ("waits in line  ", "bold"), shortened(clean_line(text), room)
            )
            for text in self.prompts[:SHOWN]
        ]
        if len(self.prompts) > SHOWN:
            lines.append(Content(f"and {len(self.prompts) - SHOWN} more"))
        if lines:
            lines[-1] = Content.assemble(lines[-1], ("   up takes it back", "dim"))
        return Content("\n").join(lines)
