"""What a search finds."""

from __future__ import annotations

from typing import NamedTuple

from llmtui.chat.query import Query
from llmtui.chat.summary import Summary


class Hit(NamedTuple):
    """A message with what was wanted in it."""

    message: str
    """Its id; of a title that of the session's first message."""
    role: str
    """``user``, ``assistant`` …, or ``title``."""
    part: str
    """Where in it: ``text``, ``thinking``, ``call``, ``attachment`` or ``title``."""
    line: str
    """The line with the most of it, cleaned."""
    spans: tuple[tuple[int, int], ...]
    """Where in the line the words are."""
    score: int


class Found(NamedTuple):
    """A session with hits in it, in the order of its file, its title first."""

    session: Summary
    hits: tuple[Hit, ...]

    @property
    def score(self) -> tuple[int, int]:
        """The higher, the better: how well the best one fits, then how many."""
        return max(hit.score for hit in self.hits), min(len(self.hits), 10)


class Results(NamedTuple):
    """What was found for a query, session by session."""

    query: Query
    found: tuple[Found, ...]
    more: bool
    """Whether there is more than was asked for."""
