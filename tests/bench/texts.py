"""Replies of several shapes, token by token. No two lines are the same: a model
that repeats itself is stopped."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from itertools import islice

_PAGE = (
    "§§ Heading #\n\nSome **strong** words and `code`, then a sentence more.\n\n"
    "- one item\n- another item\n  - below it\n\n"
    "```python\ndef f(x: int) -> int:\n    return x + 1\n```\n\n"
    "| a | b |\n|---|---|\n| one # | two |\n| three | four |\n\n"
)


def _numbered(head: str, text: str) -> Iterator[str]:
    """``text`` again and again, with another number in place of its ``#`` signs."""
    if head:
        yield head
    for number in itertools.count(1000):
        line = text.replace("#", str(number)).replace("§§", "##")
        yield from (line[at : at + 4] for at in range(0, len(line), 4))


SHAPES: dict[str, Callable[[], Iterator[str]]] = {
    "mixed": lambda: _numbered("", _PAGE),
    "fence": lambda: _numbered("```python\n", "    value = compute(item, #)\n"),
    "table": lambda: _numbered(
        "| name | value |\n|---|---|\n", "| some name # | a value of words |\n"
    ),
    "list": lambda: _numbered("", "- item # of the *list* with some words\n"),
    "paragraph": lambda: _numbered(
        "", "Sentence # of words that never ends its line. "
    ),
}


def tokens(shape: str, count: int, mark: str) -> list[str]:
    """``count`` tokens, the last of which shows ``mark``."""
    return [*islice(SHAPES[shape](), count - 1), f"\n{mark} "]
