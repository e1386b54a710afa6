"""What is searched for: a line that a user types, read and matched. Pure.

    docker "no space left" -windows model:mistral before:2026-10 in:title

Words are found as parts of words, words in quotes as they are; ``-`` is without.
The filters are ``model:``, ``role:``, ``tag:``, ``in:title``, ``before:`` and
``after:`` (the first day counts: ``after:2026-10`` begins with October).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from llmtui.chat.folding import fold
from llmtui.clock import stamp

CJK = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
"""Characters of scripts without spaces between words, for a class of a pattern."""

_TOKEN = re.compile(r'(-(?!-))?(?:([a-zA-Z]+):)?(?:"([^"]*)(?:"|$)|(\S+))')
_NO_SPACES = re.compile(f"[{CJK}]")
_ROLES = {
    "user": "user",
    "you": "user",
    "assistant": "assistant",
    "model": "assistant",
    "tool": "tool",
    "system": "system",
}


class Word(NamedTuple):
    """One thing that must be in a text, or must not."""

    text: str
    """Folded."""
    exact: bool = False
    """In quotes: these words, and not parts of others."""
    without: bool = False


class Filter(NamedTuple):
    """A condition on a message or its session."""

    name: str
    """``model``, ``role`` or ``tag``."""
    value: str
    """Folded."""
    without: bool = False

    def allows(self, values: Iterable[str]) -> bool:
        """Whether one of ``values`` is meant, or none if it must not be."""
        if self.name == "model":
            found = any(self.value in fold(value) for value in values)
        else:
            found = any(fold(value).startswith(self.value) for value in values)
        return found != self.without


@dataclass(frozen=True)
class Query:
    """A line that was understood."""

    words: tuple[Word, ...] = ()
    filters: tuple[Filter, ...] = ()
    before: str = ""
    """RFC 3339; what was written then or later is not meant."""
    after: str = ""
    in_title: bool = False
    problems: tuple[str, ...] = ()
    """What could not be understood, as sentences; the rest holds."""

    @property
    def wanted(self) -> list[Word]:
        """The words that must be there."""
        return [word for word in self.words if not word.without]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        limits = self.filters or self.before or self.after
        return not self.wanted and not limits

    def allows(self, name: str, values: Sequence[str]) -> bool:
        """Whether all filters called ``name`` let one of ``values`` pass."""
        return all(f.allows(values) for f in self.filters if f.name == name)

    def asks(self, name: str) -> bool:
        """Whether there is a filter called ``name``."""
        return any(f.name == name for f in self.filters)

    def in_time(self, created: str) -> bool:
        """Whether something that was written then is meant."""
        return (not self.before or created < self.before) and created >= self.after

    def matches(self, texts: Sequence[str]) -> bool:
        """Whether all words are in the texts, which belong together."""
        if not self.words:
            return True
        folded = [fold(text) for text in texts]
        return all(
            any(word.text in text for text in folded) != word.without
            if pattern is None
            else any(pattern.search(text) for text in folded) != word.without
            for word, pattern in self._patterns
        )

    def may_match(self, stored: str) -> bool:
        """Whether a message may match whose JSON this is: a quick look."""
        if "\\u" in stored:  # letters may be written as numbers
            return True
        folded = fold(stored)
        return all(pattern.search(folded) for pattern in self._stored_patterns)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the words are in ``text``, from the left, without overlaps."""
        folded = fold(text)
        found = sorted(
            match.span()
            for word, pattern in self._patterns
            if not word.without
            for match in (pattern or re.compile(re.escape(word.text))).finditer(folded)
        )
        merged: list[tuple[int, int]] = []
        for start, end in found:
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    @cached_property
    def _patterns(self) -> list[tuple[Word, re.Pattern[str] | None]]:
        """Words with what finds those that stand in quotes."""
        return [
            (w, re.compile(_exact(w.text)) if w.exact else None) for w in self.words
        ]

    @cached_property
    def _stored_patterns(self) -> list[re.Pattern[str]]:
        """What finds words in JSON, where line ends and signs are escaped."""
        runs = (re.findall(r"\w+", word.text) for word in self.wanted)
        return [re.compile(r"(?:\\[nrtfb]|\W)+".join(one)) for one in runs]


def _exact(text: str) -> str:
    body = r"\s+".join(map(re.escape, text.split()))
    before = r"(?<!\w)" if _is_edge(text[0]) else ""
    after = r"(?!\w)" if _is_edge(text[-1]) else ""
    return before + body + after


def _is_edge(char: str) -> bool:
    """Whether a word that begins or ends so can be told from its neighbours."""
    return re.match(r"\w", char) is not None and not _NO_SPACES.match(char)


def parse_query(line: str) -> Query:
    """Read a line; never raises, since a user is still typing it.

    >>> query = parse_query('disk "no space" -windows model:mistral in:title')
    >>> [word.text for word in query.words], query.in_title
    (['disk', 'no space', 'windows'], True)
    >>> query.filters[0]
    Filter(name='model', value='mistral', without=False)
    >>> parse_query("before:soon").problems
    ('before: takes a date like 2026-10 or 2026-10-31',)
    """
    words: list[Word] = []
    filters: list[Filter] = []
    problems: list[str] = []
    dates = {"before": "", "after": ""}
    in_title = False
    for match in _TOKEN.finditer(line):
        minus, name, quoted, plain = match.groups()
        key = (name or "").lower()
        value = fold(quoted if quoted is not None else plain).strip()
        without = bool(minus)
        if key in dates:
            try:
                dates[key] = _day(value)
            except ValueError:
                problems.append(f"{key}: takes a date like 2026-10 or 2026-10-31")
        elif key == "in":
            in_title = in_title or value == "title"
            if value != "title":
                problems.append("in: takes title, and nothing else")
        elif key == "role" and not any(r.startswith(value) for r in _ROLES):
            problems.append("role: takes user, assistant, tool or system")
        elif key in ("model", "role", "tag"):
            if value:
                filters.append(Filter(key, _role(key, value), without))
        else:
            text = value if not name else fold(match[0].removeprefix("-")).strip()
            text = text.strip('"') if name and quoted is not None else text
            if text and (text != "-" or quoted is not None):
                words.append(Word(text, quoted is not None, without))
    return Query(
        tuple(words),
        tuple(filters),
        dates["before"],
        dates["after"],
        in_title,
        tuple(problems),
    )


def _role(key: str, value: str) -> str:
    if key != "role":
        return value
    return next(role for word, role in _ROLES.items() if word.startswith(value))


def _day(text: str) -> str:
    """When a year, month or day begins here, RFC 3339; raises ``ValueError``."""
    numbers = [int(part) for part in re.split("[-/.]", text)]
    if not 1 <= len(numbers) <= 3 or numbers[0] < 1000:
        raise ValueError(text)
    year, month, day = (*numbers, 1, 1)[:3]
    try:
        return stamp(datetime(year, month, day).astimezone())
    except OverflowError:
        raise ValueError(text) from None
