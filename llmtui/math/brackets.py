"""Brackets as high as what they enclose."""

from __future__ import annotations

from llmtui.math.box import Box, line

_TALL = {
    # top, middle, bottom
    "(": "⎛⎜⎝",
    ")": "⎞⎟⎠",
    "[": "⎡⎢⎣",
    "]": "⎤⎥⎦",
    "⌈": "⎡⎢⎢",
    "⌉": "⎤⎥⎥",
    "⌊": "⎢⎢⎣",
    "⌋": "⎥⎥⎦",
    "|": "│││",
    "∣": "│││",
    "‖": "║║║",
    "∥": "║║║",
}
_BRACES = {
    # top, middle, the tip, bottom, and both rows of a low one
    "{": ("⎧", "⎪", "⎨", "⎩", ("⎰", "⎱")),
    "}": ("⎫", "⎪", "⎬", "⎭", ("⎱", "⎰")),
}


def bracket(sign: str, inner: Box) -> Box:
    """``sign`` beside ``inner``, in as many rows.

    >>> inner = Box(("1", "2", "3"), 1, 1)
    >>> bracket("(", inner).rows, bracket("{", inner).rows
    (('⎛', '⎜', '⎝'), ('⎧', '⎨', '⎩'))
    """
    height = inner.height
    if not sign:
        return Box(("",) * height, inner.base, 0)
    if height == 1:
        return line(sign)
    if sign in _BRACES:
        return Box(_brace(sign, height, inner.base), inner.base, 1)
    if sign in _TALL:
        tall = _TALL[sign]
        rows = (tall[0], *[tall[1]] * (height - 2), tall[2])
        return Box(rows, inner.base, 1)
    if sign in "⟨⟩":
        return Box(_angle(sign, height), inner.base, 1)
    return line(sign)


def _brace(sign: str, height: int, base: int) -> tuple[str, ...]:
    top, more, middle, bottom, halves = _BRACES[sign]
    if height == 2:
        return halves
    at = min(max(base, 1), height - 2)
    rows = [more] * height
    rows[0], rows[at], rows[-1] = top, middle, bottom
    return tuple(rows)


def _angle(sign: str, height: int) -> tuple[str, ...]:
    """Two strokes that meet in the middle, in one column."""
    half = height // 2
    upper, lower = ["╱"] * half, ["╲"] * half
    if sign == "⟩":
        upper, lower = lower, upper
    return (*upper, *[sign] * (height % 2), *lower)
