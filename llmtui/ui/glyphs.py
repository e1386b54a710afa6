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
    double: str
    left: str
    cross: str
    right: str
    unchecked: str
    checked: str
    """Of what is chosen, and of a host that answers."""
    pinned: str
    dot: str
    """Between the parts of a foot line."""
    eighths: str
    """Of a bar: how a cell looks that is filled to so many parts, full last."""
    right_sign: str
    wrong_sign: str
    """Before what was checked."""
    rail: str
    """Beside the scroll bar: a prompt, a failure, what was found."""
    versions: tuple[str, str]
    beyond: tuple[str, str]
    """Where a row goes on to the left, and to the right."""
    wrapped: str
    """Before the rest of a line that was wrapped."""
    more: str
    cut: str

    @property
    def is_ascii(self) -> bool:
        """Whether the terminal shows no more than ASCII."""
        return self.bar.isascii()


UNICODE = Glyphs(
    bar="▌",
    cursor="│",
    folded="▸",
    unfolded="▾",
    bullets="•◦▪",
    quote="│",
    vertical="│",
    horizontal="─",
    double="═",
    left="├",
    cross="┼",
    right="┤",
    unchecked="○",
    checked="●",
    pinned="▪",
    dot="·",
    eighths="▏▎▍▌▋▊▉█",
    right_sign="✓",
    wrong_sign="✗",
    rail="─✗•",
    versions=("‹", "›"),
    beyond=("‹", "›"),
    wrapped="↪",
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
    double="=",
    left="|",
    cross="+",
    right="|",
    unchecked="o",
    checked="x",
    pinned="^",
    dot="-",
    eighths="#",
    right_sign="+",
    wrong_sign="-",
    rail="-x*",
    versions=("<", ">"),
    beyond=("<", ">"),
    wrapped="\\",
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


def filled(share: float, width: int, glyphs: Glyphs) -> str:
    """A bar of at most ``width`` cells; what is there at all is to be seen.

    >>> filled(0.5, 4, UNICODE), filled(0.55, 4, UNICODE), filled(0.01, 4, UNICODE)
    ('██', '██▎', '▏')
    >>> filled(0.55, 4, ASCII), filled(0.0, 4, ASCII)
    ('##', '')
    """
    steps = len(glyphs.eighths)
    parts = round(min(1.0, max(0.0, share)) * width * steps)
    whole, rest = divmod(max(parts, 1) if share > 0 else 0, steps)
    return glyphs.eighths[-1] * whole + (glyphs.eighths[rest - 1] if rest else "")


def terminal_glyphs() -> Glyphs:
    """The glyphs of the terminal this program runs in."""
    return signs_for(getattr(sys.__stdout__, "encoding", None))
