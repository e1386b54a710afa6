"""How texts become the words of the search index, and queries words to look up.

Whatever is found in a text by ``Query.matches`` must be found by these words;
the index may say yes too often, never no wrongly. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from llmtui.chat.folding import fold
from llmtui.chat.query import CJK, Word

_RUN = re.compile(rf"[{CJK}]+|[^\W{CJK}]+")
_GAP = re.compile(r"\W")
_CHUNK = 1 << 15
"""Characters that are cut into words at once, so that other threads get their turn."""
_LONGEST = 48
"""Longer words (hashes, keys, base64) are kept as pieces of this length …"""
_OVERLAP = 16
"""… each of which has so many characters of the one before."""


class Lookup(NamedTuple):
    """A word that the index knows, or a part of one."""

    text: str
    whole: bool


def index_words(text: str) -> set[str]:
    """The words of a text, each once: what is between spaces and signs, folded.

    >>> sorted(index_words("Docker's disk_full error: 日本語"))
    ['disk_full', 'docker', 'error', 's', '日本', '本語']
    """
    folded, found = fold(text), set[str]()
    start = 0
    while start < len(folded):
        gap = _GAP.search(folded, start + _CHUNK)
        end = gap.start() if gap else len(folded)
        for run in set(_RUN.findall(folded, start, end)):
            if len(run) <= _LONGEST and not _is_cjk(run):
                found.add(run)
            else:
                found.update(_pieces(run))
        start = end
    return found


def _is_cjk(run: str) -> bool:
    return not run[0].isascii() and re.match(f"[{CJK}]", run) is not None


def _pieces(run: str) -> Iterator[str]:
    if _is_cjk(run):
        yield from (run[at : at + 2] for at in range(max(1, len(run) - 1)))
    else:
        step = _LONGEST - _OVERLAP
        yield from (
            run[at : at + _LONGEST] for at in range(0, len(run) - _OVERLAP, step)
        )


def lookups(word: Word) -> set[Lookup]:
    """What must all be in the index for a text with ``word`` in it.

    >>> sorted(lookups(Word("foo.b")))
    [Lookup(text='b', whole=False), Lookup(text='foo', whole=False)]
    """
    found = set[Lookup]()
    for run in _RUN.findall(word.text):
        if _is_cjk(run):
            found.update(Lookup(piece, len(run) > 1) for piece in _pieces(run))
        elif word.exact and len(run) <= _LONGEST:
            found.add(Lookup(run, True))
        else:
            last = max(0, len(run) - _OVERLAP)
            starts = {*range(0, last, _OVERLAP), last}
            found.update(Lookup(run[at : at + _OVERLAP], False) for at in starts)
    return found
