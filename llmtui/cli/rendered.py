"""``--render``: the answer with its Markdown shown, when it is whole."""

from __future__ import annotations

from llmtui.cli.look import Outcome
from llmtui.cli.printer import Printer
from llmtui.cli.progress import width
from llmtui.human import count
from llmtui.sanitise import clean


class RenderPrinter(Printer):
    """Says how far the answer is while one waits for it."""

    def on_text(self, delta: str) -> None:
        self._status(f"writing  {count(len(self.text))} tokens")

    def on_end(self, outcome: Outcome) -> None:
        from llmtui.ui.plain_markdown import rendered

        text = clean("".join(self.text))
        self.out.put(rendered(text, width(), self._look.answer_colour))
