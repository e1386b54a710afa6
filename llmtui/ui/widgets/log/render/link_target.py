"""Where the address ends that stands behind the words of a link."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_IN_BRACKETS = re.compile(r"<((?:[^<>\\\n]|\\.)*)>", re.DOTALL)
_BARE = re.compile(r"(?:\\[^ ]|[^\\()\x00-\x20\x7f]|\\(?=\Z))*", re.DOTALL)
_MARK = re.compile(r"\\[^ ]|[()\x00-\x20\x7f]|\\", re.DOTALL)


class Target(NamedTuple):
    """As markdown-it's helper gives it; ``str`` is the address."""

    ok: bool
    pos: int = 0
    str: str = ""


_NONE = Target(False)


def link_target(text: str, at: int, stop: int) -> Target:
    """The address that begins at ``at``.

    As CommonMark has it, with any number of parentheses in pairs. markdown-it goes
    letter by letter for each link that might be, which takes a text of nothing but
    their beginnings too long.
    """
    from markdown_it.common.utils import unescapeAll

    if text[at : at + 1] == "<":
        found = _IN_BRACKETS.match(text, at, stop)
        return Target(True, found.end(), unescapeAll(found[1])) if found else _NONE
    end = at
    while True:
        bare = _BARE.match(text, end, stop)
        assert bare is not None
        end = bare.end()
        if end >= stop or text[end] != "(":
            break
        end = _pairs(text).get(end, stop) + 1
        if end > stop:
            return _NONE
    return Target(True, end, unescapeAll(text[at:end])) if end > at else _NONE


@lru_cache(16)
def _pairs(text: str) -> dict[int, int]:
    """Where the parentheses close that open and close within one word."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for mark in _MARK.finditer(text):
        if mark[0] == "(":
            opened.append(mark.start())
        elif mark[0] == ")":
            if opened:
                found[opened.pop()] = mark.start()
        elif len(mark[0]) == 1:
            opened.clear()
    return found
