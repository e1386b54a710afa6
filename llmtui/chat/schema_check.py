"""Whether JSON that comes in pieces fits a schema: said as soon as it is certain.

Each value is looked at once, when it is whole, by ``jsonschema``; objects and
lists without what is in them, as that was looked at before. So the cost of a
token does not grow with the answer. Only what a schema says of an object as a
whole (``anyOf``, ``not``, ``uniqueItems`` and the like) is decided at its end,
and costs its length then.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

from llmtui.chat.json_reader import Place
from llmtui.chat.json_schema import AnswerSchema, Schema
from llmtui.chat.misfit import Misfit, kind_words, path_of

_INSIDE_OBJECTS = frozenset({"properties", "patternProperties", "additionalProperties"})
_INSIDE_LISTS = frozenset({"prefixItems", "items"})
_REMARKS = frozenset(
    {"$schema", "$id", "id", "$comment", "$defs", "definitions", "title"}
    | {"description", "default", "examples", "deprecated", "readOnly", "writeOnly"}
)


class Part:
    """A part of a schema, prepared for what it is asked with each token."""

    def __init__(
        self, whole: AnswerSchema, schema: Mapping[str, Any], followed: Container[str]
    ) -> None:
        """``followed`` are the keywords whose schemas are parts of their own."""
        self.type = schema.get("type")
        self._properties = schema.get("properties", {})
        self._patterns = [
            (re.compile(pattern), part)
            for pattern, part in schema.get("patternProperties", {}).items()
        ]
        self._additional: Schema = schema.get("additionalProperties", True)
        numbered = "prefixItems" in whole.keywords
        self._first = schema.get("prefixItems", []) if numbered else []
        items = schema.get("items", True)
        # Older dialects may have a list there, and then other rules for the rest.
        is_list = isinstance(items, list)
        self._items: Schema = True if is_list else items
        told = _INSIDE_OBJECTS if is_list else _INSIDE_OBJECTS | _INSIDE_LISTS
        if any(name.startswith("unevaluated") for name in schema):
            told = frozenset()  # they need to see what all others have looked at
        rest = {
            name: value
            for name, value in schema.items()
            if name not in told | _REMARKS and name not in followed and name != "type"
        }
        self.at_end = rest if rest.keys() & whole.keywords else {}
        """What is decided at the end of an object or list."""

    def below(self, key: str | int) -> Iterator[Schema]:
        """What it says of the value at a key, or of an item."""
        if isinstance(key, int):
            yield self._first[key] if key < len(self._first) else self._items
            return
        named = False
        if key in self._properties:
            named = True
            yield self._properties[key]
        for pattern, part in self._patterns:
            if pattern.search(key):
                named = True
                yield part
        if not named:
            yield self._additional


_SAMPLES: dict[type, Any] = {dict: {}, list: [], str: ""}
_WHAT: dict[type, str] = {dict: "an object", list: "a list", str: "text"}


class SchemaCheck(Place):
    """Listens to a ``JsonReader`` and finds the first ``misfit``."""

    def __init__(self, schema: AnswerSchema) -> None:
        super().__init__()
        self.misfit: Misfit | None = None
        self._schema = schema
        self._deep = schema.is_plain
        self._open: list[list[Part]] = []
        """What the schema says of each open object and list."""
        self._parts: dict[int, list[Part]] = {}
        """Parts of the schema, by the identity of what they were made of."""

    # -- what the reader says ----------------------------------------------------------

    def opened(self, kind: type) -> None:
        parts: list[Part] = []
        for schema in self._here():
            if schema is False:
                self._find("must not be there")
            parts += self._parts_of(schema)
        for types in (part.type for part in parts):
            if types is not None and not self._schema.allows(types, _SAMPLES[kind]):
                self._find(f"takes {kind_words(types)}, not {_WHAT[kind]}")
        if kind is not str:
            self._open.append(parts)
        super().opened(kind)

    def key(self, name: str) -> None:
        super().key(name)
        if any(schema is False for schema in self._here()):
            self._find("is a key that must not be there")

    def scalar(self, value: Any) -> None:
        for schema in self._here():
            self._look(schema, value)
        super().scalar(value)

    def closed(self, value: Any) -> None:
        self.steps.pop()
        for part in self._open.pop():
            if part.at_end:
                self._look(part.at_end, value)
        if not (self._deep or self._open):
            self._look(self._schema.root, value)
        self.went_on()

    # -- looking ---------------------------------------------------------------------

    def _here(self) -> Iterator[Schema]:
        """What the schema says of the value that is read now."""
        if not self._open:
            yield self._schema.root
            return
        for part in self._open[-1]:
            yield from part.below(self.steps[-1])

    def _parts_of(self, schema: Schema) -> list[Part]:
        """A schema, and all that hold wherever it does."""
        if isinstance(schema, bool) or not self._deep:
            return []
        if id(schema) not in self._parts:
            self._parts[id(schema)] = []  # one that refers to itself adds nothing
            self._parts[id(schema)] = list(self._followed(schema))
        return self._parts[id(schema)]

    def _followed(self, schema: Mapping[str, Any]) -> Iterator[Part]:
        target, all_of = schema.get("$ref"), schema.get("allOf", ())
        found = self._schema.at(target) if isinstance(target, str) else None
        followed = set()
        if isinstance(found, Mapping):
            followed.add("$ref")
            yield from self._parts_of(found)
        if target is not None and self._schema.refs_stand_alone:
            schema = {"$ref": target}
        elif all(isinstance(one, Mapping) for one in all_of):
            followed.add("allOf")
            for one in all_of:
                yield from self._parts_of(one)
        yield Part(self._schema, schema, followed)

    def _look(self, schema: Schema, value: Any) -> None:
        if self.misfit is None and schema is not True:
            self.misfit = self._schema.misfit(schema, value, self.steps)

    def _find(self, problem: str) -> None:
        self.misfit = self.misfit or Misfit(path_of(self.steps), problem)
