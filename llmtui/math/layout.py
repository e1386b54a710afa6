"""A formula in two dimensions."""

from __future__ import annotations

from collections.abc import Iterable

from llmtui.math.box import Box, beside, blank, cells, line, stacked, widened
from llmtui.math.brackets import bracket
from llmtui.math.grid import gridded
from llmtui.math.linear import linear
from llmtui.math.nodes import (
    Accent,
    Arrow,
    Atom,
    Boxed,
    Fenced,
    Fraction,
    Grid,
    Lined,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Struck,
    is_single,
)
from llmtui.math.scripts import lowered, raised, vulgar
from llmtui.math.spacing import flattened, spaced

_ARROWS = {
    "overrightarrow": ("", "→"),
    "overleftarrow": ("←", ""),
    "overleftrightarrow": ("←", "→"),
}


def laid_out(node: Node, *, small: bool = False) -> Box:
    """The box of a formula; ``small`` is how scripts are set."""
    match node:
        case Row(items):
            return in_a_row(spaced(items, tight=small), small=small)
        case Scripts():
            return _with_scripts(node, small=small)
        case Fraction():
            return _fraction(node, small=small)
        case Root(body, degree):
            return _root(laid_out(body, small=small), body, degree)
        case Fenced(left, body, right):
            return _fenced(left, body, right, small=small)
        case Grid():
            return _grid(node, small=small)
        case Lined(body, name):
            return _lined(laid_out(body, small=small), name)
        case Boxed(body):
            return _boxed(laid_out(body, small=small))
        case Atom() | Space() | Accent() | Struck() | Arrow():
            return line(linear(node))


def in_a_row(parts: Iterable[tuple[int, Node]], *, small: bool = False) -> Box:
    """Things with the blanks before them."""
    boxes: list[Box] = []
    text = ""
    for gap, node in parts:
        text += " " * gap
        if isinstance(node, Atom):
            text += node.text
            continue
        if text:
            boxes.append(line(text))
            text = ""
        boxes.append(laid_out(node, small=small))
    if text or not boxes:
        boxes.append(line(text))
    return beside(boxes)


# -- scripts ---------------------------------------------------------------------


def _with_scripts(node: Scripts, *, small: bool) -> Box:
    """A base with what is small beside it, or below and above it."""
    base, sub, sup, limits = node
    if limits and not small:
        return _limits(base, sub, sup)
    low, high = _script(sub), _script(sup)
    box = laid_out(base, small=small)
    below = lowered(low.rows[0]) if low.height == 1 else None
    above = raised(high.rows[0]) if high.height == 1 else None
    if below is not None and above is not None:
        if box.height == 1:
            return beside([box, line(below + above)])
        return beside([box, _beside_tall(box, line(below), line(above))])
    return beside([box, _below_and_above(box, low, high)])


def _script(node: Node | None) -> Box:
    return line("") if node is None else laid_out(node, small=True)


def _beside_tall(base: Box, low: Box, high: Box) -> Box:
    """Small letters at the last row and the first one of a base."""
    width = max(low.width, high.width)
    top, bottom = widened(high, width, "l"), widened(low, width, "l")
    between = (" " * width,) * (base.height - 2)
    return Box((*top.rows, *between, *bottom.rows), base.base, width)


def _below_and_above(base: Box, low: Box, high: Box) -> Box:
    """An index under the last row of a base, and an exponent over its first."""
    width = max(low.width, high.width)
    above = widened(high, width, "l").rows if high.width else ()
    below = widened(low, width, "l").rows if low.width else ()
    rows = (*above, *[" " * width] * base.height, *below)
    return Box(rows, len(above) + base.base, width)


def _limits(base: Node, sub: Node | None, sup: Node | None) -> Box:
    """What stands below and above a large operator, an arrow, a brace."""
    boxes = [box for box in [_script(sup)] if box.width]
    at = len(boxes)
    below = [box for box in [_script(sub)] if box.width]
    if isinstance(base, Arrow):
        room = max((box.width for box in boxes + below), default=0) + 2
        middle = line(_stretched(base.left, base.right, room))
    else:
        middle = laid_out(base)
    return stacked([*boxes, middle, *below], at)


