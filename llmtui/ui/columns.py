"""Straight columns on terminals that measure characters differently.

How many cells a flag, a keycap, a family of emoji or a Tamil syllable takes is a
matter of the terminal, of its version and of the multiplexer between. What is
written for the screen here goes on at an absolute column (CHA, ECMA-48 8.3.9)
behind every such cluster, so that a terminal of another opinion shows that cluster
in its own way and everything else in its place.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category

from rich.cells import cell_len, get_character_cell_size, split_graphemes

_JOINERS = "\u200c\u200d\ufe00-\ufe0f"
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3\u0816-\u082d"
    "\u0859-\u085b\u0898-\u0dff\u0e31\u0e34-\u0e4e\u0eb1\u0eb4-\u0ece\u0f18-\u0fc6"
    "\u102b-\u109f\u135d-\u135f\u1712-\u1773\u17b4-\u17dd\u180b-\u180f\u18a9"
    "\u1920-\u193b\u1a17-\u1ce9\u1ced-\u1cf9\u1dc0-\u1dff\u20d0-\u20f0\u302a-\u302f"
    "\u3099\u309a\ua66f-\ua67d\ua69e\ua69f\ua6f0\ua6f1\ua802-\uabed\ufb1e\ufe20-\ufe2f"
)
"""Where the marks are that join what stands before them; letters among them do no
harm, but that their rows are looked at more closely."""
_JAMO = "\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb"
_EMOJI = "\u231a-\u23f3\u25fd\u25fe\u2614-\u27bf\u2b1b-\u2b55"
"""Wide by themselves, or since a version of Unicode that a terminal may not know."""

_FURTHER = re.compile("[\U00010000-\U0001ffff]")
"""Emoji and old scripts, all of them. An expression of its own: together with the
others it would take fifty times as long to find that there is nothing."""
_CLOSER = re.compile(f"[{_JOINERS}{_MARKS}{_JAMO}{_EMOJI}]")
_ALONE = re.compile(f"[{_JAMO}{_EMOJI}\U00010000-\U0001ffff]")
_PLACE = re.compile(r"\x1b\[(\d+);(\d+)H")
_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\n")
_JOINER = re.compile(f"[{_JOINERS}]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")


def straight(text: str) -> str:
    """What is written to the terminal, with columns where it may lose count.

    Only behind a sequence that says where the text stands (CUP); other text is
    passed on as it is.

    >>> straight("\\x1b[1;1H⚠️ hot")
    '\\x1b[1;1H  \\x1b[1G⚠️\\x1b[3G hot'
    >>> straight("\\x1b[1;1Hnothing to it")
    '\\x1b[1;1Hnothing to it'
    """
    if not doubtful(text):
        return text
    out: list[str] = []
    stop, beside = len(text), _Run(0, 0, "")
    for place in reversed(list(_PLACE.finditer(text))):
        run = _Run(int(place[1]), int(place[2]), text[place.end() : stop])
        out += [_placed(run, beside) if doubtful(run.text) else run.text, place[0]]
        stop, beside = place.start(), run
    return text[:stop] + "".join(reversed(out))


def doubtful(text: str) -> bool:
    """Whether there may be a cluster in it that terminals don't agree on."""
    return not (
        text.isascii() or (_CLOSER.search(text) is _FURTHER.search(text) is None)
    )


def forget() -> None:
    """Characters have other widths than they had."""
    _clusters.cache_clear()


class _Run(NamedTuple):
    """A text with its sequences, and where it begins, from 1."""

    row: int
    column: int
    text: str

    @property
    def end(self) -> int:
        """The column behind it."""
        return self.column + cell_len(_SEQUENCE.sub("", self.text))


def _placed(run: _Run, beside: _Run) -> str:
    """A run as it is written; ``beside`` is what is written after it."""
    end = run.end
    if beside[:2] == (run.row, end):
        end = beside.end  # what spills there is written over
    out: list[str] = []
    column, at = run.column, 0
    for sequence in _SEQUENCE.finditer(run.text):
        column = _write(run.text[at : sequence.start()], column, end, out)
        out.append(sequence[0])
        at = sequence.end()
    _write(run.text[at:], column, end, out)
    return "".join(out)


def _write(text: str, column: int, end: int, out: list[str]) -> int:
    """Put a text without sequences; returns the column behind it.

    ``end`` is the column that belongs to something else.
    """
    if not doubtful(text):
        out.append(text)
        return column + cell_len(text)
    for cluster, cells in _clusters(text):
        if len(cluster) == 1 and not _differs_alone(cluster):
            out.append(cluster)
        else:
            if cells > 1:  # it may be drawn in one: the other keeps nothing old
                out.append(f"{' ' * cells}\x1b[{column}G")
            out.append(f"{_short(cluster, end - column)}\x1b[{column + cells}G")
        column += cells
    return column


def _differs_alone(character: str) -> bool:
    """Whether a character is measured differently with nothing joined to it."""
    return _ALONE.match(character) is not None or category(character) == "Mc"


@lru_cache(maxsize=2048)
def _clusters(text: str) -> list[tuple[str, int]]:
    """What is drawn as one, and its cells here; two letters of a flag together."""
    found: list[tuple[str, int]] = []
    half = False
    for start, stop, cells in split_graphemes(text)[0]:
        cluster = text[start:stop]
        is_flag = _FLAG.match(cluster) is not None
        if is_flag and half:
            first, room = found.pop()
            found.append((first + cluster, room + cells))
        else:
            found.append((cluster, cells))
        half = is_flag and not half
    return found


def _short(cluster: str, room: int) -> str:
    """As much of a cluster as fits however it is drawn: all of it, if it may be.

    What stands behind ``room`` is not written anew, so nothing may spill there.
    """
    if room >= 2 * len(cluster):
        return cluster
    used = 0
    for at, character in enumerate(cluster):
        used += _greatest(character)
        if at and used > room:
            return cluster[:at].rstrip("\u200d")
    return cluster


def _greatest(character: str) -> int:
    """The cells that a terminal may give to a character that it joins to nothing."""
    if _JOINER.match(character):
        return 0
    if character >= "\U0001f000":  # the letters of flags and colours of skin as well
        return 2
    return max(1, get_character_cell_size(character))
