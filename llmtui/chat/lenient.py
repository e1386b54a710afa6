"""Values out of JSON that others wrote, whatever stands there instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def as_text(value: object) -> str:
    """A text, "" for what is none."""
    return value if isinstance(value, str) else ""


def as_texts(value: object) -> list[str]:
    """The texts in an array, [] for what is none.

    >>> as_texts(["a", 1, ["b"]]), as_texts("a")
    (['a'], [])
    """
    found = value if isinstance(value, list) else []
    return [one for one in found if isinstance(one, str)]


def as_whole(value: object) -> int:
    """A count: never negative, 0 for what is none.

    >>> [as_whole(value) for value in (3, 3.0, -1, "3", True, float("inf"))]
    [3, 3, 0, 0, 0, 0]
    """
    if type(value) is int and value >= 0:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    try:
        return max(0, int(value))
    except (OverflowError, ValueError):
        return 0


def known_whole(value: object) -> int | None:
    """A count where a number says so, None where nothing does.

    >>> known_whole(0), known_whole(None), known_whole("3")
    (0, None, None)
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return as_whole(value) if is_number else None


def as_mapping(value: object) -> Mapping[str, Any]:
    """An object, {} for what is none."""
    return value if isinstance(value, Mapping) else {}


def as_mappings(value: object) -> list[Mapping[str, Any]]:
    """The objects in an array, [] for what is none."""
    if not isinstance(value, list):
        return []
    return [entry for entry in value if isinstance(entry, Mapping)]
