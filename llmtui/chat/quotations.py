"""Whether what an answer quotes stands in what it was given. Pure.

A quotation is true if it stands there word for word. Spaces and line ends may differ,
so may the marks of emphasis, the first letter's case and a sentence's last stop;
what was left out with an ellipsis may be missing. Nothing else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from llmtui.chat.quoted_passages import Passage, is_unspaced, quoted_passages

_GAP = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\)|…|\.\.\.)\s*")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_STOPS = ".,;:!?"
_MOST_PLACES = 50


class Source(NamedTuple):
    """A text that the answer could quote."""

    name: str
    text: str


class Place(NamedTuple):
    """Where a quotation stands."""

    name: str
    line: int
    """From 1 on."""

    def __str__(self) -> str:
        return f"{self.name}:{self.line}"


class Checked(NamedTuple):
    """A quoted passage, and where it stands; nowhere if ``places`` is empty."""

    passage: Passage
    places: tuple[Place, ...]

    @property
    def is_true(self) -> bool:
        return bool(self.places)


def check_quotations(answer: str, sources: Iterable[Source]) -> list[Checked]:
    """Every passage that ``answer`` quotes, with its places in the ``sources``.

    >>> log = Source("a.log", "Error 7:\\nthe  disk is full")
    >>> for said in ("“Error 7: the disk is full”", "“Error 9: the disk is full”"):
    ...     print([str(place) for place in check_quotations(said, [log])[0].places])
    ['a.log:1']
    []
    """
    passages = quoted_passages(answer)
    texts = [_Text(source) for source in sources] if passages else []
    return [Checked(one, tuple(_places(one.text, texts))) for one in passages]


class _Text:
    """A source, squeezed: one space for whatever stands between two words."""

    def __init__(self, source: Source) -> None:
        self.name = source.name
        words: list[str] = []
        self._starts: list[int] = []
        self._lines: list[int] = []
        length = 0
        for number, line in enumerate(lines_of(source.text), 1):
            if squeezed := " ".join(line.split()):
                self._starts.append(length)
                self._lines.append(number)
                words.append(squeezed)
                length += len(squeezed) + 1
        self.text = " ".join(words)

    def line_at(self, at: int) -> int:
        return self._lines[bisect_right(self._starts, at) - 1]

    def find(self, wanted: str, start: int = 0) -> int:
        """Where it stands as whole words, -1 if it doesn't."""
        at = self.text.find(wanted, start)
        while at >= 0 and not _is_whole(self.text, at, at + len(wanted)):
            at = self.text.find(wanted, at + 1)
        return at


def lines_of(text: str) -> list[str]:
    """By the line ends that editors count."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _places(quoted: str, texts: Sequence[_Text]) -> Iterator[Place]:
    for text in texts:
        for wanted in _readings(quoted):
            found = list(_occurrences(text, wanted))
            if found:
                yield from found
                break
        else:
            if (at := _with_gaps(text, quoted)) >= 0:
                yield Place(text.name, text.line_at(at))


def _occurrences(text: _Text, wanted: str) -> Iterator[Place]:
    at = text.find(wanted)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        yield Place(text.name, text.line_at(at))
        at = text.find(wanted, at + len(wanted))


def _readings(quoted: str) -> list[str]:
    """The ways in which the same words may stand in a source, strictest first."""
    plain = " ".join(quoted.split())
    bare = " ".join(_without_marks(quoted).split())
    found = [plain, bare]
    found += [one.rstrip(_STOPS).rstrip() for one in (plain, bare)]
    found += [one[:1].swapcase() + one[1:] for one in (*found,)]
    return [one for one in dict.fromkeys(found) if one]


def _without_marks(text: str) -> str:
    """A text without Markdown's emphasis and code marks."""
    return _EMPHASIS.sub(r"\2", text).replace("`", "")


def _with_gaps(text: _Text, quoted: str) -> int:
    """Where a quotation with ellipses begins: its pieces in their order; else -1."""
    pieces = [piece for piece in _GAP.split(quoted) if piece.strip()]
    if len(pieces) < 2 and not _GAP.search(quoted):
        return -1
    if not pieces or any(len(piece.split()) < 2 for piece in pieces):
        return -1
    first, start = -1, 0
    for piece in pieces:
        found = ((text.find(one, start), one) for one in _readings(piece))
        at, wanted = next(((at, one) for at, one in found if at >= 0), (-1, ""))
        if at < 0:
            return -1
        first = at if first < 0 else first
        start = at + len(wanted)
    return first


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word, number or sign is cut at either end."""
    return not _cuts_before(text, start) and not _cuts_after(text, end)


def _cuts_before(text: str, start: int) -> bool:
    before, first = text[max(0, start - 2) : start], text[start]
    if not before or not _in_word(first):
        return False
    if _in_word(before[-1]):
        return True
    if before[-1] in "-–−'’.," and _in_word(before[0]) and len(before) > 1:
        return before[-1] in "-'’" or (first.isdigit() and before[0].isdigit())
    return first.isdigit() and before[-1] in "-−+"


def _cuts_after(text: str, end: int) -> bool:
    last, after = text[end - 1], text[end : end + 2]
    if not after or not _in_word(last):
        return False
    if _in_word(after[0]):
        return True
    if len(after) > 1 and _in_word(after[1]):
        if after[0] in "-'’":
            return True
        return last.isdigit() and after[1].isdigit() and after[0] in ".,:"
    return last.isdigit() and after[0] == "%"


def _in_word(character: str) -> bool:
    """Whether it is part of a word that has spaces around it."""
    is_word = character.isalnum() or character == "_"
    return is_word and not is_unspaced(character)
