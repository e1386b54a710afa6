"""The tree of a template in Go's language, written down as Jinja."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from llmtui.providers.local.go_syntax import (
    Block,
    Call,
    Expression,
    Field,
    Jump,
    Literal,
    Node,
    Output,
    Pipeline,
    Words,
    fields,
)
from llmtui.providers.local.go_tokens import TemplateError

_TEXTS = {"System", "Prompt", "Response", "Role", "Content", "Thinking", "ThinkLevel"}
"""Fields that are always text."""
_MAPPINGS = {"Properties", "Arguments"}
"""Fields that are no lists: ``range`` gives key and value."""
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


class Writer:
    """Writes nodes as Jinja. Variables live in the namespace, which loops share."""

    def __init__(self, root: Mapping[str, str]) -> None:
        """``root`` says what the fields of the whole are called in Jinja."""
        self._root = root
        self._dot = ""
        """What ``.`` is in Jinja; "" for the whole."""
        self._variables: dict[str, str] = {}
        self._count = 0

    def nodes(self, nodes: tuple[Node, ...]) -> str:
        return "".join(map(self._node, nodes))

    def _node(self, node: Node) -> str:
        match node:
            case Words(text):
                return "{{- " + _quoted(text) + " -}}"
            case Jump(kind):
                return "{%- " + kind + " -%}"
            case Output(pipeline):
                return self._output(pipeline)
            case Block("if", pipeline):
                return self._if(node, self._assigned(pipeline))
            case Block("with", pipeline):
                return self._with(node, pipeline)
            case Block():
                return self._range(node)
        raise TemplateError("unknown node")

    def _output(self, pipeline: Pipeline) -> str:
        if pipeline.variables:
            (variable, *more) = pipeline.variables
            if more:
                raise TemplateError("only range has two variables")
            value = self._value(pipeline.value)
            if pipeline.declares:
                self._declare(variable)
            return self._set(self._variable(variable), value)
        value = self._value(pipeline.value)
        if _TEXTS.intersection(fields(pipeline)[-1:]):
            return "{{- " + value + " -}}"
        return "{{- go_text(" + value + ") -}}"

    def _assigned(self, pipeline: Pipeline) -> tuple[str, str]:
        """The tag that sets a variable, if there is one, and the value to test."""
        value = self._value(pipeline.value)
        if not pipeline.variables:
            return "", value
        self._declare(pipeline.variables[0])
        name = self._variable(pipeline.variables[0])
        return self._set(name, value), name

    def _if(self, node: Block, test: tuple[str, str]) -> str:
        before, value = test
        with self._scope():
            body = self.nodes(node.body)
        with self._scope():
            otherwise = self.nodes(node.otherwise)
        return before + self._either(value, body, otherwise)

    def _with(self, node: Block, pipeline: Pipeline) -> str:
        value = self._value(pipeline.value)
        name = self._new("with")
        before = self._set(name, value)
        with self._scope():
            if pipeline.variables:
                self._variables[pipeline.variables[0]] = name
            with self._scope(name):
                body = self.nodes(node.body)
        with self._scope():
            otherwise = self.nodes(node.otherwise)
        return before + self._either(name, body, otherwise)

    def _range(self, node: Block) -> str:
        pipeline = node.pipeline
        value = self._value(pipeline.value)
        element, key = self._new("item", loop=True), self._new("key", loop=True)
        found = pipeline.value
        is_mapping = (
            isinstance(found, Field)
            and bool(found.names)
            and found.names[-1] in _MAPPINGS
        )
        head = (
            f"{key}, {element} in {value}.items()"
            if is_mapping
            else f"{element} in {value}"
        )
        before = ""
        with self._scope(element):
            *keys, last = pipeline.variables or ("",)
            for variable, given in (
                *((x, key if is_mapping else "loop.index0") for x in keys),
                (last, element),
            ):
                if variable not in ("", "$_"):
                    self._declare(variable)
                    before += self._set(self._variable(variable), given)
            body = self.nodes(node.body)
        with self._scope():
            otherwise = self.nodes(node.otherwise)
        loop = "{%- for " + head + " -%}" + before + body + "{%- endfor -%}"
        if not otherwise:
            return loop
        return (
            "{%- if "
            + value
            + " -%}"
            + loop
            + "{%- else -%}"
            + otherwise
            + "{%- endif -%}"
        )

    def _value(self, value: Expression) -> str:
        match value:
            case Literal(found):
                return _quoted(found) if isinstance(found, str) else _constant(found)
            case Field(of, names):
                return self._field(of, names)
            case Call(name, arguments):
                return self._call(name, [self._value(x) for x in arguments], arguments)
        raise TemplateError("unknown value")

    def _field(self, of: str | Pipeline, names: tuple[str, ...]) -> str:
        if isinstance(of, Pipeline):
            base = f"({self._value(of.value)})"
        elif of == "$" or (of == "." and not self._dot):
            if not names:
                raise TemplateError("the whole is no value")
            base, names = self._root.get(names[0], "''"), names[1:]
        else:
            base = self._dot if of == "." else self._variable(of)
        return base + "".join(f"['{_snake(name)}']" for name in names)

    def _call(
        self, name: str, given: list[str], arguments: tuple[Expression, ...]
    ) -> str:
        match name, given:
            case (("and" | "or"), [_, *_]):
                return "(" + f" {name} ".join(given) + ")"
            case "not", [one]:
                return f"(not {one})"
            case "eq", [first, *others] if others:
                return "(" + " or ".join(f"{first} == {x}" for x in others) + ")"
            case _, [first, second] if name in _COMPARISONS:
                return f"({first} {_COMPARISONS[name]} {second})"
            case "len", [one]:
                return f"({one} | length)"
            case "json", [one]:
                return f"({one} | tojson)"
            case "index", [first, *keys] if keys:
                return first + "".join(f"[{key}]" for key in keys)
            case "slice", [first, start]:
                return f"{first}[{start}:]"
            case "slice", [first, start, end]:
                return f"{first}[{start}:{end}]"
            case (("print" | "html"), [_, *_]):
                return "(" + " ~ ".join(given) + ")"
            case "printf", [_, *rest]:
                return _formatted(arguments[0], rest)
            case "currentDate", _:
                return "strftime_now('%Y-%m-%d')"
        raise TemplateError(f"the function {name} is not known")

    def _either(self, test: str, body: str, otherwise: str) -> str:
        if otherwise:
            otherwise = "{%- else -%}" + otherwise
        return "{%- if " + test + " -%}" + body + otherwise + "{%- endif -%}"

    def _set(self, name: str, value: str) -> str:
        return "{%- set " + name + " = " + value + " -%}"

    def _new(self, name: str, *, loop: bool = False) -> str:
        self._count += 1
        return f"{'' if loop else 'go.'}{name}_{self._count}"

    def _declare(self, variable: str) -> None:
        self._variables[variable] = self._new(variable[1:] or "it")

    def _variable(self, variable: str) -> str:
        if variable not in self._variables:
            raise TemplateError(f"the variable {variable} is not declared")
        return self._variables[variable]

    @contextmanager
    def _scope(self, dot: str | None = None) -> Iterator[None]:
        """What is declared inside ends with it; ``dot`` is what ``.`` is inside."""
        variables, before = dict(self._variables), self._dot
        self._dot = before if dot is None else dot
        try:
            yield
        finally:
            self._variables, self._dot = variables, before


def _formatted(form: Expression, values: list[str]) -> str:
    """``printf`` with the plain verbs, as a concatenation."""
    if not isinstance(form, Literal) or not isinstance(form.value, str):
        raise TemplateError("printf without a format")
    pieces = re.split(r"(%[sdv%])", form.value)
    if any("%" in piece for piece in pieces[::2]):
        raise TemplateError("printf with more than is understood")
    rest, found = iter(values), []
    for number, piece in enumerate(pieces):
        if number % 2 and piece != "%%":
            found.append(next(rest, "''"))
        elif piece:
            found.append(_quoted("%" if number % 2 else piece))
    return "(" + " ~ ".join(found or ["''"]) + ")"


def _constant(value: float | bool | None) -> str:
    return "none" if value is None else json.dumps(value)


def _quoted(text: str) -> str:
    """A string literal; the escapes are those that every Jinja knows."""
    return json.dumps(text, ensure_ascii=False)


_OWN_NAMES = {"ToolCallID": "tool_call_id", "ID": "id"}


def _snake(name: str) -> str:
    """A field of Go as JSON calls it.

    >>> _snake("ToolCalls"), _snake("ID"), _snake("Role")
    ('tool_calls', 'id', 'role')
    """
    return _OWN_NAMES.get(name) or re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
