"""A JSON schema that answers are checked against.

What a schema means is ``jsonschema``'s to say. It takes a fifth of a second to
import and to read a schema, so both are done where an answer is to be checked,
and in a thread where that is the screen's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from llmtui.chat.misfit import Misfit, error_words, path_of, quoted

Schema = Mapping[str, Any] | bool


class SchemaError(ValueError):
    """No JSON schema, or one that cannot be used here; ``str()`` says why."""


class CheckerMissing(SchemaError):
    """No schema can be checked against here: a library is not installed."""


class AnswerSchema:
    """A schema that was read and can be used."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Raises ``SchemaError``. Slow: see above."""
        try:
            from jsonschema import Draft202012Validator
            from jsonschema.exceptions import SchemaError as Wrong
            from jsonschema.validators import validator_for
            from jsonschema_specifications import REGISTRY
        except ImportError:
            raise CheckerMissing(
                "answers cannot be checked against a schema: jsonschema is missing; "
                "install it with: pip install jsonschema"
            ) from None
        if not isinstance(schema.get("$schema", ""), str):
            raise SchemaError("its $schema is no text")
        kind = validator_for(schema, default=Draft202012Validator)
        try:
            kind.check_schema(schema)
        except Wrong as error:
            raise SchemaError(
                f"at {path_of(error.absolute_path)}, {error_words(error)}"
            ) from None
        except RecursionError:
            raise SchemaError("it is nested too deeply") from None
        # With a registry of its own it fetches nothing.
        self._validator = kind(schema, registry=REGISTRY)
        self.root = schema
        self.keywords = frozenset(kind.VALIDATORS)
        """What this dialect of schemas knows."""
        self.refs_stand_alone = "$dynamicRef" not in kind.VALIDATORS and (
            "$recursiveRef" not in kind.VALIDATORS
        )
        """Whether what stands beside a ``$ref`` means nothing, as up to draft 7."""
        self._try_out()

    @cached_property
    def is_plain(self) -> bool:
        """Whether its parts mean what they say wherever they stand."""
        inner = list(_objects(self.root))[1:]
        named = any(isinstance(one.get(n), str) for one in inner for n in ("$id", "id"))
        return "$ref" in self.keywords and "extends" not in self.keywords and not named

    def at(self, pointer: str) -> Schema | None:
        """The part of it that ``#/…`` means, None if it is somewhere else."""
        found: Any = self.root
        if pointer != "#" and not pointer.startswith("#/"):
            return None
        from urllib.parse import unquote

        for step in unquote(pointer).split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, Mapping) or name not in found:
                return None
            found = found[name]
        return found if isinstance(found, Mapping | bool) else None

    def misfit(
        self, schema: Schema, value: Any, above: Iterable[str | int]
    ) -> Misfit | None:
        """Why a value does not fit a part of this schema; None if it does.

        ``above`` are the keys and numbers that lead to the value.
        """
        from jsonschema.exceptions import best_match
        from referencing.exceptions import Unresolvable

        validator = self._validator.evolve(schema=schema)
        try:
            if validator.is_valid(value):
                return None
            error = best_match(validator.iter_errors(value))
        except RecursionError:
            return Misfit(path_of(above), "is nested too deeply to be checked")
        except (Unresolvable, re.error) as problem:
            return Misfit(path_of(above), f"cannot be checked: {problem}")
        if error is None:
            return None
        return Misfit(path_of((*above, *error.absolute_path)), error_words(error))

    def allows(self, types: Any, sample: Any) -> bool:
        """Whether ``type`` takes values of the kind of ``sample``."""
        names = [types] if isinstance(types, str) else types
        return any(self._validator.is_type(sample, name) for name in names)

    def _try_out(self) -> None:
        """Find what would only be found in the middle of an answer."""
        from jsonschema_specifications import REGISTRY
        from referencing.exceptions import Unresolvable
        from referencing.jsonschema import specification_with

        dialect = specification_with(self._validator.META_SCHEMA["$schema"])
        resolver = REGISTRY.resolver_with_root(dialect.create_resource(self.root))
        for one in _objects(self.root):
            patterns = one.get("patternProperties")
            for pattern in patterns if isinstance(patterns, Mapping) else ():
                _compile(pattern)
            target = one.get("$ref")
            if isinstance(target, str) and self.is_plain:
                try:
                    resolver.lookup(target)
                except Unresolvable:
                    raise SchemaError(
                        f"it refers to {quoted(target)}, which is not in it"
                    ) from None
        try:
            self._validator.is_valid(None)
        except RecursionError:
            raise SchemaError("it refers to itself without end") from None


def _compile(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise SchemaError(f"the pattern {quoted(pattern)} is wrong: {error}") from None


_VALUES = ("enum", "const", "default", "examples")
"""Keywords with values beside them, and not with schemas."""


def _objects(schema: Any) -> Iterator[Mapping[str, Any]]:
    """All objects in a schema that may be schemas themselves."""
    waiting = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            yield one
            waiting += [part for name, part in one.items() if name not in _VALUES]
        elif isinstance(one, list):
            waiting += one
