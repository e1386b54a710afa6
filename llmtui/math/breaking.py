"""Formulas that are wider than the room there is: broken where people break them."""

from __future__ import annotations

from collections.abc import Iterator

from llmtui.math.box import Box, beside, blank, stacked
from llmtui.math.layout import in_a_row, laid_out
from llmtui.math.nodes import Grid, Kind, Node, Row, kind_of
from llmtui.math.spacing import flattened, spaced

_INDENT = 4

Part = tuple[int, Node]
"""A thing with the blanks before it."""


def broken(formula: Row, width: int) -> Box | None:
    """The box of a formula, in several lines if it is too wide for one.

    A line begins with a relation, or, where that is not enough, with an operation.
    None if a piece is still wider than ``width``.
    """
    box = laid_out(formula)
    if box.width <= width:
        return box
    lines: list[Box] = []
    for equation in _equations(formula):
        lines += _lines(list(spaced(equation)), width)
    if any(box.width > width for box in lines):
        return None
    if any(box.height > 1 for box in lines):
        lines = [part for box in lines for part in (blank(1), box)][1:]
    return stacked(lines, 0, "l")


def _equations(formula: Row) -> Iterator[list[Node]]:
    """The lines that it has already."""
    items = list(flattened(formula.items))
    if len(items) == 1 and isinstance(grid := items[0], Grid) and not grid.aligns:
        for row in grid.rows:
            yield list(flattened(row))
    else:
        yield items


def _lines(parts: list[Part], width: int) -> list[Box]:
    """As many pieces in each line as it holds."""
    lines: list[Box] = []
    held: list[Part] = []
    for piece in _pieces(parts, width - _INDENT):
        indent = _INDENT if lines else 0
        if held and indent + in_a_row(held + piece).width > width:
            lines.append(_indented(held, indent))
            held = []
        held += piece
    lines.append(_indented(held, _INDENT if lines else 0))
    return lines


def _pieces(parts: list[Part], width: int) -> Iterator[list[Part]]:
    """From relation to relation, and from operation to operation what is too wide."""
    for piece in _cut(parts, "rel"):
        if in_a_row(piece).width > width:
            yield from _cut(piece, "bin")
        else:
            yield piece


def _cut(parts: list[Part], kind: Kind) -> Iterator[list[Part]]:
    piece: list[Part] = []
    for gap, node in parts:
        # A sign, which is no operation, has no blank before it.
        if piece and gap and kind_of(node) == kind:
            yield piece
            piece = []
        piece.append((gap, node))
    yield piece


def _indented(parts: list[Part], indent: int) -> Box:
    (_, first), *rest = parts or [(0, Row(()))]
    return beside([blank(indent), in_a_row([(0, first), *rest])])
