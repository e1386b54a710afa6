"""Drawings made of boxes and lines, which make no sense when they are wrapped."""

from __future__ import annotations

import re

_CORNERS = frozenset("┌┐┘┬┴┼╔╗╝╦╩╬╭╮╯┏┓┛┳┻╋╒╕╛╓╖╜")
"""What only drawings of boxes have; trees of files have the other corner."""
_FIRST = re.compile(r" *[─-╿]{2}")
_LATER = re.compile(r" |[←-⇿─-◿]")
"""How lines of a drawing begin: with a blank, an arrow, a line, a block, a shape."""


def has_boxes(text: str) -> bool:
    """Whether there is a box in what may be a drawing.

    >>> has_boxes("┌─┐\\n│a│\\n└─┘"), has_boxes("├── a\\n└── b")
    (True, False)
    """
    return not _CORNERS.isdisjoint(text)


def begins_drawing(line: str) -> bool:
    """Whether a drawing begins with a line, outside of code.

    >>> begins_drawing("  ┌──┐  ┌─"), begins_drawing("├── a"), begins_drawing("A ┌─┐")
    (True, False, False)
    """
    return _FIRST.match(line) is not None and has_boxes(line)


def continues_drawing(line: str) -> bool:
    """Whether it goes on with a line.

    >>> continues_drawing("   yes"), continues_drawing("▼"), continues_drawing("So")
    (True, True, False)
    """
    return _LATER.match(line) is not None
