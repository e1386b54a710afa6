"""Which printer shows an answer; what is rare is imported when it is needed."""

from __future__ import annotations

from collections.abc import Callable

from llmtui.cli.look import Look
from llmtui.cli.printer import Printer, TextPrinter


def open_printer(look: Look, stopped: Callable[[], object]) -> Printer:
    """The printer for a look; ``stopped`` is as ``Printer`` has it."""
    if look.shape == "json":
        from llmtui.cli.machine import JsonPrinter

        return JsonPrinter(look, stopped)
    if look.shape == "ndjson":
        from llmtui.cli.machine import NdjsonPrinter

        return NdjsonPrinter(look, stopped)
    if look.shape == "render":
        from llmtui.cli.rendered import RenderPrinter

        return RenderPrinter(look, stopped)
    return TextPrinter(look, stopped)
