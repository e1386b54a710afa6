"""From the source of a formula to its parts: TeX's mathematics, as models write it.

Depth and size are bounded, and what is not known is refused as a whole, so that a
formula is either shown with all it says or as it was written.
"""

from __future__ import annotations

import re

from llmtui.math import environments
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
    Unshowable,
)
from llmtui.math.symbols import (
    ACCENTS,
    ARROWS,
    FONTS,
    FUNCTIONS,
    LIMITS,
    LINED,
    has_limits,
    kind_of_sign,
    lettered,
    negated,
    sign,
    words,
)

LONGEST = 4_000
"""Characters of a formula."""
_DEPTH = 30
"""Groups within one another."""

_TOKENS = re.compile(r"\\(?:[A-Za-z]+|.)|\s+|.", re.DOTALL)
_BLANKS = {"quad": 2, "qquad": 4, ",": 1, ":": 1, ";": 1, " ": 1, ">": 1, "!": 0}
_BLANKS |= {"enspace": 1, "thinspace": 1, "medspace": 1, "thickspace": 1}
_BLANKS["negthinspace"] = 0
_SIZES = {
    f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", *"lrm")
}
_NOTHING = words(
    "displaystyle textstyle scriptstyle scriptscriptstyle nonumber notag hfill hline "
    "centering allowbreak relax noindent limits bf rm it cal strut nobreak null "
    "mathstrut par hfil toprule midrule bottomrule"
)
"""Commands without an argument that change nothing one could see here."""
_SWALLOWED = {"label": 1, "color": 1, "hspace": 1, "vspace": 1, "hskip": 0, "kern": 0}
_SHOWN_SECOND = frozenset(("textcolor", "colorbox", "href", "class", "raisebox"))
_TEXTS = words(
    "text textrm textbf textit textsf texttt textnormal textup mbox hbox mathrm "
    "mathtt textsc textmd emph rm operatorname operatornamewithlimits symrm"
)
_INFIX = {"over": True, "choose": False, "atop": False}
_ENDS = {"right", "end", "middle", "\\", "cr"}


