"""Tables as Ollama's own tool prints them."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining, east_asian_width

from llmtui.sanitise import clean_line


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns four spaces apart. Cells may be untrusted; the last one is not padded.

    >>> print(table(["NAME", "SIZE"], [["mistral", "4.1 GB"]]), end="")
    NAME       SIZE
    mistral    4.1 GB
    """
    cells = [list(head), *([clean_line(cell) for cell in row] for row in rows)]
    widths = [max(columns(row[n]) for row in cells) for n in range(len(head))]
    lines = (
        "    ".join(
            cell + " " * (width - columns(cell))
            for cell, width in zip(row, widths, strict=True)
        )
        for row in cells
    )
    return "".join(line.rstrip() + "\n" for line in lines)


def columns(text: str) -> int:
    """Columns of a terminal that a text takes.

    >>> columns("abc"), columns("日本"), columns("e\u0301")
    (3, 4, 1)
    """
    return sum(
        2 if east_asian_width(char) in "WF" else not combining(char) for char in text
    )
