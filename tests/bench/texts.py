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
_MATH = (
    "The sum of $x_i^2 + #$ is at most \\(\\sqrt{#} \\le \\beta\\), since\n\n"
    "$$\n\\frac{a_1 + #}{b} = \\sum_{i=1}^{n} x_i \\to \\infty\n$$\n\n"
    "\\begin{aligned}\na &= b + # \\\\\nc &= d\n\\end{aligned}\n\n"
)
_MERMAID = (
    "So it goes, #:\n\n```mermaid\nflowchart LR\n  A[Begin #] --> B{All well?}\n"
    "  B -->|yes| C[Go on]\n  B -->|no| A\n```\n\n"
)


_RUNS = itertools.count(1)
"""No text comes twice: what was drawn once is remembered, and would cost less."""


def _numbered(head: str, text: str) -> Iterator[str]:
    """``text`` again and again, with another number in place of its ``#`` signs."""
    if head:
        yield head
    for number in itertools.count(next(_RUNS) * 100_000):
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
    "math": lambda: _numbered("", _MATH),
    "mermaid": lambda: _numbered("", _MERMAID),
    "diff": lambda: _numbered(
        "```diff\n",
        "@@ -#,3 +#,3 @@\n def f(x):\n-    return x + #\n+    return x * #\n",
    ),
}


def tokens(shape: str, count: int, mark: str) -> list[str]:
    """``count`` tokens, the last of which shows ``mark``."""
    return [*islice(SHAPES[shape](), count - 1), f"\n{mark} "]
