"""A formula as text: the one entrance to how mathematics is shown."""

from __future__ import annotations

from functools import lru_cache

from llmtui.math.box import beside, line
from llmtui.math.breaking import broken
from llmtui.math.linear import linear
from llmtui.math.nodes import Unshowable
from llmtui.math.parser import parse


@lru_cache(1024)
def in_line(source: str) -> str | None:
    """A formula (without its delimiters) within a sentence, None if it is not known.

    >>> in_line(r"\\alpha \\le \\beta^2"), in_line(r"x_{ij} \\to \\frac{1}{n+1}")
    ('α ≤ β²', 'xᵢⱼ → 1/(n + 1)')
    >>> in_line(r"\\nosuchthing{x}") is None
    True
    """
    try:
        return linear(parse(source)).strip() or None
    except Unshowable:
        return None


@lru_cache(128)
def displayed(source: str, width: int, behind: str = "") -> tuple[str, ...] | None:
    """A formula as rows of at most ``width`` cells, None if that cannot be done.

    ``behind`` is what ends its sentence, a full stop for example.

    >>> print("\\n".join(displayed(r"x = \\frac{a+b}{2}", 80, ".")))
         a + b
    x = ───────.
           2
    """
    try:
        box = broken(parse(source), width - len(behind))
    except Unshowable:
        return None
    if box is None or not box.width:
        return None
    return tuple(row.rstrip() for row in beside([box, line(behind)]).rows)
