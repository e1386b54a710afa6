"""The glyphs all is drawn with, and plain ones for terminals without UTF-8."""

from __future__ import annotations

import sys
from typing import NamedTuple


class Glyphs(NamedTuple):
    """One cell each, but for the last three."""

    bar: str
    """Before what a person wrote."""
    cursor: str
    """Before the message that has the focus."""
    folded: str
    unfolded: str
    """Of a fold, and of a button that drops a list."""
    bullets: str
    """One for each depth of a list, over and over."""
    quote: str
    vertical: str
    horizontal: str
    left: str
    cross: str
    right: str
    unchecked: str
    checked: str
    """Of a task, of what is chosen, and of a host that answers."""
    pinned: str
    dot: str
    """Between the parts of a foot line."""
    versions: tuple[str, str]
    more: str
    cut: str


UNICODE = Glyphs(
    bar="▌",
    cursor="│",
    folded="▸",
    unfolded="▾",
    bullets="•◦▪",
    quote="│",
    vertical="│",
    horizontal="─",
    left="├",
    cross="┼",
    right="┤",
    unchecked="○",
    checked="●",
    pinned="▪",
    dot="·",
    versions=("‹", "›"),
    more="↓ more below",
    cut="…",
)
ASCII = Glyphs(
    bar="|",
    cursor=">",
    folded=">",
    unfolded="v",
    bullets="*-+",
    quote="|",
    vertical="|",
    horizontal="-",
    left="|",
    cross="+",
    right="|",
    unchecked="o",
    checked="x",
    pinned="^",
    dot="-",
    versions=("<", ">"),
    more="v more below",
    cut="...",
)


def signs_for(encoding: str | None) -> Glyphs:
    """The glyphs that a terminal of this encoding can show.

    >>> signs_for("UTF-8").bar, signs_for("latin-1").bar, signs_for(None).bar
    ('▌', '|', '|')
    """
    try:
        "▌▸•├‹…".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def terminal_glyphs() -> Glyphs:
    """The glyphs of the terminal this program runs in."""
    return signs_for(getattr(sys.__stdout__, "encoding", None))
