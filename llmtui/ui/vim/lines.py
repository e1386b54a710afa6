"""Lines of a text, by places in it. A place is a number of characters before it."""

from __future__ import annotations


def start(text: str, at: int) -> int:
    """Where the line begins that a place is in."""
    return text.rfind("\n", 0, at) + 1


def end(text: str, at: int) -> int:
    """Where it ends, before its line feed."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def last(text: str, at: int) -> int:
    """Its last character; where it begins, if it is empty."""
    return max(start(text, at), end(text, at) - 1)


def first_word(text: str, at: int) -> int:
    """Its first character that is not blank, else its last one."""
    place, stop = start(text, at), last(text, at)
    while place < stop and text[place].isspace():
        place += 1
    return place


def number(text: str, at: int) -> int:
    """How many lines there are before it."""
    return text.count("\n", 0, at)


def nth(text: str, wanted: int) -> int:
    """Where a line begins, 0 being the first; that of the last one for a higher one."""
    place = 0
    for _ in range(wanted):
        after = text.find("\n", place) + 1
        if not after:
            break
        place = after
    return place


def is_empty(text: str, at: int) -> bool:
    """Whether a place is all there is of its line."""
    return start(text, at) == end(text, at)
