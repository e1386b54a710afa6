"""Two versions of a text, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_MUCH = 4_000_000
"""Pairs of pieces beyond which a stretch is called another one, and not compared."""


class Piece(NamedTuple):
    """A stretch of text that is in one version or in both."""

    kind: Literal["same", "old", "new"]
    text: str


def diff(old: str, new: str) -> list[Piece]:
    """What became of ``old``: the pieces of kinds same and old make it up, those of
    kinds same and new ``new``.

    >>> [f"{kind}:{text}" for kind, text in diff("a red cat", "a blue cat")]
    ['same:a ', 'old:red', 'new:blue', 'same: cat']
    """
    found: list[Piece] = []
    for before, after in _changes(old.splitlines(True), new.splitlines(True)):
        if before == after:
            _add(found, "same", "".join(before))
            continue
        words = _WORDS.findall("".join(before)), _WORDS.findall("".join(after))
        for gone, come in _changes(*words):
            if gone == come:
                _add(found, "same", "".join(gone))
            else:
                _add(found, "old", "".join(gone))
                _add(found, "new", "".join(come))
    return found


def _changes(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Stretches that belong together, in order; equal ones are the same in both."""
    if len(old) * len(new) > _MUCH:
        yield from ((old, ()), ((), new))
        return
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        yield old[a:b], new[c:d]


def _add(found: list[Piece], kind: Literal["same", "old", "new"], text: str) -> None:
    if text and found and found[-1].kind == kind:
        found[-1] = Piece(kind, found[-1].text + text)
    elif text:
        found.append(Piece(kind, text))
