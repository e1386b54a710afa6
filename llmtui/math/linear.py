"""A formula in one line of Unicode: how it stands within a sentence."""

from __future__ import annotations

import unicodedata

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
    kind_of,
)
from llmtui.math.scripts import lowered, raised, vulgar
from llmtui.math.spacing import flattened, is_sum, spaced

_LINES = {
    "overline": "\u0305",
    "underline": "\u0332",
    "overrightarrow": "\u20d7",
    "overleftarrow": "\u20d6",
    "overleftrightarrow": "\u20e1",
}
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}


def linear(node: Node, *, tight: bool = False) -> str:
    """One line; ``tight`` without the blanks around operations."""
    match node:
        case Atom(text):
            return text
        case Space(cells):
            return " " * cells
        case Row((only,)) if not isinstance(only, Space):
            return linear(only, tight=tight)
        case Row(items):
            parts = spaced(items, tight=tight)
            return "".join(" " * gap + linear(n, tight=tight) for gap, n in parts)
        case Scripts(base, sub, sup):
            return _with_scripts(base, sub, sup, tight=tight)
        case Fraction(over, under, bar):
            return _fraction(over, under, bar=bar)
        case Root(body, degree):
            return _root(body, degree)
        case Fenced(left, Grid() as grid, right):
            return f"{left}{_rows(grid.rows, tight=tight)}{right}"
        case Fenced(left, body, right):
            return f"{left}{linear(body, tight=tight)}{right}"
        case Grid(rows):
            return _rows(rows, tight=tight)
        case Boxed(body):
            return f"[{linear(body)}]"
        case Arrow(left, right):
            return f"{left}─{right}" if left else f"─{right}"
        case Accent() | Lined() | Struck():
            return _marked(node)


def _with_scripts(
    base: Node, sub: Node | None, sup: Node | None, *, tight: bool
) -> str:
    text = linear(base, tight=tight)
    if not (is_single(base) or isinstance(base, Arrow | Lined)):
        text = f"({text})"
    if sub is not None and (low := linear(sub, tight=True)):
        small = lowered(low)
        text += f"_{_enclosed(sub, low)}" if small is None else small
    if sup is not None and (high := linear(sup, tight=True)):
        small = raised(high)
        text += f"^{_enclosed(sup, high)}" if small is None else small
    return text


def _enclosed(node: Node, text: str) -> str:
    """Brackets around what would not be read as one thing."""
    bare = text.isdigit() or len(text) == 1 or isinstance(node, Atom | Fenced)
    return text if bare else f"({text})"


def _fraction(over: Node, under: Node, *, bar: bool) -> str:
    above, below = linear(over), linear(under)
    if not bar:
        return f"{above} over {below}"
    if small := vulgar(above, below):
        return small
    if isinstance(over, Fraction) or is_sum([over]):
        above = f"({above})"
    return f"{above}/{below if is_single(under) else f'({below})'}"


def _root(body: Node, degree: Node | None) -> str:
    of = "" if degree is None else linear(degree, tight=True)
    small = _ROOTS.get(of) or f"{raised(of) or f'^({of})'}√"
    text = linear(body)
    return small + (text if is_single(body) else f"({text})")


def _rows(rows: tuple[tuple[Node, ...], ...], *, tight: bool) -> str:
    """A matrix as ``1, 2; 3, 4``; equations one after the other."""
    if len(rows) == len(rows[0]) == 1:
        return linear(rows[0][0], tight=tight)
    equations = any(kind_of(n) == "rel" for row in rows for n in flattened(row))
    between = " " if equations else ", "
    return "; ".join(
        between.join(filter(None, [linear(cell, tight=tight) for cell in row]))
        for row in rows
    )


def _marked(node: Accent | Lined | Struck) -> str:
    """A combining mark on a letter or each of a few, else the name of the mark."""
    text = linear(node.body)
    if isinstance(node, Accent):
        if len(text) == 1:
            return unicodedata.normalize("NFC", text + node.mark)
        return f"{node.name}({text})"
    if isinstance(node, Struck):
        return "".join(letter + "\u0336" for letter in text)
    mark = _LINES.get(node.name)
    if mark is None:
        return text if is_single(node.body) else f"({text})"
    if text.isalnum() and len(text) <= 3:
        return "".join(letter + mark for letter in text)
    return f"{node.name}({text})"
