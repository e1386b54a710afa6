"""Session files of older versions, made into the present one. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

VERSION = 1


def _from_plain(data: dict[str, Any]) -> dict[str, Any]:
    """No version: what a script writes, ``{"messages": [{"role", "content"}]}``.

    Messages without an id get one by their place, and follow each other.
    """
    messages = data.get("messages")
    if not isinstance(messages, list):
        return data | {"version": 1}
    upgraded: list[Any] = []
    parent: Any = None
    for number, message in enumerate(messages):
        if not isinstance(message, dict):
            return data | {"version": 1}
        one = dict(message)
        if "text" not in one and "content" in one:
            one["text"] = one.pop("content")
        one.setdefault("id", f"m{number:04d}")
        one.setdefault("parent", parent)
        parent = one["id"]
        upgraded.append(one)
    found = data | {"version": 1, "messages": upgraded}
    found.setdefault("head", parent)
    return found


UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {0: _from_plain}
"""From each older version to the next."""


def upgrade(data: dict[str, Any], version: int) -> dict[str, Any]:
    """``data`` as the present version has it.

    >>> found = upgrade({"messages": [{"role": "user", "content": "hi"}]}, 0)
    >>> found["version"], found["head"], found["messages"][0]["text"]
    (1, 'm0000', 'hi')
    """
    for older in range(version, VERSION):
        data = UPGRADES[older](data)
    return data
