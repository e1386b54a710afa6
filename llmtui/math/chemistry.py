"""Formulas of chemistry as ``\\ce{…}`` has them, made mathematics."""

from __future__ import annotations

import re

_PART = re.compile(
    r"""(?P<arrow><?=>|<?->)(?:\[(?P<above>[^\[\]]*)\])?
    |(?P<charge>\^\{[^{}]*\}|\^[0-9]*[+-]?)
    |(?P<number>(?<=[A-Za-z)\]}])[0-9]+)
    |(?P<sign>(?<=[A-Za-z0-9)\]}])[+-](?=[\s)\]]|\Z))
    |(?P<word>[A-Za-z]+)
    |(?P<rest>.)""",
    re.VERBOSE | re.DOTALL,
)
_ARROWS = {
    "->": "rightarrow",
    "<->": "leftrightarrow",
    "<=>": "rightleftharpoons",
    "=>": "Rightarrow",
}


def tex(source: str) -> str:
    """What is in the braces of ``\\ce``, in the words of mathematics.

    >>> print(tex("2H2 -> Na+"))
    2\\text{H}_{2} \\rightarrow  \\text{Na}^{+}
    >>> print(tex("SO4^2-"))
    \\text{SO}_{4}^{2-}
    """
    return "".join(map(_tex, _PART.finditer(source)))


def _tex(part: re.Match[str]) -> str:
    text = part[0]
    match part.lastgroup:
        case "arrow" | "above":
            arrow, above = _ARROWS[part["arrow"]], part["above"]
            return f"\\x{arrow}{{{above}}}" if above else f"\\{arrow} "
        case "charge":
            return f"^{{{text[1:].strip('{}')}}}"
        case "number":
            return f"_{{{text}}}"
        case "sign":
            return f"^{{{text}}}"
        case "word":
            return f"\\text{{{text}}}"
    return text
