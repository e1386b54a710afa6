"""Where an answer is not in the format that was asked for, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

_LONG = 80
"""Characters of a value that are repeated in a sentence."""


class Misfit(NamedTuple):
    """Where an answer is not what was asked for, and why."""

    path: str
    """As ``$.people[2].age``; ``$`` is the whole answer."""
    problem: str
    """What is wrong there, in one line: ``takes a whole number, not text``."""

    @property
    def sentence(self) -> str:
        """For people.

        >>> Misfit("$.age", "takes a whole number, not text").sentence
        '$.age takes a whole number, not text'
        """
        return f"{self.path} {self.problem}"


def path_of(steps: Iterable[str | int]) -> str:
    """Keys and numbers as one reads them.

    >>> path_of(["people", 2, "first name"])
    "$.people[2]['first name']"
    """
    found = "$"
    for step in steps:
        if isinstance(step, int):
            found += f"[{step}]"
        elif re.fullmatch(r"[^\W\d]\w*", step):
            found += f".{step}"
        else:
            found += f"[{quoted(step)}]"
    return found


_KINDS = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def kind_words(types: Any) -> str:
    """``type`` of a schema in words.

    >>> kind_words("integer"), kind_words(["string", "null"])
    ('a whole number', 'text or null')
    """
    names = [types] if isinstance(types, str) else list(types)
    return " or ".join(_KINDS.get(name, str(name)) for name in names)


def value_words(value: Any) -> str:
    """A value in words: itself where it is short.

    >>> value_words({"a": 1}), value_words(1.5), value_words(None)
    ('an object', '1.5', 'null')
    """
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)[:_LONG]


def error_words(error: Any) -> str:
    """What ``jsonschema`` found, in our words where they are shorter."""
    known, value = error.validator_value, error.instance
    match error.validator:
        case "type":
            return f"takes {kind_words(known)}, not {value_words(value)}"
        case "required" if isinstance(value, Mapping):
            missing = [name for name in known if name not in value]
            return f"lacks {', '.join(map(quoted, missing))}"
        case "enum":
            return f"takes {_choices(known)}, not {value_words(value)}"
        case "const":
            return f"takes {_choices([known])}, not {value_words(value)}"
        case None:
            return "must not be there"
    # Most begin with the value, which may be all of the answer.
    text = str(error.message).removeprefix(repr(value)).strip()
    return text if len(text) <= 2 * _LONG else text[: 2 * _LONG] + "…"


def _choices(values: Sequence[Any]) -> str:
    import json

    text = " or ".join(json.dumps(value, ensure_ascii=False) for value in values)
    return text if len(text) <= _LONG else text[:_LONG] + "…"


def quoted(text: str) -> str:
    """The beginning of a text, in quotation marks and without control characters."""
    return repr(text if len(text) <= _LONG else text[:_LONG] + "…")
