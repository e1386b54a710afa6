"""Diffs: whose lines were deleted or inserted, and which words of them changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from rich.style import Style

from llmtui.markdown.code import language_of
from llmtui.ui.widgets.log.render.palette import Palette
from llmtui.ui.widgets.log.render.wrap import Runs

_LANGUAGES = frozenset(("diff", "patch", "udiff"))
_TOKENS = re.compile(r"\s*(?:\w+|[^\w\s]|\Z)")
"""Words and signs, each with the blanks before it."""
_LONGEST = 400
"""Characters of a line whose words are compared."""
_COMPARED = 600
"""Pairs of equal words in two lines that are compared one by one; what has more is
marked between what both begin and end with. Beyond it hostile lines take seconds."""
_ALIKE = 0.4
"""How much of two lines must be the same for the rest to be marked."""

Span = tuple[int, int]


class DiffLine(NamedTuple):
    """A line of a diff."""

    text: str
    style: str
    """A name of the palette."""
    changed: tuple[Span, ...] = ()
    """Where its changed words are."""


def is_diff(info: str) -> bool:
    """Whether a fence says that it holds a diff."""
    return language_of(info).lower() in _LANGUAGES


def read(text: str) -> list[DiffLine]:
    """The lines of a diff.

    >>> for line in read("-a = 1\\n+a = 2\\n b"):
    ...     print(line.style, line.changed)
    code-deleted ((5, 6),)
    code-inserted ((5, 6),)
    code ()
    """
    texts = text.split("\n")
    lines = [
        DiffLine(line, _style(line, before, after))
        for line, before, after in zip(
            texts, ["", *texts], [*texts[1:], ""], strict=False
        )
    ]
    for old, new in _pairs(lines):
        a, b = lines[old], lines[new]
        deleted, inserted = changed_words(a.text[1:], b.text[1:])
        lines[old] = a._replace(changed=_moved(deleted))
        lines[new] = b._replace(changed=_moved(inserted))
    return lines


def runs_of(lines: list[DiffLine], palette: Palette) -> Runs:
    """The text of a diff in its colours."""
    runs: Runs = []
    for index, line in enumerate(lines):
        style, at = palette[line.style], 0
        for start, end in line.changed:
            runs.append((line.text[at:start], style))
            runs.append((line.text[start:end], palette[f"{line.style}-word"]))
            at = end
        last = index == len(lines) - 1
        runs.append((line.text[at:] + ("" if last else "\n"), style))
    return [run for run in runs if run[0]]


def tints_of(lines: list[DiffLine], palette: Palette) -> list[Style]:
    """What is painted beside each line."""
    return [palette[line.style] for line in lines]


def _style(line: str, before: str, after: str) -> str:
    """What a line is: the names of files look like lines that changed."""
    names = line.startswith("--- ") and after.startswith("+++ ")
    if names or (line.startswith("+++ ") and before.startswith("--- ")):
        return "code-name"
    if line.startswith(("-", "+")):
        return "code-deleted" if line[0] == "-" else "code-inserted"
    if line.startswith("@@"):
        return "code-comment"
    return "code" if line.startswith(" ") or not line else "code-comment"


def _pairs(lines: list[DiffLine]) -> Iterator[tuple[int, int]]:
    """Deleted lines with the inserted ones that stand in their places."""
    start = 0
    while start < len(lines):
        middle = _end_of(lines, start, "code-deleted")
        end = _end_of(lines, middle, "code-inserted")
        if start < middle:
            yield from zip(range(start, middle), range(middle, end), strict=False)
        start = max(end, start + 1)


def _end_of(lines: list[DiffLine], start: int, style: str) -> int:
    while start < len(lines) and lines[start].style == style:
        start += 1
    return start


def _moved(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Spans behind the sign of a line."""
    return tuple((start + 1, end + 1) for start, end in spans)


@lru_cache(512)
def changed_words(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Where two lines differ, word by word; nowhere if they have little in common.

    >>> changed_words("return a + b", "return a - c")
    (((9, 12),), ((9, 12),))
    """
    if max(len(old), len(new)) > _LONGEST:
        return (), ()
    a, b = _TOKENS.findall(old), _TOKENS.findall(new)
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    first, second = a[head : len(a) - tail], b[head : len(b) - tail]
    if _equal_pairs(first, second) <= _COMPARED:
        matcher = SequenceMatcher(None, first, second, autojunk=False)
        blocks = [(x + head, y + head, n) for x, y, n in matcher.get_matching_blocks()]
    else:
        blocks = [(len(a) - tail, len(b) - tail, 0)]
    same = [(0, 0, head), *blocks, (len(a) - tail, len(b) - tail, tail)]
    alike = sum(len(token) for x, _, n in same for token in a[x : x + n])
    if not alike or 2 * alike / (len(old) + len(new)) < _ALIKE:
        return (), ()
    return (
        _spans(a, [(x, n) for x, _, n in same]),
        _spans(b, [(y, n) for _, y, n in same]),
    )


def _equal_pairs(a: list[str], b: list[str]) -> int:
    """How often a word of one line is one of the other."""
    counts = Counter(b)
    return sum(counts[token] for token in a)


def _common(a: list[str], b: list[str]) -> int:
    """How many words two lines begin with are the same."""
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count


def _spans(tokens: list[str], same: list[tuple[int, int]]) -> tuple[Span, ...]:
    """Where the words are that are in none of the runs that are the same."""
    kept = {at for start, count in same for at in range(start, start + count)}
    spans: list[Span] = []
    at = 0
    for index, token in enumerate(tokens):
        end = at + len(token)
        if index in kept or not token:
            pass
        elif spans and spans[-1][1] == at:
            spans[-1] = spans[-1][0], end
        else:
            word = token.lstrip()
            spans.append((end - len(word or token), end))
        at = end
    return tuple(spans)
