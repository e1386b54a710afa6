"""A line that has just begun: whether one can tell already what it will be."""

from __future__ import annotations

import re

from llmtui.markdown.leaf import Leaf

_CONTAINERS = re.compile(
    r"(?:[ \t]*(?:>|[-+*](?=[ \t])|[0-9]{1,9}[.)](?=[ \t])"
    r"|\[\^[^\]\[\s^]{1,40}\]:))*[ \t]*"
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

_HEAD = 80
"""Characters that a line is waited for from its first pipe on."""
_NAME = re.compile(r"[^`$\\]*")

_BEGINS_DEFINITION = ("[", '"', "'", "(")
_DEFINITION = re.compile(
    r"""\[(?!\^)(?:[^\\\[\]]|\\.){0,160}                 # a label
    (?:\]?|\]:[ \t]*(?:(?:<[^<>]*>?|[^\s<]\S*)      # where it leads
      (?:[ \t]+(?:["'(].{0,160})?)?)?)\Z            # its title
    """,
    re.VERBOSE,
)
"""What may be, once its line has ended, where a link leads."""


def is_pending(line: str, leaf: Leaf | None = None) -> bool:
    """Whether a line that goes on may still become something else.

    ``leaf`` is what the lines before it are.

    >>> [is_pending(line) for line in ("> --", "12", "1. *", "- [", "```py", "| a")]
    [True, True, True, True, True, True]
    >>> [is_pending(line) for line in ("a", "1. *a", "- [a](", "#a")]
    [False, False, False, False]
    """
    if leaf is not None and leaf.verbatim:
        body = line.strip(" \t>")
        return leaf.kind == "code" and not body.strip(leaf.fence[0])
    found = _CONTAINERS.match(line)
    body = line[found.end() :] if found else line
    if leaf is not None and leaf.kind == "table":
        return body in ("", "|")
    before = None if line[: len(line) - len(body)].strip() else leaf
    return _PENDING.match(body) is not None or _may_define(body, before)


def _may_define(body: str, leaf: Leaf | None) -> bool:
    """Whether a line may become where a link leads, or go on with it."""
    if leaf is None or leaf.kind != "paragraph":
        return _DEFINITION.match(body) is not None
    definition = leaf.definition() if body[:1] in _BEGINS_DEFINITION else None
    if definition is None:
        return False
    return definition.may_go_on(body) or _DEFINITION.match(body) is not None


def may_be_head(leaf: Leaf | None) -> bool:
    """Whether the last line of a paragraph may turn out to be the head of a table.

    Of one without a pipe before it a part is seen, see :func:`without_head`.
    """
    return leaf is not None and leaf.kind == "paragraph" and leaf.lines[-1][:1] == "|"


def without_head(text: str) -> str:
    """A paragraph that grows without what may be further names of a table's head.

    >>> without_head("Like\\nName | Age"), without_head("so `a | b` is")
    ('Like\\nName', 'so `a | b` is')
    """
    start = text.rfind("\n") + 1
    pipe = f"{text} ".find(" | ", start)
    if pipe < 0 or len(text) - pipe > _HEAD or not _NAME.fullmatch(text, start, pipe):
        return text
    return text[:pipe]
