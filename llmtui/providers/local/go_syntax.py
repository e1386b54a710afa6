"""Go's language of templates (``text/template``) as a tree; no I/O.

As much of it as chat templates use. ``parse`` raises ``TemplateError`` for more.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from llmtui.providers.local.go_tokens import TemplateError, Token, tokens


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number, true, false or nil (None)."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Field:
    """``.A.B``, ``$.A``, ``$x.A``, or fields of a value in parentheses."""

    of: str | Pipeline
    """``.``, ``$``, a variable with its ``$``, or what stands in parentheses."""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    name: str
    arguments: tuple[Expression, ...]


Expression = Literal | Field | Call


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A value, and the variables that it is given to."""

    value: Expression
    variables: tuple[str, ...] = ()
    declares: bool = False
    """``:=``, not ``=``."""


@dataclass(frozen=True, slots=True)
class Words:
    """Text that is printed as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Output:
    """``{{ pipeline }}``; one with variables prints nothing."""

    pipeline: Pipeline


@dataclass(frozen=True, slots=True)
class Block:
    """``if``, ``range`` or ``with``."""

    kind: str
    pipeline: Pipeline
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Jump:
    """``break`` or ``continue``."""

    kind: str


Node = Words | Output | Block | Jump


def parse(template: str) -> tuple[Node, ...]:
    """The nodes of a template; raises ``TemplateError``."""
    try:
        return _Parser(template).template()
    except RecursionError:
        raise TemplateError("too deep") from None


def walk(nodes: tuple[Node, ...]) -> Iterator[Expression]:
    """Every expression in a tree."""
    for node in nodes:
        if isinstance(node, Output):
            yield from _expressions(node.pipeline.value)
        elif isinstance(node, Block):
            yield from _expressions(node.pipeline.value)
            yield from walk(node.body)
            yield from walk(node.otherwise)


def fields(pipeline: Pipeline) -> tuple[str, ...]:
    """The fields that a value is reached by."""
    value = pipeline.value
    return value.names if isinstance(value, Field) else ()


def _expressions(value: Expression) -> Iterator[Expression]:
    yield value
    if isinstance(value, Call):
        for argument in value.arguments:
            yield from _expressions(argument)
    elif isinstance(value, Field) and isinstance(value.of, Pipeline):
        yield from _expressions(value.of.value)


class _Parser:
    def __init__(self, template: str) -> None:
        self._tokens = list(tokens(template))
        self._at = 0

    def template(self) -> tuple[Node, ...]:
        nodes, ended_by = self._nodes()
        if ended_by:
            raise TemplateError(f"a {ended_by} without a beginning")
        return nodes

    def _nodes(self) -> tuple[tuple[Node, ...], str]:
        """The nodes up to an ``end`` or ``else``, and which of them it was."""
        found: list[Node] = []
        while self._at < len(self._tokens):
            token = self._next()
            if token.kind == "text":
                if token.text:
                    found.append(Words(token.text))
                continue
            word = self._word()
            if word in ("end", "else"):
                return tuple(found), word
            found.append(self._action(word))
        return tuple(found), ""

    def _action(self, word: str) -> Node:
        if word in ("if", "range", "with"):
            return self._block(word)
        if word in ("break", "continue"):
            self._close()
            return Jump(word)
        if word in ("define", "template", "block"):
            raise TemplateError(f"{word} is not understood")
        if word:
            self._back()
        pipeline = self._pipeline()
        self._close()
        return Output(pipeline)

    def _block(self, kind: str) -> Block:
        pipeline = self._pipeline()
        self._close()
        body, ended_by = self._nodes()
        otherwise: tuple[Node, ...] = ()
        if ended_by == "else":
            if (word := self._word()) in ("if", "with"):
                return Block(kind, pipeline, body, (self._block(word),))
            self._close()
            otherwise, ended_by = self._nodes()
        if ended_by != "end":
            raise TemplateError(f"a {kind} without an end")
        self._close()
        return Block(kind, pipeline, body, otherwise)

    def _pipeline(self) -> Pipeline:
        variables, declares = self._assigned()
        value = self._command()
        while self._take("sign", "|"):
            piped = self._command()
            if not isinstance(piped, Call):
                raise TemplateError("a value cannot be piped into a value")
            value = Call(piped.name, (*piped.arguments, value))
        return Pipeline(value, variables, declares)

    def _assigned(self) -> tuple[tuple[str, ...], bool]:
        self._space()
        start, names = self._at, []
        while variable := self._take("variable"):
            names.append(variable)
            self._space()
            if not self._take("sign", ","):
                break
            self._space()
        sign = self._take("sign", ":=") or self._take("sign", "=")
        if names and sign:
            return tuple(names), sign == ":="
        self._at = start
        return (), False

    def _command(self) -> Expression:
        self._space()
        if name := self._take("word"):
            if name in _CONSTANTS:
                return Literal(_CONSTANTS[name])
            return Call(name, tuple(self._operands()))
        found = list(self._operands())
        if len(found) != 1:
            raise TemplateError("a value cannot be called")
        return found[0]

    def _operands(self) -> Iterator[Expression]:
        while True:
            self._space()
            if (found := self._operand()) is None:
                return
            yield found

    def _operand(self) -> Expression | None:
        if text := self._take("string"):
            return Literal(_unquoted(text))
        if text := self._take("number"):
            return Literal(float(text) if "." in text else int(text))
        if self._take("sign", "("):
            inner = self._pipeline()
            self._space()
            if not self._take("sign", ")"):
                raise TemplateError("a parenthesis is not closed")
            names = self._names()
            return Field(inner, names) if names else inner.value
        if variable := self._take("variable"):
            return Field(variable, self._names())
        if self._take("dot"):
            return Field(".")
        if names := self._names():
            return Field(".", names)
        if name := self._take("word"):
            # As an argument a function stands for its value.
            return Literal(_CONSTANTS[name]) if name in _CONSTANTS else Call(name, ())
        return None

    def _names(self) -> tuple[str, ...]:
        names = []
        while field := self._take("field"):
            names.append(field[1:])
        return tuple(names)

    def _next(self) -> Token:
        if self._at >= len(self._tokens):
            raise TemplateError("an action is not closed")
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, kind: str, text: str = "") -> str:
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind == kind and text in ("", token.text):
                self._at += 1
                return token.text
        return ""

    def _space(self) -> None:
        while self._take("space"):
            pass

    def _word(self) -> str:
        self._space()
        return self._take("word")

    def _back(self) -> None:
        self._at -= 1

    def _close(self) -> None:
        self._space()
        if self._next().kind != "close":
            raise TemplateError("an action has more than is understood")


_CONSTANTS = {"true": True, "false": False, "nil": None}


def _unquoted(text: str) -> str:
    """The text of a literal in Go, whose escapes Python shares."""
    if text.startswith("`"):
        return text[1:-1]
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        raise TemplateError(f"a text is not understood: {text[:20]}") from None
    return str(found)
