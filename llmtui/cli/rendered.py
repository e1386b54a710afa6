"""``--render``: the answer with its Markdown shown, when it is whole."""

from __future__ import annotations

from llmtui.cli.output_format import Outcome
from llmtui.cli.printer import Printer
from llmtui.cli.progress import width
from llmtui.sanitise import clean


class RenderPrinter(Printer):
    """Shows it at the end, since a list or a table is laid out as a whole."""

    def on_end(self, outcome: Outcome) -> None:
        from llmtui.ui.plain_markdown import rendered

        text = clean("".join(self.text))
        self.out.put(rendered(text, width(), self._output.answer_colour))
