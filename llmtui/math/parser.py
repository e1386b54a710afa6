"""From the source of a formula to its parts: TeX's mathematics, as models write it.

Depth and size are bounded, and what is not known is refused as a whole, so that a
formula is either shown with all it says or as it was written.
"""

from __future__ import annotations

import re

from llmtui.math import chemistry
from llmtui.math.environments import SHAPES
from llmtui.math.nodes import (
    Accent,
    Arrow,
    Atom,
    Boxed,
    Fenced,
    Fraction,
    Lined,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Struck,
    Unshowable,
)
from llmtui.math.reader import Reader
from llmtui.math.symbols import (
    ACCENTS,
    ARROWS,
    FONTS,
    FUNCTIONS,
    LIMITS,
    LINED,
    SPELT,
    SWITCHES,
    has_limits,
    kind_of_sign,
    lettered,
    negated,
    sign,
    words,
)

LONGEST = 4_000
"""Characters of a formula."""

_BLANKS = {
    "quad": 2, "qquad": 4, ",": 1, ":": 1, ";": 1, " ": 1, ">": 1, "!": 0, "enspace": 1,
    "thinspace": 1, "medspace": 1, "thickspace": 1, "negthinspace": 0, "\n": 1,
}  # fmt: skip
_SIZES = {
    f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", *"lrm")
}
_NOTHING = words(
    "displaystyle textstyle scriptstyle scriptscriptstyle nonumber notag hfill "
    "centering allowbreak relax noindent limits nolimits strut nobreak "
    "null mathstrut par hfil"
)
"""Commands without an argument that change nothing one could see here."""
_UNSEEN = words("label color vspace")
"""Those with one that is not seen."""
_SHOWN_SECOND = words("textcolor colorbox href class raisebox")
_FRACTIONS = words("frac dfrac tfrac cfrac sfrac nicefrac")
_BINOMIALS = words("binom dbinom tbinom")
_TEXTS = words(
    "text textrm textbf textit textsf texttt textnormal textup mbox hbox mathrm "
    "mathtt textsc textmd emph operatorname operatornamewithlimits symrm"
)
_PAIRS = {
    "abs": "||", "norm": "‖‖", "ket": "|⟩", "bra": "⟨|", "braket": "⟨⟩", "set": "{}",
    "ceil": "⌈⌉", "floor": "⌊⌋",
}  # fmt: skip
"""Commands that put brackets around their argument."""
_UPRIGHT = words("mathrm symrm mathtt")
"""Those of them in which there may be commands."""


def parse(source: str) -> Row:
    """The parts of a formula without its delimiters.

    Raises :class:`Unshowable`.
    """
    if len(source) > LONGEST:
        raise Unshowable("too long")
    return Reader(source, _command).whole()


def _command(reader: Reader, name: str) -> Node | None:
    """What a command stands for, with what it takes."""
    if name in _NOTHING:
        return None
    if name in _BLANKS:
        return Space(_BLANKS[name])
    if name in _TEXTS:
        return _text(reader, name)
    if name in FUNCTIONS or name in SPELT:
        return Atom(SPELT.get(name, name), "func", limits=name in LIMITS)
    if name in _SIZES or name == "middle":
        bracket = _bracket(reader)
        kind = kind_of_sign(bracket) if bracket else "ord"
        return Atom(bracket, "middle" if name[-1] in "em" else kind)
    for family in (_spacing, _built, _decorated, _enclosing):
        node = family(reader, name)
        if node is not None:
            return None if node == Row(()) else node
    found = sign(name)
    if found is None:
        raise Unshowable(f"\\{name} is not known")
    return Atom(found, kind_of_sign(found), has_limits(found)) if found else None


def _spacing(reader: Reader, name: str) -> Node | None:
    if name in _UNSEEN:
        reader.raw()
        return Row(())
    if name in ("hspace", "hskip", "kern", "mkern", "mskip"):
        if name == "hspace":
            reader.take("*")
            reader.raw()
        while re.fullmatch(r"[-0-9.a-z]", reader.peek()):
            reader.next()
        return Space(1)
    if name in ("phantom", "hphantom", "vphantom"):
        size = len(reader.raw())
        return Space(0 if name[0] == "v" else min(size, 8))
    return None


# -- what is built ---------------------------------------------------------------


def _built(reader: Reader, name: str) -> Node | None:
    """Fractions, roots, and what stands above and below something."""
    if name in _FRACTIONS:
        return Fraction(reader.argument(), reader.argument())
    if name in _BINOMIALS:
        stack = Fraction(reader.argument(), reader.argument(), bar=False)
        return Fenced("(", stack, ")")
    if name == "sqrt":
        degree = reader.option()
        return Root(reader.argument(), reader.within(degree) if degree else None)
    if name in ("overset", "stackrel"):
        above, base = reader.argument(), _as_sign(reader.argument())
        return Scripts(base, None, above, limits=True)
    if name == "underset":
        below, base = reader.argument(), _as_sign(reader.argument())
        return Scripts(base, below, None, limits=True)
    if name in ARROWS:
        option = reader.option()
        sub = reader.within(option) if option else None
        return Scripts(Arrow(*ARROWS[name]), sub, reader.argument(), limits=True)
    if name == "substack":
        reader.skip_blanks()
        if not reader.take("{"):
            raise Unshowable("an argument is missing")
        grid = reader.grid("c")
        if not reader.take("}"):
            raise Unshowable("a brace is not closed")
        return grid
    return None