def _stretched(left: str, right: str, width: int) -> str:
    """A line with the ends of an arrow."""
    shaft = "═" if "═" in left + right or "⇒" in right or "⇐" in left else "─"
    return left + shaft * (width - len(left) - len(right)) + right


# -- what is built ---------------------------------------------------------------


def _fraction(node: Fraction, *, small: bool) -> Box:
    over, under, bar = node
    if small and bar:
        text = linear(node)
        if vulgar(linear(over), linear(under)) or (is_flat(over) and is_flat(under)):
            return line(text)
    above, below = laid_out(over, small=small), laid_out(under, small=small)
    width = max(above.width, below.width) + (2 if bar and not small else 0)
    middle = line("─" * width) if bar else blank(width)
    return stacked([above, middle, below], 1)


def is_flat(node: Node) -> bool:
    """Whether it has nothing in it that is better seen in two dimensions."""
    return all(
        isinstance(item, Atom | Space)
        or (isinstance(item, Scripts) and all(is_flat(n) for n in item[:3] if n))
        for item in flattened([node])
    )


def _root(body: Box, node: Node, degree: Node | None) -> Box:
    """A sign with a line over what is under it; a single letter needs no line."""
    if body.height == 1 and is_single(node) and degree is None and body.width <= 2:
        return beside([line("√"), body])
    of = linear(degree, tight=True) if degree is not None else ""
    power = raised(of) or of or " "
    left = cells(power) - 1
    rows = [" ┌" + "─" * body.width, *(" │" + row for row in body.rows)]
    rows[-1] = "╲" + rows[-1][1:]
    rows = [" " * left + row for row in rows]
    rows[-2] = power + rows[-2][left + 1 :]
    return Box(tuple(rows), body.base + 1, body.width + 2 + left)


def _fenced(left: str, body: Node, right: str, *, small: bool) -> Box:
    """Brackets as high as what is in them, and bars within as high as they are."""
    held: list[list[tuple[int, Node]]] = [[]]
    bars: list[tuple[int, str]] = []
    items = body.items if isinstance(body, Row) else (body,)
    for gap, node in spaced(items, tight=small):
        if isinstance(node, Atom) and node.kind == "middle":
            bars.append((gap, node.text))
            held.append([])
        else:
            held[-1].append((gap, node))
    first, *others = [in_a_row(parts, small=small) for parts in held]
    inner = beside([first, *others])
    parts = [blank(1)] if isinstance(body, Grid) and left == "{" else []
    parts.append(first)
    for (gap, bar), box in zip(bars, others, strict=True):
        parts += [blank(gap), bracket(bar, inner), box]
    return beside([bracket(left, inner), *parts, bracket(right, inner)])


def _grid(grid: Grid, *, small: bool) -> Box:
    rows, aligns, rules = grid
    columns = max(map(len, rows))
    if not aligns and columns == 1:
        aligns = "l"
    # Where equations are aligned, a relation has something on its left side.
    left = () if aligns else (Atom(""),)
    return gridded(
        [
            [
                laid_out(Row((*left, cell)) if at % 2 else cell, small=small)
                for at, cell in enumerate(row)
            ]
            for row in rows
        ],
        aligns,
        rules,
    )


def _lined(body: Box, name: str) -> Box:
    if name in _ARROWS:
        return stacked([line(_stretched(*_ARROWS[name], max(2, body.width))), body], 1)
    above = name.startswith("over")
    if name.endswith("line"):
        mark = ("_" if above else "‾") * body.width
    else:
        ends = "╭╮" if above else "╰╯"
        tip = "┴" if above else "┬"
        side = max(1, body.width - 3)
        mark = ends[0] + "─" * (side // 2) + tip + "─" * (side - side // 2) + ends[1]
    return stacked([line(mark), body], 1) if above else stacked([body, line(mark)], 0)


def _boxed(body: Box) -> Box:
    edge = "─" * (body.width + 2)
    rows = (f"┌{edge}┐", *(f"│ {row} │" for row in body.rows), f"└{edge}┘")
    return Box(rows, body.base + 1, body.width + 4)
