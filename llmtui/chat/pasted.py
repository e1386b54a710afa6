"""Long passages of a text, shown as short marks: what was pasted into the input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from llmtui.human import size

MOST_CHARACTERS = 20_000
"""Characters a passage may have before it is shown as a mark."""
LONGEST_LINE = 5_000
"""A longer line makes every key slow (measured: 0.3 s per key at 100 kB)."""

Spans = tuple[tuple[int, int], ...]
"""Where passages begin and end in a text, in order."""


class Typed(NamedTuple):
    """A text, and which passages of it are shown as marks."""

    text: str
    pasted: Spans = ()


def is_heavy(text: str) -> bool:
    """Whether a text is too much for an input to show."""
    if len(text) > MOST_CHARACTERS:
        return True
    return len(text) > LONGEST_LINE and max(map(len, text.split("\n"))) > LONGEST_LINE


class Marks:
    """The passages that have a mark, which is used for one of them and no other.

    >>> marks = Marks()
    >>> shown = "see: " + marks.fold("word " * 5000)
    >>> shown
    'see: [pasted 25 kB]'
    >>> typed = marks.typed(shown)
    >>> len(typed.text), typed.pasted
    (25005, ((5, 25005),))
    >>> Marks().shown(typed)
    'see: [pasted 25 kB]'
    """

    def __init__(self) -> None:
        self._passages: dict[str, str] = {}
        self._any = re.compile("(?!)")

    def __bool__(self) -> bool:
        return bool(self._passages)

    def __getitem__(self, mark: str) -> str:
        return self._passages[mark]

    def fold(self, passage: str) -> str:
        """The passage itself, or a mark that stands for it."""
        return self.mark(passage) if is_heavy(passage) else passage

    def mark(self, passage: str) -> str:
        """A mark that stands for a passage."""
        name = f"pasted {size(len(passage.encode('utf-8', 'replace')))}"
        mark, number = f"[{name}]", 1
        while self._passages.get(mark, passage) != passage:
            number += 1
            mark = f"[{name} #{number}]"
        self._passages[mark] = passage
        longest_first = sorted(self._passages, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first)))
        return mark

    def places(self, shown: str) -> Iterator[tuple[int, int]]:
        """Where marks stand in what is shown."""
        return (match.span() for match in self._any.finditer(shown))

    def whole(self, shown: str) -> str:
        """What is meant: the passages in the place of their marks."""
        return self._any.sub(lambda match: self._passages[match[0]], shown)

    def typed(self, shown: str) -> Typed:
        """What is meant, and which passages of it have a mark."""
        spans, moved = [], 0
        for start, end in self.places(shown):
            length = len(self._passages[shown[start:end]])
            spans.append((start + moved, start + moved + length))
            moved += length - (end - start)
        return Typed(self.whole(shown), tuple(spans))

    def shown(self, typed: Typed) -> str:
        """A text with marks for its passages; all of it is one if it is too much still.

        Spans that do not fit the text are passed over.
        """
        out, at, text = [], 0, typed.text
        for start, end in typed.pasted:
            if at <= start < end <= len(text):
                out += [text[at:start], self.mark(text[start:end])]
                at = end
        shown = "".join(out) + text[at:]
        return self.mark(text) if is_heavy(shown) else shown