def _decorated(reader: Reader, name: str) -> Node | None:
    """Marks, lines, frames and other letters."""
    if name in _PAIRS:
        left, right = tuple(_PAIRS[name])
        return Fenced(left, reader.argument(), right)
    if name in ACCENTS:
        return Accent(reader.argument(), ACCENTS[name], name)
    if name in LINED:
        return Lined(reader.argument(), name)
    if name == "mathop":
        word = reader.argument()
        return Atom(word.text, "func", True) if isinstance(word, Atom) else word
    if name == "ce":
        return reader.within(chemistry.tex(reader.raw()))
    if name in SWITCHES:
        return _in_font(_word(reader.row()), SWITCHES[name])
    if name in FONTS:
        return _in_font(reader.argument(), FONTS[name])
    if name in ("boxed", "fbox", "framebox"):
        return Boxed(reader.argument())
    if name in ("cancel", "bcancel", "xcancel", "sout"):
        return Struck(reader.argument())
    if name == "not":
        struck = reader.argument()
        if not isinstance(struck, Atom) or not struck.text:
            raise Unshowable("\\not stands before a relation")
        return struck._replace(text=negated(struck.text))
    if name in _SHOWN_SECOND:
        reader.raw()
        return reader.argument()
    return None


def _enclosing(reader: Reader, name: str) -> Node | None:
    """Brackets, environments, and what is written beside a formula."""
    if name == "left":
        left = _bracket(reader)
        body = reader.row()
        if not reader.take("\\right"):
            raise Unshowable("\\left without \\right")
        return Fenced(left, body, _bracket(reader))
    if name == "begin":
        return _environment(reader)
    if name == "bmod":
        return Atom("mod", "bin")
    if name in ("pmod", "pod"):
        word = () if name == "pod" else (Atom("mod", "func"),)
        return Row((Space(1), Fenced("(", Row((*word, reader.argument())), ")")))
    if name == "tag":
        star = reader.take("*")
        text = reader.raw()
        reader.tag = Atom(text if star else f"({text})")
        return Row(())
    return None


def _bracket(reader: Reader) -> str:
    """What stands behind ``\\left``; "" for a point."""
    reader.skip_blanks()
    token = reader.next()
    if token[:1] == "\\":
        found = sign(token[1:])
        if found is None:
            raise Unshowable(f"{token} is no bracket")
        return found
    if not token or token in "{}&^_":
        raise Unshowable("a bracket is missing")
    return {".": "", "<": "⟨", ">": "⟩"}.get(token, token)


def _environment(reader: Reader) -> Node:
    name = reader.raw()
    shape = SHAPES.get(name.removesuffix("*"))
    if shape is None:
        raise Unshowable(f"{name} is not known")
    aligns = shape.aligns
    reader.option()
    if name in ("array", "subarray"):
        aligns = "".join(re.findall(r"[lcr|]", reader.raw())) or "c"
    elif name.startswith("alignat") or name == "alignedat":
        reader.raw()
    grid = reader.grid(aligns)
    if not reader.take("\\end") or reader.raw() != name:
        raise Unshowable(f"{name} does not end")
    if shape.left or shape.right:
        return Fenced(shape.left, grid, shape.right)
    return Row((Atom(""), grid.only_cell)) if grid.only_cell else grid


# -- letters and words -----------------------------------------------------------


def _text(reader: Reader, name: str) -> Node:
    """Words, in which formulas may stand between dollars."""
    star = name == "operatorname" and reader.take("*")
    source = reader.raw()
    if name in _UPRIGHT and "\\" in source:
        return reader.within(source)
    if name.startswith("operatorname"):
        word = source.replace("\\,", " ").replace("\\", "")
        return Atom(word, "func", limits=star or name.endswith("limits"))
    pieces: list[Node] = []
    for index, piece in enumerate(source.split("$")):
        if index % 2:
            pieces += reader.within(piece).items
        elif piece:
            text = re.sub(r"\s+", " ", piece.replace("~", " "))
            text = re.sub(r"\\([^A-Za-z])", r"\1", text)
            if "\\" in text:
                raise Unshowable("a command in words")
            pieces.append(Atom(text))
    return pieces[0] if len(pieces) == 1 else Row((Atom(""), *pieces))


def _word(row: Row) -> Node:
    """Letters that belong together, as one thing."""
    letters = [item.text for item in row.items if isinstance(item, Atom)]
    one = len(letters) == len(row.items) and "".join(letters).isalnum()
    return Atom("".join(letters)) if one else Row((Atom(""), *row.items))


def _as_sign(node: Node) -> Node:
    """A relation is one also in braces, where something is set above or below it."""
    if isinstance(node, Atom) and node.text:
        return node._replace(kind=kind_of_sign(node.text))
    return node


def _in_font(node: Node, font: str) -> Node:
    if isinstance(node, Atom):
        return node._replace(text=lettered(node.text, font))
    if isinstance(node, Row):
        return Row(tuple(_in_font(item, font) for item in node.items))
    if isinstance(node, Scripts):
        return node._replace(base=_in_font(node.base, font))
    return node
