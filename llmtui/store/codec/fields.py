"""Reading JSON leniently: what is missing has its default, and nothing is lost.

A known field that holds something else than it should is kept beside the default,
like an unknown one, so that a save loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from llmtui.chat.request import Format, Think
from llmtui.chat.think_levels import THINK_LEVELS


class Fields:
    """Takes known fields out of an object; what it does not take is ``rest``."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.rest = dict(data)

    def take(self, name: str, good: Callable[[Any], bool], default: Any) -> Any:
        """A field that is ``good``; else the default, and the field stays."""
        value = self.rest.pop(name, None)
        if value is None:
            return default
        if good(value):
            return value
        self.rest[name] = value
        return default

    def text(self, name: str) -> str:
        # Six of these in each message: a session of thousands waits for them.
        value = self.rest.pop(name, None)
        if type(value) is str:
            return value
        if value is not None:
            self.rest[name] = value
        return ""

    def flag(self, name: str) -> bool:
        # As often as texts.
        if name not in self.rest:
            return False
        return cast("bool", self.take(name, is_bool, False))

    def text_or_none(self, name: str) -> str | None:
        return cast("str | None", self.take(name, is_text, None))

    def mapping(self, name: str) -> dict[str, Any]:
        return cast("dict[str, Any]", self.take(name, is_mapping, {}))

    def sequence(self, name: str, good: Callable[[Any], bool]) -> list[Any]:
        if name not in self.rest:
            return []
        return cast("list[Any]", self.take(name, list_of(good), []))

    def think(self) -> Think:
        return cast(Think, self.take("think", is_think, None))

    def format(self) -> Format:
        return cast(Format, self.take("format", is_format, None))


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


def is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def is_think(value: Any) -> bool:
    return isinstance(value, bool) or value in THINK_LEVELS


def is_format(value: Any) -> bool:
    return isinstance(value, dict) or value == "json"


def is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def list_of(good: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(good, value))
