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


class Queued(Widget):
    """One quiet line per waiting prompt."""

    prompts: reactive[tuple[str, ...]] = reactive((), layout=True)
    """What waits, next first; untrusted."""
    held: reactive[bool] = reactive(False)
    """Whether they wait for the user, and not for a reply."""

    def watch_prompts(self, prompts: tuple[str, ...]) -> None:
        self.display = bool(prompts)

    def render(self) -> Content:
        """The stylesheet cuts each line where the screen ends."""
        words = "not sent yet  " if self.held else "waits in line  "
        waits = Content.styled(words, "bold")
        lines = [waits + clean_line(text)[:LONGEST] for text in self.prompts[:SHOWN]]
        if len(self.prompts) > SHOWN:
            lines.append(waits + f"and {len(self.prompts) - SHOWN} more")
        return Content("\n").join(lines)
