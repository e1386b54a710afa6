"""A line that has just begun: whether one can tell already what it will be."""

from __future__ import annotations

import re

from llmtui.markdown.leaf import Leaf

_CONTAINERS = re.compile(
    r"(?:[ \t]*(?:>|[-+*](?=[ \t])|[0-9]{1,9}[.)](?=[ \t])))*[ \t]*"
)
_PENDING = re.compile(
    r"""(?:
      [-+*=_~`#|:\\$ \t]*           # a rule, an item, a heading, its line, a fence
    | [0-9]{1,9}[.)]?               # an item
    | \[[ xX]?\]?                   # a task
    | \[![A-Za-z]*\]?               # an alert
    | \[\^[^\]\s]{0,40}(?:\]:?)?    # a footnote
    | \\[\[(]                       # a formula
    | `{3,}[^`]* | ~{3,}.*          # what stands behind a fence
    | \|.*                          # the head of a table
    | [─-╿]                         # a drawing
    )\Z""",
    re.VERBOSE,
)


def is_pending(line: str, leaf: Leaf | None = None) -> bool:
    """Whether a line that goes on may still become something else.

    ``leaf`` is what the lines before it are.

    >>> [is_pending(line) for line in ("> --", "12", "1. *", "- [", "```py", "| a")]
    [True, True, True, True, True, True]
    >>> [is_pending(line) for line in ("a", "1. *a", "- [a", "#a")]
    [False, False, False, False]
    """
    if leaf is not None and leaf.verbatim:
        body = line.strip(" \t>")
        return leaf.kind == "code" and not body.strip(leaf.fence[0])
    found = _CONTAINERS.match(line)
    body = line[found.end() :] if found else line
    if leaf is not None and leaf.kind == "table":
        return body in ("", "|")
    return _PENDING.match(body) is not None


def may_be_head(leaf: Leaf | None) -> bool:
    """Whether the last line of a paragraph may turn out to be the head of a table.

    One without a pipe before it is a sentence with a pipe more often.
    """
    return leaf is not None and leaf.kind == "paragraph" and leaf.lines[-1][:1] == "|"
