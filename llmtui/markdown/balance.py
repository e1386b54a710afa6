"""Marks that belong together in a piece of source: copied both or neither."""

from __future__ import annotations

import re
from collections import Counter

from llmtui.markdown.alignment import Stretch

_MARK = re.compile(r"\*+|_+|~+|`+|!?\[|\][(\[].*|</?[a-zA-Z]+", re.DOTALL)


def balanced(
    text: str, places: list[Stretch], first: int, last: int
) -> tuple[int, int]:
    """Where the shown characters ``first`` to ``last`` begin and end in ``text``.

    Marks beside them that are not shown are taken in where those between would
    be without their other half.

    >>> from llmtui.markdown.alignment import align
    >>> text = "**Note:** so"
    >>> places = align("Note: so", text)
    >>> [text[slice(*balanced(text, places, 0, last))] for last in (5, 8)]
    ['Note:', '**Note:** so']
    """
    start, end = places[first].start, places[last - 1].end
    before = text[places[first - 1].end if first else 0 : start]
    after = text[end : places[last].start if last < len(places) else len(text)]
    around = zip(places[first : last - 1], places[first + 1 : last], strict=True)
    inside = [text[a.end : b.start] for a, b in around]
    for head, tail in (("", ""), ("", after), (before, ""), (before, after)):
        if _is_balanced([head, *inside, tail]):
            return start - len(head), end + len(tail)
    return start, end


def _is_balanced(hidden: list[str]) -> bool:
    marks = Counter(_kind(mark) for each in hidden for mark in _MARK.findall(each))
    brackets = marks.pop("[", 0) == marks.pop("]", 0)
    return brackets and all(count % 2 == 0 for count in marks.values())


def _kind(mark: str) -> str:
    return (
        mark.lstrip("!")[0]
        if "[" in mark[:2] or mark[0] == "]"
        else mark.replace("/", "")
    )
