"""Which printer shows an answer; what is rare is imported when it is needed."""

from __future__ import annotations

from collections.abc import Callable

from llmtui.cli.output_format import OutputFormat
from llmtui.cli.printer import Printer, TextPrinter


def open_printer(output: OutputFormat, stopped: Callable[[], object]) -> Printer:
    """The printer for a look; ``stopped`` is as ``Printer`` has it."""
    if output.shape == "json":
        from llmtui.cli.json_output import JsonPrinter

        return JsonPrinter(output, stopped)
    if output.shape == "ndjson":
        from llmtui.cli.json_output import NdjsonPrinter

        return NdjsonPrinter(output, stopped)
    if output.shape == "render":
        from llmtui.cli.rendered import RenderPrinter

        return RenderPrinter(output, stopped)
    return TextPrinter(output, stopped)
