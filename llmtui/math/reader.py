"""The grammar of a formula: groups, rows and cells, indices and exponents."""

from __future__ import annotations

import re
from collections.abc import Callable

from llmtui.math.nodes import (
    Arrow,
    Atom,
    Fenced,
    Fraction,
    Grid,
    Lined,
    Node,
    Row,
    Scripts,
    Space,
    Unshowable,
)
from llmtui.math.symbols import kind_of_sign

_DEPTH = 30
"""Groups within one another."""
_TOKENS = re.compile(r"\\(?:[A-Za-z]+|.)|\s+|.", re.DOTALL)
_ROW_ENDS = frozenset(("}", "&", "\\\\", "\\cr", "\\right", "\\end"))
_RULES = frozenset(("\\hline", "\\toprule", "\\midrule", "\\bottomrule"))
_INFIX = {"\\over": True, "\\choose": False, "\\atop": False}
"""What stands between two halves of a group, and whether there is a bar."""

_LIMITS = {"\\limits": True, "\\nolimits": False}

Command = Callable[["Reader", str], Node | None]
"""Reads what belongs to a command of that name; None for what cannot be seen."""


class Reader:
    """Reads tokens from left to right. All of it may raise :class:`Unshowable`."""

    def __init__(self, source: str, command: Command, depth: int = 0) -> None:
        self._tokens = _TOKENS.findall(source)
        self._command = command
        self._at = 0
        self._depth = depth
        self.tag: Node | None = None
        """What is written beside the formula."""

    def whole(self) -> Row:
        """All of it; several lines become equations that are aligned."""
        grid = self.grid()
        if self._at < len(self._tokens):
            raise Unshowable(f"{self._tokens[self._at]} without its beginning")
        body = grid.only_cell or grid
        items = body.items if isinstance(body, Row) else (body,)
        return Row((*items, *([Space(4), self.tag] if self.tag else [])))

    def within(self, source: str) -> Row:
        """A formula that stands within this one."""
        return Reader(source, self._command, self._depth + 1).whole()

    # -- tokens ------------------------------------------------------------------

    def peek(self) -> str:
        """The next token, "" at the end: a command, blanks, or one character."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def next(self) -> str:
        token = self.peek()
        self._at += 1
        return token

    def take(self, token: str) -> bool:
        """Whether ``token`` is the next one; if so it is read."""
        found = self.peek() == token
        self._at += found
        return found

    def skip_blanks(self) -> None:
        while self.peek().isspace():
            self._at += 1

    def raw(self) -> str:
        """The source of an argument in braces (or of one token), as it stands."""
        self.skip_blanks()
        if not self.take("{"):
            return self.next()
        start, depth = self._at, 1
        while depth:
            token = self.next()
            if not token:
                raise Unshowable("a brace is not closed")
            depth += (token == "{") - (token == "}")
        return "".join(self._tokens[start : self._at - 1])

    def option(self) -> str:
        """The source of an argument in square brackets, "" if there is none."""
        self.skip_blanks()
        if self.peek() != "[" or "]" not in self._tokens[self._at :]:
            return ""
        end = self._tokens.index("]", self._at)
        option = "".join(self._tokens[self._at + 1 : end])
        self._at = end + 1
        return option

    # -- rows --------------------------------------------------------------------

    def grid(self, aligns: str = "") -> Grid:
        """Rows of cells, up to where what holds them ends."""
        rows: list[tuple[Node, ...]] = []
        rules: list[int] = []
        cells: list[Node] = []
        while True:
            if not cells:
                rules += [len(rows)] * self._has_rule()
            cells.append(self.row())
            if self.take("&"):
                continue
            rows.append(tuple(cells))
            if not (self.take("\\\\") or self.take("\\cr")):
                break
            cells = []
            self.take("*")
            self.option()
        if len(rows) > 1 and rows[-1] == (Row(()),):
            rows.pop()
        return Grid(tuple(rows), aligns, tuple(rules))

    def _has_rule(self) -> bool:
        """Whether a row begins with a line above it."""
        found = False
        self.skip_blanks()
        while self.peek() in _RULES:
            self._at += 1
            self.skip_blanks()
            found = True
        return found

    def row(self) -> Row:
        """Things up to a token that is not one of them; it is left to the caller."""
        self._deeper()
        items: list[Node] = []
        while (token := self.peek()) and token not in _ROW_ENDS:
            self._at += 1
            if token.isspace():
                continue
            if token in ("^", "_", "'"):
                items.append(self._scripts(items.pop() if items else Row(()), token))
            elif token in _INFIX:
                items = [self._infix(Row(tuple(items)), token)]
            elif token in _LIMITS and items and isinstance(items[-1], Atom):
                items[-1] = items[-1]._replace(limits=_LIMITS[token])
            elif (node := self._thing(token)) is not None:
                items.append(node)
        self._depth -= 1
        return Row(tuple(items))

    def argument(self) -> Node:
        """What a command takes: a group, or the next thing."""
        self.skip_blanks()
        token = self.peek()
        if not token or token in "}&^_" or token in _ROW_ENDS:
            raise Unshowable("an argument is missing")
        self._at += 1
        self._deeper()
        node = self._thing(token)
        self._depth -= 1
        return Row(()) if node is None else node

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise Unshowable("too deep")

    def _thing(self, token: str) -> Node | None:
        """What a token begins, None for what cannot be seen."""
        if token == "{":
            return self._group()
        if token == "~":
            return Space(1)
        if token[0] == "\\":
            return self._command(self, token[1:])
        if token == "-":
            return Atom("−", "bin")
        return Atom(token, kind_of_sign(token))

    def _group(self) -> Node:
        row = self.row()
        if not self.take("}"):
            raise Unshowable("a brace is not closed")
        if len(row.items) == 1 and isinstance(only := row.items[0], Atom):
            # In braces a comma or a sign is set as a letter: 1{,}000.
            letter = only.kind in ("punct", "bin", "rel")
            return only._replace(kind="ord") if letter else only
        return row

    def _infix(self, before: Row, token: str) -> Node:
        """``a \\over b``: what stands before and behind it in its group."""
        fraction = Fraction(before, self.row(), bar=_INFIX[token])
        return Fenced("(", fraction, ")") if token == "\\choose" else fraction

    # -- indices and exponents ---------------------------------------------------

    def _scripts(self, base: Node, token: str) -> Node:
        """A base with one more thing that is written small beside it."""
        scripts = base if isinstance(base, Scripts) else Scripts(base)
        sub, sup = scripts.sub, scripts.sup
        if token == "'":
            sup = Row((*_items(sup), self._primes()))
        elif token == "^":
            if sup is not None and not _is_prime(sup):
                raise Unshowable("two exponents")
            sup = Row((*_items(sup), self.argument()))
        elif sub is not None:
            raise Unshowable("two indices")
        else:
            sub = self.argument()
        limits = scripts.limits or _has_limits(scripts.base)
        return Scripts(scripts.base, sub, sup, limits)

    def _primes(self) -> Atom:
        primes = 1
        while self.take("'"):
            primes += 1
        return Atom("′" * primes)


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Row) else (() if node is None else (node,))


def _is_prime(node: Node) -> bool:
    items = _items(node)
    return len(items) == 1 and isinstance(items[0], Atom) and items[0].text[0] == "′"


def _has_limits(base: Node) -> bool:
    """Whether scripts of a base stand below and above it, if there is room."""
    if isinstance(base, Lined):
        return base.name.endswith("brace")
    return isinstance(base, Arrow) or (isinstance(base, Atom) and base.limits)
