"""Where vim's motions lead. Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple

from llmtui.ui.vim import lines


class Kind(Enum):
    """What an operator takes of what a motion passes."""

    exclusive = auto()
    """All up to the place."""
    inclusive = auto()
    """And the character there."""
    lines = auto()
    """Whole lines."""


class Motion(NamedTuple):
    """Where one leads."""

    at: int
    kind: Kind = Kind.exclusive


class Find(NamedTuple):
    """What ``f``, ``t``, ``F`` or ``T`` looked for last."""

    key: str
    character: str


MOTIONS = frozenset("hlwbeWBE0^$G")
"""Keys of motions that need no other key and go to a place by themselves."""
FINDS = frozenset("ftFT")
_OPPOSITE = {"f": "F", "F": "f", "t": "T", "T": "t"}


def motion(key: str, text: str, at: int, count: int | None) -> Motion | None:
    """Where a key of ``MOTIONS`` leads; None if nowhere."""
    times = count or 1
    match key:
        case "h":
            return Motion(max(lines.start(text, at), at - times))
        case "l":
            return Motion(min(lines.end(text, at), at + times))
        case "0":
            return Motion(lines.start(text, at))
        case "^":
            return Motion(lines.first_word(text, at))
        case "$":
            return Motion(lines.end(text, down(text, at, times - 1)))
        case "G":
            return to_line(text, None if count is None else count - 1)
    place = at
    for _ in range(times):
        place = _WORDS[key.lower()](text, place, key.isupper())
    if place == at:
        return None
    return Motion(place, Kind.inclusive if key in "eE" else Kind.exclusive)


def to_line(text: str, wanted: int | None) -> Motion:
    """The first word of a line, 0 being the first, None the last one."""
    place = lines.nth(text, text.count("\n") if wanted is None else wanted)
    return Motion(lines.first_word(text, place), Kind.lines)


def down(text: str, at: int, count: int) -> int:
    """The beginning of a line further down, or up if ``count`` is negative, as far as
    there are lines; the place itself if there is no way to go."""
    here = lines.number(text, at)
    there = min(max(0, here + count), text.count("\n"))
    return at if there == here else lines.nth(text, there)


def find(
    wanted: Find, text: str, at: int, count: int = 1, *, again: bool = False
) -> Motion | None:
    """Where a character is in the line; None if it is not.

    ``again``: as ``;`` goes, which does not stay before the one that it is at.
    """
    ahead, before = wanted.key in "ft", wanted.key in "tT"
    step = 1 if ahead else -1
    place = at + step if before and again else at
    start, end = lines.start(text, at), lines.end(text, at)
    for _ in range(count):
        if ahead:
            place = text.find(wanted.character, place + 1, end)
        else:
            place = text.rfind(wanted.character, start, max(start, place))
        if place < 0:
            return None
    return Motion(
        place - step if before else place,
        Kind.inclusive if ahead else Kind.exclusive,
    )


def opposite(wanted: Find) -> Find:
    """The same, the other way."""
    return wanted._replace(key=_OPPOSITE[wanted.key])


def word_class(character: str, big: bool) -> int:
    """0 for blanks; characters of one class side by side are one word."""
    if character.isspace():
        return 0
    return 1 if big or character.isalnum() or character == "_" else 2


def next_word(text: str, at: int, big: bool) -> int:
    """Where the next word begins; an empty line is one."""
    place = run_end(text, at, big)
    while place < len(text) and text[place].isspace():
        if place > at and text[place] == "\n" and lines.is_empty(text, place):
            break
        place += 1
    return place


def _word_before(text: str, at: int, big: bool) -> int:
    place = at - 1
    while place > 0 and text[place].isspace():
        if text[place] == "\n" and lines.is_empty(text, place):
            return place
        place -= 1
    place = max(0, place)
    if place < len(text) and (kind := word_class(text[place], big)):
        while place and word_class(text[place - 1], big) == kind:
            place -= 1
    return place


def _word_end(text: str, at: int, big: bool) -> int:
    place = at + 1
    while place < len(text) and text[place].isspace():
        place += 1
    if place < len(text):
        return run_end(text, place, big) - 1
    return max(at, lines.last(text, len(text)))  # as far as there is text


def run_end(text: str, at: int, big: bool) -> int:
    """Where the word ends that begins at a place, or goes on there."""
    if at >= len(text) or not (kind := word_class(text[at], big)):
        return min(at, len(text))
    while at < len(text) and word_class(text[at], big) == kind:
        at += 1
    return at


_WORDS: dict[str, Callable[[str, int, bool], int]] = {
    "w": next_word,
    "b": _word_before,
    "e": _word_end,
}
