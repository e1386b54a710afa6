"""Completing what is typed: what is wanted at the cursor, what would do, what fits.

A front end that completes has a source of candidates and shows those that fit. It
asks for candidates once a word, not once a key.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Iterable, Sequence
from typing import NamedTuple, Protocol, TypeAlias


class Wanted(NamedTuple):
    """The word at the cursor, if it is one that can be completed."""

    kind: str
    """Of what it is one. While this and ``start`` stay, so do the candidates."""
    start: int
    """The column at which it begins in its line."""
    word: str
    """It, up to the cursor."""
    free: bool = False
    """Whether words that nobody offers will do too."""
    usage: str = ""
    """What may stand here, in words, for when there is nothing to choose from."""
    picks: bool = False
    """Whether any letters of a word choose it, and not only those it begins with."""


class Candidate(NamedTuple):
    """One word that would do. Both texts may be untrusted."""

    text: str
    """What is put in the word's place."""
    hint: str = ""
    """What it does or is."""
    end: str = ""
    """What is put behind it, like a space where more words follow."""
    also: tuple[str, ...] = ()
    """Other spellings of the same."""

    def is_meant(self, word: str) -> bool:
        """Whether ``word`` needs no completing to mean this.

        >>> Candidate("mistral:latest", also=("mistral",)).is_meant("Mistral")
        True
        """
        word = word.casefold()
        return any(word == name.casefold() for name in (self.text, *self.also))


Offered: TypeAlias = "Sequence[Candidate] | Awaitable[Sequence[Candidate]]"
"""Candidates, or what they come from where that takes more than a moment."""


class CompletionSource(Protocol):
    """Knows the words of some places."""

    def wanted(self, before: str, row: int) -> Wanted | None:
        """What is being typed at the end of ``before``, the part of line ``row``
        (0 is the first) that is in front of the cursor; None if it is none of its
        words. Called for every key."""
        ...

    def candidates(self, wanted: Wanted) -> Offered:
        """Words for a place, whatever is typed of them yet."""
        ...


def fitting(candidates: Iterable[Candidate], word: str) -> list[Candidate]:
    """Those that ``word`` may become, best first: those that begin with it, those
    that hold it, those that hold its characters in their order, the shortest first.

    >>> words = [Candidate(text) for text in ("remodel", "models", "my-old-one", "x")]
    >>> [c.text for c in fitting(words, "mod")]
    ['models', 'remodel', 'my-old-one']
    """
    if not word:
        return list(candidates)
    word = word.casefold()
    # All of it for each of thousands of candidates, and for every key.
    in_order = re.compile("".join(f"[^{re.escape(c)}]*{re.escape(c)}" for c in word))
    begin: list[Candidate] = []
    hold: list[Candidate] = []
    have: list[Candidate] = []
    for candidate in candidates:
        text = candidate.text.casefold()
        if text.startswith(word):
            begin.append(candidate)
        elif word in text:
            hold.append(candidate)
        elif in_order.match(text):
            have.append(candidate)
    return begin + hold + sorted(have, key=lambda candidate: len(candidate.text))