def parse(source: str) -> Row:
    """The parts of a formula without its delimiters.

    Raises :class:`Unshowable`.
    """
    if len(source) > LONGEST:
        raise Unshowable("too long")
    return _Parser(source).whole()


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, source: str) -> None:
        self._tokens = _TOKENS.findall(source)
        self._at = 0
        self._depth = 0
        self._tag: Node | None = None

    def whole(self) -> Row:
        """All of it; several lines become equations that are aligned."""
        rows = self._rows()
        if self._at < len(self._tokens):
            raise Unshowable(f"{self._tokens[self._at]} without its beginning")
        single = len(rows) == 1 and len(rows[0]) == 1
        body = rows[0][0] if single else Grid(rows)
        items = body.items if isinstance(body, Row) else (body,)
        return Row((*items, *([Space(4), self._tag] if self._tag else [])))

    # -- tokens ------------------------------------------------------------------

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _skip_blanks(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _raw(self) -> str:
        """The source of an argument in braces (or of one token), as it stands."""
        self._skip_blanks()
        if self._peek() != "{":
            return self._next()
        self._at += 1
        start, depth = self._at, 1
        while depth:
            token = self._next()
            if not token:
                raise Unshowable("a brace is not closed")
            depth += (token == "{") - (token == "}")
        return "".join(self._tokens[start : self._at - 1])

    def _option(self) -> str | None:
        """The source of an argument in square brackets, None if there is none."""
        self._skip_blanks()
        if self._peek() != "[":
            return None
        end = self._at
        while end < len(self._tokens) and self._tokens[end] != "]":
            end += 1
        if end == len(self._tokens):
            return None
        option = "".join(self._tokens[self._at + 1 : end])
        self._at = end + 1
        return option

    # -- rows --------------------------------------------------------------------

    def _rows(self) -> tuple[tuple[Node, ...], ...]:
        """Rows of cells, up to where what holds them ends."""
        rows: list[tuple[Node, ...]] = []
        cells: list[Node] = []
        while True:
            cells.append(self._row())
            token = self._peek()
            if token == "&":
                self._at += 1
                continue
            rows.append(tuple(cells))
            if token not in ("\\\\", "\\cr"):
                break
            self._at += 1
            cells = []
            if self._peek() == "*":
                self._at += 1
            self._option()
        if len(rows) > 1 and rows[-1] == (Row(()),):
            rows.pop()
        return tuple(rows)

    def _row(self) -> Row:
        """Things up to a token that is not one of them; that is left to the caller."""
        self._depth += 1
        if self._depth > _DEPTH:
            raise Unshowable("too deep")
        items: list[Node] = []
        while (token := self._peek()) and token not in ("}", "&", "\\\\"):
            name = token[1:]
            if token[0] == "\\" and name in _ENDS and name != "middle":
                break
            self._at += 1
            if token.isspace():
                continue
            if token in ("^", "_", "'"):
                items.append(self._scripts(items.pop() if items else Row(()), token))
            elif token[0] == "\\" and name in _INFIX:
                items = [self._infix(items, name)]
            elif name == "nolimits" and items and isinstance(items[-1], Atom):
                items[-1] = items[-1]._replace(limits=False)
            elif (node := self._thing(token)) is not None:
                items.append(node)
        self._depth -= 1
        return Row(tuple(items))

    def _infix(self, items: list[Node], name: str) -> Node:
        """``a \\over b``: what stands before and behind it in its group."""
        fraction = Fraction(Row(tuple(items)), self._row(), bar=_INFIX[name])
        return Fenced("(", fraction, ")") if name == "choose" else fraction

    def _scripts(self, base: Node, token: str) -> Node:
        """A base with what is written small beside it."""
        before = base if isinstance(base, Scripts) else None
        sub, sup = (before.sub, before.sup) if before else (None, None)
        if before:
            base = before.base
        if token == "'":
            primes = 1
            while self._peek() == "'":
                self._at += 1
                primes += 1
            mark = Atom("′" * primes)
            sup = Row((mark, *([sup] if sup else [])))
        elif token == "^":
            script = self._argument()
            sup = Row((sup, script)) if sup else script
        else:
            if sub is not None:
                raise Unshowable("two indices")
            sub = self._argument()
        above = isinstance(base, Arrow | Lined) and not (
            isinstance(base, Lined) and "brace" not in base.name
        )
        limits = above or (isinstance(base, Atom) and base.limits)
        return Scripts(base, sub, sup, limits or bool(before and before.limits))

    def _argument(self) -> Node:
        """What a command takes: a group, or the next thing."""
        self._skip_blanks()
        token = self._peek()
        if token in ("", "}", "&", "^", "_", "\\\\"):
            raise Unshowable("an argument is missing")
        self._at += 1
        self._depth += 1
        if self._depth > _DEPTH:
            raise Unshowable("too deep")
        node = self._thing(token)
        self._depth -= 1
        return Row(()) if node is None else node

    # -- things ------------------------------------------------------------------

    def _thing(self, token: str) -> Node | None:
        """What a token begins, None for what cannot be seen."""
        if token == "{":
            return self._group()
        if token == "~":
            return Space(1)
        if token[0] == "\\":
            return self._command(token[1:])
        if token == "-":
            return Atom("−", "bin")
        return Atom(token, kind_of_sign(token))

    def _group(self) -> Node:
        row = self._row()
        if self._next() != "}":
            raise Unshowable("a brace is not closed")
        if len(row.items) == 1 and isinstance(only := row.items[0], Atom):
            # In braces a comma or a sign is set as a letter: 1{,}000.
            letter = only.kind in ("punct", "bin", "rel")
            return only._replace(kind="ord") if letter else only
        return row

    def _command(self, name: str) -> Node | None:
        if name in _NOTHING:
            return None
        if name in _BLANKS:
            return Space(_BLANKS[name])
        if name in _SWALLOWED:
            return self._swallowed(name)
        if name in _TEXTS:
            return self._text(name)
        if name in FUNCTIONS:
            return Atom(name, "func", limits=name in LIMITS)
        if name in FONTS:
            return self._lettered(name)
        if name in _SIZES:
            delimiter = self._delimiter()
            kind = kind_of_sign(delimiter) if delimiter else "ord"
            return Atom(delimiter, "middle" if name.endswith("m") else kind)
        node = self._built(name)
        if node is not None:
            return node
        found = sign(name)
        if found is None:
            raise Unshowable(f"\\{name} is not known")
        return (
            Atom(found, kind_of_sign(found), limits=has_limits(found))
            if found
            else None
        )

    def _swallowed(self, name: str) -> Node | None:
        if name in ("hskip", "kern"):
            while re.fullmatch(r"[-0-9.a-z]", self._peek()):
                self._at += 1
            return Space(1)
        self._raw()
        return Space(1) if name == "hspace" else None

    def _built(self, name: str) -> Node | None:
        """Commands that build something of their arguments."""
        if name in ("frac", "dfrac", "tfrac", "cfrac", "sfrac", "nicefrac"):
            return Fraction(self._argument(), self._argument())
        if name in ("binom", "dbinom", "tbinom"):
            stack = Fraction(self._argument(), self._argument(), bar=False)
            return Fenced("(", stack, ")")
        if name == "sqrt":
            index = self._option()
            return Root(self._argument(), parse(index) if index else None)
        if name in ACCENTS:
            return Accent(self._argument(), ACCENTS[name], name)
        if name in LINED:
            return Lined(self._argument(), name)
        if name in ("overset", "stackrel", "underset"):
            script, base = self._argument(), _as_sign(self._argument())
            if name == "underset":
                return Scripts(base, script, None, limits=True)
            return Scripts(base, None, script, limits=True)
        if name in ARROWS:
            below = self._option()
            sub = parse(below) if below else None
            return Scripts(Arrow(*ARROWS[name]), sub, self._argument(), limits=True)
        if name in ("boxed", "fbox", "framebox"):
            return Boxed(self._argument())
        if name in ("cancel", "bcancel", "xcancel", "sout"):
            return Struck(self._argument())
        if name == "not":
            struck = self._argument()
            if not isinstance(struck, Atom):
                raise Unshowable("\\not stands before a relation")
            return struck._replace(text=negated(struck.text))
        if name in _SHOWN_SECOND:
            self._raw()
            return self._argument()
        return self._enclosing(name)

    def _enclosing(self, name: str) -> Node | None:
        """Brackets, environments, and what is written around an argument."""
        if name == "left":
            left = self._delimiter()
            body = self._row()
            if self._next() != "\\right":
                raise Unshowable("\\left without \\right")
            return Fenced(left, body, self._delimiter())
        if name == "middle":
            return Atom(self._delimiter(), "middle")
        if name == "begin":
            return self._environment()
        if name == "substack":
            return self._stack()
        if name in ("pmod", "pod"):
            word = () if name == "pod" else (Atom("mod", "func"),)
            row = Row((*word, self._argument()))
            return Row((Space(1), Fenced("(", row, ")")))
        if name == "bmod":
            return Atom("mod", "bin")
        if name == "tag":
            star = self._peek() == "*"
            self._at += star
            text = self._raw()
            self._tag = Atom(text if star else f"({text})")
            return Row(())
        if name in ("phantom", "hphantom", "vphantom"):
            size = len(self._raw())
            return Space(0 if name[0] == "v" else min(size, 8))
        return None

    def _stack(self) -> Node:
        """Lines one under the other, within a script."""
        self._skip_blanks()
        if self._next() != "{":
            raise Unshowable("an argument is missing")
        grid = Grid(self._rows(), "c")
        if self._next() != "}":
            raise Unshowable("a brace is not closed")
        return grid

    def _text(self, name: str) -> Node:
        """Words, in which formulas may stand between dollars."""
        star = name == "operatorname" and self._peek() == "*"
        self._at += star
        source = self._raw()
        if name in ("mathrm", "symrm", "mathtt", "rm") and "\\" in source:
            return Row(parse(source).items)
        if name.startswith("operatorname"):
            word = source.replace("\\,", " ").replace("\\", "")
            return Atom(word, "func", limits=star or name.endswith("limits"))
        pieces: list[Node] = []
        for index, piece in enumerate(source.split("$")):
            if index % 2:
                pieces += parse(piece).items
            elif piece:
                text = re.sub(r"\s+", " ", piece.replace("~", " "))
                text = re.sub(r"\\([^A-Za-z])", r"\1", text)
                if "\\" in text:
                    raise Unshowable("a command in words")
                pieces.append(Atom(text))
        return pieces[0] if len(pieces) == 1 else Row(tuple(pieces))

    def _lettered(self, name: str) -> Node:
        """An argument in another alphabet."""
        return _in_font(self._argument(), FONTS[name])

    def _delimiter(self) -> str:
        """What stands behind ``\\left``; "" for a point."""
        self._skip_blanks()
        token = self._next()
        if token[:1] == "\\":
            found = sign(token[1:])
            if found is None:
                raise Unshowable(f"{token} is no bracket")
            return found
        if token == ".":
            return ""
        if not token or token in "{}&^_":
            raise Unshowable("a bracket is missing")
        return {"<": "⟨", ">": "⟩"}.get(token, token)

    def _environment(self) -> Node:
        name = self._raw()
        shape = environments.SHAPES.get(name.removesuffix("*"))
        if shape is None:
            raise Unshowable(f"{name} is not known")
        aligns = shape.aligns
        if name.startswith(("array", "subarray")):
            self._option()
            aligns = "".join(re.findall(r"[lcr|]", self._raw()))
        elif name.startswith("alignat"):
            self._raw()
        else:
            self._option()
        rows = self._rows()
        if self._next() != "\\end" or self._raw() != name:
            raise Unshowable(f"{name} does not end")
        if len(rows) == 1 and len(rows[0]) == 1 and not shape.left + shape.right:
            return rows[0][0]
        grid = Grid(rows, aligns)
        return (
            Fenced(shape.left, grid, shape.right) if shape.left + shape.right else grid
        )


def _as_sign(node: Node) -> Node:
    """A relation is one also in braces, where something is set above or below it."""
    return (
        node._replace(kind=kind_of_sign(node.text)) if isinstance(node, Atom) else node
    )


def _in_font(node: Node, font: str) -> Node:
    if isinstance(node, Atom):
        return node._replace(text=lettered(node.text, font), kind=node.kind)
    if isinstance(node, Row):
        return Row(tuple(_in_font(item, font) for item in node.items))
    if isinstance(node, Scripts):
        return node._replace(base=_in_font(node.base, font))
    return node
