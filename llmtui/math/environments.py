"""The environments that mathematics is written in."""

from __future__ import annotations

from typing import NamedTuple


class Shape(NamedTuple):
    """How the cells of an environment stand, and the brackets around it."""

    aligns: str
    """See :attr:`llmtui.math.nodes.Grid.aligns`."""
    left: str = ""
    right: str = ""


_EQUATIONS = Shape("")
_CENTRED = Shape("c")

SHAPES = {
    "align": _EQUATIONS,
    "alignat": _EQUATIONS,
    "aligned": _EQUATIONS,
    "alignedat": _EQUATIONS,
    "split": _EQUATIONS,
    "eqnarray": Shape("rcl"),
    "flalign": _EQUATIONS,
    "equation": _EQUATIONS,
    "displaymath": _EQUATIONS,
    "math": _EQUATIONS,
    "gather": _CENTRED,
    "gathered": _CENTRED,
    "multline": Shape("l"),
    "multlined": Shape("l"),
    "array": _CENTRED,
    "subarray": _CENTRED,
    "matrix": _CENTRED,
    "smallmatrix": _CENTRED,
    "pmatrix": Shape("c", "(", ")"),
    "bmatrix": Shape("c", "[", "]"),
    "Bmatrix": Shape("c", "{", "}"),
    "vmatrix": Shape("c", "|", "|"),
    "Vmatrix": Shape("c", "‖", "‖"),
    "cases": Shape("l", "{", ""),
    "dcases": Shape("l", "{", ""),
    "rcases": Shape("l", "", "}"),
    "drcases": Shape("l", "", "}"),
}
"""By their names; each may have a star behind it."""
