"""Diagrams of Mermaid as boxes and lines, drawn by termaid (the extra ``diagrams``).

A dozen nodes take a tenth of a second, twenty with lines from each to each take
minutes: a child process draws, which has so much time and memory and no more.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from llmtui.desktop import tool

SECONDS = 10.0
"""How long a drawing may take on a machine that is busy with other things; of the
processor's time the child gets less."""
LONGEST = 4_000
"""Characters of a source that is drawn."""
MISSING = "diagrams are drawn with: pip install 'llmtui[diagrams]'"

_KINDS = frozenset(
    ("graph", "flowchart", "sequenceDiagram", "stateDiagram", "stateDiagram-v2")
)
"""What termaid draws so that nothing is lost and every line leads where it should."""
_CHILD = Path(__file__).with_name("diagram_child.py")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_COMMENT = re.compile(r"^[ \t]*%%.*\n?", re.MULTILINE)
_STYLING = re.compile(
    r"^\s*(?:style|classDef|class|click|linkStyle|direction)\b.*|:::\w+", re.MULTILINE
)
_LABELS = re.compile(
    r"""\|([^|\n]*)\||[\[({"]([^\[\](){}"\n]+)|:(?!:)([^\n]*)"""
    r"""|(?:--|==|-\.)[ ]+([^-=.|>\n]+)[ ]+(?:--|==|\.-)"""
)
"""Within bars, brackets or quotes, behind a colon, within an arrow."""

_DOWNWARDS = re.compile(r"[ │┆║|:]*")


@cache
def installed() -> bool:
    """Whether this computer can draw diagrams."""
    return find_spec("termaid") is not None


def is_drawable(language: str, source: str) -> bool:
    """Whether a source is of a kind, and a length, that is drawn.

    >>> is_drawable("mermaid", "%% so\\nflowchart TD\\n A-->B")
    True
    >>> is_drawable("mermaid", "pie\\n 'a': 1"), is_drawable("python", "graph TD")
    (False, False)
    """
    if language.lower() != "mermaid" or len(source) > LONGEST:
        return False
    words = _COMMENT.sub("", source).split(maxsplit=1)
    return bool(words) and words[0].rstrip(";") in _KINDS


def draw(source: str, width: int, most: int = 0) -> str | None:
    """A drawing of ``width`` cells, or of ``most`` if it can't be narrower.

    None where it does not fit, takes too long, is no diagram, or would leave out
    something that is written in it. Blocking, for at most ``SECONDS``.
    """
    if not installed():
        return None
    plain = _COMMENT.sub("", source)
    if not plain.lstrip().startswith("sequence"):
        plain = _BREAK.sub(r"\\n", plain)
    widths = str(width), str(max(width, most))
    command = [sys.executable, "-P", str(_CHILD), *widths]
    output = tool.ask(command, plain, seconds=SECONDS)
    drawing = output.decode("utf-8", "replace") if output else ""
    return _squeezed(drawing) if drawing and _has_labels(plain, drawing) else None


def _squeezed(drawing: str) -> str:
    """A drawing without rows in which lines only go on downwards as in the one above.

    >>> _squeezed("┬ a\\n│\\n│\\n▼\\n\\n")
    '┬ a\\n│\\n▼'
    """
    rows: list[str] = []
    for line in drawing.strip("\n").split("\n"):
        row = line.rstrip()
        if not (rows and row == rows[-1] and _DOWNWARDS.fullmatch(row)):
            rows.append(row)
    return "\n".join(rows)


def _has_labels(source: str, drawing: str) -> bool:
    """Whether all letters of the labels are in a drawing.

    >>> _has_labels("A[one two] --> B", "one-\\ntwo"), _has_labels("A[one]", "on")
    (True, False)
    """
    labels = _LABELS.finditer(_STYLING.sub("", source).replace("\\n", ""))
    letters = "".join("".join(filter(None, label.groups())) for label in labels)
    wanted = Counter(filter(str.isalnum, _BREAK.sub("", letters)))
    return wanted <= Counter(filter(str.isalnum, drawing))
