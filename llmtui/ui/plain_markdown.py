"""Markdown as coloured text, for a terminal without the app. Knows rich alone."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.markdown import Markdown


def rendered(markdown: str, width: int, colour: bool) -> str:
    """``markdown``, cleaned before, as lines of at most ``width`` columns."""
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=colour,
        no_color=not colour,
        highlight=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(Markdown(markdown, hyperlinks=False))
    return capture.get()
