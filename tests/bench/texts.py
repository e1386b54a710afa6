"""Replies of several shapes, token by token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

_PAGE = (
    "## A heading\n\nSome **strong** words and `code`, then a sentence more.\n\n"
    "- one item\n- another item\n  - below it\n\n"
    "```python\ndef f(x: int) -> int:\n    return x + 1\n```\n\n"
    "| a | b |\n|---|---|\n| one | two |\n| three | four |\n\n"
)


def _repeated(head: str, line: str) -> Iterator[str]:
    if head:
        yield head
    while True:
        yield from (line[at : at + 4] for at in range(0, len(line), 4))


SHAPES: dict[str, Callable[[], Iterator[str]]] = {
    "mixed": lambda: _repeated("", _PAGE),
    "fence": lambda: _repeated(
        "```python\n", "    value = compute(item, 42)  # note\n"
    ),
    "table": lambda: _repeated(
        "| name | value |\n|---|---|\n", "| some name | a value of words |\n"
    ),
    "list": lambda: _repeated("", "- an item of the *list* with some words\n"),
    "paragraph": lambda: _repeated(
        "", "A sentence of words that never ends its line. "
    ),
}


def tokens(shape: str, count: int, mark: str) -> list[str]:
    """``count`` tokens, the last of which shows ``mark``."""
    return [*islice(SHAPES[shape](), count - 1), f"\n{mark} "]
