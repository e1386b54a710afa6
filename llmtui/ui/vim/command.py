"""What a row of keys asks for, in vim's normal and visual modes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from llmtui.ui.vim.motions import FINDS, MOTIONS
from llmtui.ui.vim.objects import OBJECTS

OPERATORS = frozenset("dcy")
_ALONE = frozenset("xXsSDCYpPJ~oOaAiIvVu.") | {"ctrl+r"}
_ALONE_VISUAL = frozenset("xXsSdDcCyYpPJ~uUovV")
_NAMED = {
    "left": "h",
    "right": "l",
    "backspace": "h",
    "home": "0",
    "end": "$",
    "delete": "x",
    " ": "l",
}
"""Keys that mean the same as others."""
_NAMED_VISUAL = {"up": "k", "down": "j"}
"""Elsewhere they go by the rows on the screen, and through the history."""
_MOVES = MOTIONS | frozenset("jk;,")


class Command(NamedTuple):
    """One thing to do."""

    key: str
    """The motion, the object or the change."""
    character: str = ""
    """What ``f`` looks for, what ``r`` puts there, or ``i`` and ``a`` of an object."""
    operator: str = ""
    number: int | None = None
    """What was typed before it, None if nothing was."""

    @property
    def times(self) -> int:
        return self.number or 1


class NoCommand(Exception):
    """No command begins with these keys."""


def parse(keys: Sequence[str], *, visual: bool) -> Command | None:
    """The command, None if keys are missing yet; raises ``NoCommand``.

    >>> parse("2d3w", visual=False)
    Command(key='w', character='', operator='d', number=6)
    >>> parse('ci"', visual=False), parse("2d", visual=False)
    (Command(key='"', character='i', operator='c', number=None), None)
    """
    at, count = _count(keys, 0)
    if at == len(keys):
        return None
    key = _NAMED.get(keys[at], keys[at])
    if visual and key in _NAMED_VISUAL:
        return Command(_NAMED_VISUAL[key], number=count)
    if key in (_ALONE_VISUAL if visual else _ALONE):
        return Command(key, number=count)
    if not visual and key in OPERATORS:
        return _operated(keys, at + 1, key, count)
    if key == "r" or (visual and key in "ia"):
        return _with_next(keys, at, count)
    return _move(keys, at, "", count)


def _operated(
    keys: Sequence[str], at: int, operator: str, count: int | None
) -> Command | None:
    at, more = _count(keys, at)
    if more is not None:
        count = more * (count or 1)
    if at == len(keys):
        return None
    if keys[at] == operator:
        return Command(operator, operator=operator, number=count)
    if keys[at] in ("i", "a"):
        found = _with_next(keys, at, count)
        return found and found._replace(operator=operator)
    return _move(keys, at, operator, count)


def _move(
    keys: Sequence[str], at: int, operator: str, count: int | None
) -> Command | None:
    key = _NAMED.get(keys[at], keys[at])
    if key in _MOVES:
        return Command(key, "", operator, count)
    if key in FINDS:
        found = _with_next(keys, at, count)
        return found and found._replace(operator=operator)
    if key == "g":
        if at + 1 == len(keys):
            return None
        if keys[at + 1] == "g":
            return Command("gg", "", operator, count)
    raise NoCommand


def _with_next(keys: Sequence[str], at: int, count: int | None) -> Command | None:
    """A key that needs a character."""
    if at + 1 == len(keys):
        return None
    key, character = keys[at], "\n" if keys[at + 1] == "enter" else keys[at + 1]
    if len(character) > 1:
        raise NoCommand
    if key in ("i", "a"):
        if character not in OBJECTS:
            raise NoCommand
        key, character = character, key
    return Command(key, character, number=count)


def _count(keys: Sequence[str], at: int) -> tuple[int, int | None]:
    """The next place, and the number that stands before it; 0 alone is a motion."""
    start = at
    while at < len(keys) and keys[at] in _DIGITS and (at > start or keys[at] != "0"):
        at += 1
    return at, min(int("".join(keys[start:at])), _MOST) if at > start else None


_DIGITS = frozenset("0123456789")
_MOST = 10_000
"""A higher count is a slip of the finger."""
