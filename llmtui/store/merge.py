"""What two windows did to one session, put together. Pure functions."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, TypeVar

from llmtui.chat.lenient import as_text

T = TypeVar("T")

_ABSENT: Any = object()
_AUTHORS = ("prompt", "model", "user")
"""Who may write a title over whose."""


def merge_fields(
    base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> dict[str, Any]:
    """The session's own fields: a window writes only what it changed since ``base``.

    Where both changed a field, ours is written; but a title of the user's stays
    above one that a program made, ``updated`` is the later one, and ``removed``,
    tags and options are merged one by one.

    >>> merge_fields({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 3})
    {'a': 2, 'b': 3}
    """
    merged: dict[str, Any] = merge_keys(base, ours, theirs)
    if "updated" in merged:
        times = [as_text(side.get("updated")) for side in (ours, theirs)]
        merged["updated"] = max(times) or merged["updated"]
    for name in ("removed", "tags"):
        lists = [side.get(name, []) for side in (base, ours, theirs)]
        if name in merged and all(map(_is_texts, lists)):
            merged[name] = merge_lists(*lists)
    if "options" in merged:
        parts = [side.get("options", {}) for side in (base, ours, theirs)]
        if all(isinstance(part, Mapping) for part in parts):
            merged["options"] = merge_keys(*parts)
    merged.update(_title(base, ours, theirs))
    return merged


def merge_keys(
    base: Mapping[str, T], ours: Mapping[str, T], theirs: Mapping[str, T]
) -> dict[str, T]:
    """Three-way by key: what one side took away or changed since ``base`` is so."""
    merged: dict[str, T] = {}
    for name in dict.fromkeys((*theirs, *ours)):
        value = _three_way(
            base.get(name, _ABSENT), ours.get(name, _ABSENT), theirs.get(name, _ABSENT)
        )
        if value is not _ABSENT:
            merged[name] = value
    return merged


def merge_lists(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> list[str]:
    """Each entry by itself: what either side put in or took out since ``base``.

    >>> merge_lists(["a", "b"], ["b", "c"], ["a", "b", "d"])
    ['b', 'd', 'c']
    """
    taken = set(base) - (set(ours) & set(theirs))
    return [name for name in dict.fromkeys((*theirs, *ours)) if name not in taken]


def merge_messages(
    base: Mapping[str, T],
    ours: Mapping[str, T],
    theirs: Mapping[str, T],
    removed: Container[str] = (),
) -> dict[str, T]:
    """The union of both sides by id, less ``removed``; nothing else takes one away.

    A message that both sides hold differently is the one of the side that
    changed it since ``base``, ours if both did.

    >>> merge_messages({"a": 1}, {"a": 1, "b": 2}, {"c": 3}, removed={"b"})
    {'c': 3, 'a': 1}
    """
    merged: dict[str, T] = {}
    for name in dict.fromkeys((*theirs, *ours)):
        if name in removed:
            continue
        if name in ours and name in theirs:
            merged[name] = _three_way(base.get(name, _ABSENT), ours[name], theirs[name])
        else:
            merged[name] = ours[name] if name in ours else theirs[name]
    return merged


def _is_texts(value: object) -> bool:
    """Others than texts are none of ours: they may not even be comparable."""
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _three_way(base: T, ours: T, theirs: T) -> T:
    return theirs if _same(ours, base) else ours


def _same(one: object, other: object) -> bool:
    """Equal as JSON: 1, 1.0 and true are three different things."""
    return one is other or (
        one is not _ABSENT
        and other is not _ABSENT
        and one == other
        and repr(one) == repr(other)
    )


def _title(
    base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> dict[str, Any]:
    """Title and author, which belong together."""
    old, mine, other = (
        {name: side[name] for name in ("title", "title_by") if name in side}
        for side in (base, ours, theirs)
    )
    if mine == old:
        return other
    if other == old or _rank(mine) >= _rank(other):
        return mine
    return other


def _rank(title: Mapping[str, Any]) -> int:
    author = title.get("title_by")
    return _AUTHORS.index(author) if author in _AUTHORS else -1
