"""The few signs of the chrome, with plain ones where the encoding isn't UTF-8."""

from __future__ import annotations

import sys
from typing import NamedTuple


class Glyphs(NamedTuple):
    """Only signs that every font has."""

    drop: str
    on: str
    off: str
    bar: str
    rule: str
    below: str


UNICODE = Glyphs("▾", "●", "○", "▌", "─", "↓")
ASCII = Glyphs("v", "*", "o", "|", "-", "v")


def glyphs_for(encoding: str | None) -> Glyphs:
    """The signs that ``encoding`` can carry.

    >>> glyphs_for("utf-8").drop, glyphs_for("ascii").drop
    ('▾', 'v')
    """
    try:
        "".join(UNICODE).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


GLYPHS = glyphs_for(getattr(sys.__stdout__, "encoding", None))
