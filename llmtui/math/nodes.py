"""What a formula is made of, as its reader understood it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["ord", "large", "func", "bin", "rel", "open", "close", "punct", "middle"]
"""TeX's classes of atoms, from which the blanks between them follow: a letter, a
large operator such as a sum, the name of a function, an operation, a relation,
brackets, a comma, and a bar between ``\\left`` and ``\\right``."""


class Unshowable(Exception):
    """The formula has something that is not known here, or too much of it: its
    source is shown instead."""


class Atom(NamedTuple):
    """A sign, or a word that stands as one."""

    text: str
    kind: Kind = "ord"
    limits: bool = False
    """Whether scripts stand below and above it where there is room for them."""


class Space(NamedTuple):
    """Blanks that were asked for."""

    cells: int


class Row(NamedTuple):
    """Things beside one another."""

    items: tuple[Node, ...]


class Scripts(NamedTuple):
    """Something with an index, an exponent, or what stands below and above it."""

    base: Node
    sub: Node | None = None
    sup: Node | None = None
    limits: bool = False


class Fraction(NamedTuple):
    over: Node
    under: Node
    bar: bool = True
    """Not for binomials, which are stacked in brackets."""


class Root(NamedTuple):
    body: Node
    degree: Node | None = None
    """3 for a cube root, None for a square one."""


class Fenced(NamedTuple):
    """Something between brackets as high as it is; "" for none."""

    left: str
    body: Node
    right: str


class Accent(NamedTuple):
    """A mark on a letter."""

    body: Node
    mark: str
    """A combining character."""
    name: str


class Lined(NamedTuple):
    """Something with a line, a brace or an arrow above or below."""

    body: Node
    name: str
    """``overline``, ``underline``, ``overbrace``, ``underbrace``, or an arrow."""


class Struck(NamedTuple):
    body: Node


class Boxed(NamedTuple):
    body: Node


class Arrow(NamedTuple):
    """An arrow that is as long as what stands above and below it."""

    left: str
    right: str


class Grid(NamedTuple):
    """Rows of cells: a matrix, cases, equations that are aligned."""

    rows: tuple[tuple[Node, ...], ...]
    aligns: str = ""
    """``l``, ``c``, ``r`` for each column, ``|`` for a line between two; where it
    ends, the last one goes on. "" is ``rl`` over and over, for equations."""
    rules: tuple[int, ...] = ()
    """The rows above which there is a line; the number of rows for one below."""

    @property
    def only_cell(self) -> Node | None:
        """What is in it, if that is a single cell."""
        single = len(self.rows) == 1 and len(self.rows[0]) == 1 and not self.rules
        return self.rows[0][0] if single else None


Node = (
    Atom
    | Space
    | Row
    | Scripts
    | Fraction
    | Root
    | Fenced
    | Accent
    | Lined
    | Struck
    | Boxed
    | Arrow
    | Grid
)


def kind_of(node: Node) -> Kind | Literal["inner", "space"]:
    """Of which class a thing is beside its neighbours."""
    while isinstance(node, Scripts):
        node = node.base
    if isinstance(node, Atom):
        return node.kind
    if isinstance(node, Space):
        return "space"
    if isinstance(node, Arrow):
        return "rel"
    return "inner" if isinstance(node, Fraction | Grid) else "ord"


def is_single(node: Node) -> bool:
    """Whether it is read as one thing, without brackets around it."""
    if isinstance(node, Row):
        texts = [n for n in node.items if not isinstance(n, Space)]
        number = all(isinstance(n, Atom) and n.text.isdigit() for n in texts)
        while len(texts) > 1 and texts[-1] == Atom("!", "close"):
            texts.pop()
        return number or (len(texts) == 1 and is_single(texts[0]))
    return isinstance(node, Atom | Fenced | Accent | Boxed | Root) or (
        isinstance(node, Scripts) and is_single(node.base)
    )
