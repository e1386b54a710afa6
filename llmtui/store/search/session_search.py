"""Searching all sessions of the user, with the index or without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from llmtui.chat.folding import fold
from llmtui.chat.query import Query
from llmtui.chat.search_results import Found, Results
from llmtui.chat.summary import Summary
from llmtui.store.search.find import look_through
from llmtui.store.search.index import SearchIndex
from llmtui.store.search.writer import Progress
from llmtui.store.session_store import SessionStore
from llmtui.store.summaries import Stamps, stamps

Order = Literal["newest", "best"]


class SessionSearch:
    """The sessions as they were at the last ``update``.

    All methods read files and may be called in a thread, each in its own.
    """

    def __init__(self, store: SessionStore) -> None:
        self._store = store
        self._folder = store.places.sessions
        self.index = SearchIndex(self._folder, store.places.search_index)
        self._files: Stamps = {}
        self._sessions: list[Summary] = []
        self._titles: list[str] = []
        """Folded, in the order of the sessions."""
        self._all_titles = ""

    def update(self) -> None:
        """Look which sessions there are. Quick, so it may be done for each search."""
        try:
            self._files = stamps(self._folder)
        except OSError:
            self._files = {}
        self._sessions = self._store.summaries()
        self._titles = [fold(session.title) for session in self._sessions]
        self._all_titles = "\n".join(self._titles)

    def refresh_index(
        self,
        progress: Progress = lambda done, total: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Put what is new into the index; as ``SearchIndex.refresh``."""
        return self.index.refresh(progress, stopped)

    def find(
        self,
        query: Query,
        *,
        limit: int = 50,
        most: int | None = None,
        order: Order = "newest",
        stopped: Callable[[], bool] = lambda: False,
    ) -> Results:
        """Up to ``limit`` sessions in which ``query`` is found, of each up to ``most``
        hits.

        The newest ones are those last used. The best of all need all to be read
        that may have it, the newest only as many as are wanted. What was found
        until it was ``stopped`` is given too.
        """
        if query.empty:
            return Results(query, (), False)
        found: list[Found] = []
        sessions = self._candidates(query)
        for one in look_through(
            query, sessions, self._folder, most=most, stopped=stopped
        ):
            found.append(one)
            if order == "newest" and len(found) > limit:
                break
        if order == "best":
            found.sort(key=lambda one: one.score, reverse=True)
        return Results(query, tuple(found[:limit]), len(found) > limit)

    def _candidates(self, query: Query) -> list[Summary]:
        """The sessions in which it may be found, the newest first."""
        words = [word for one in query.wanted for word in one.text.split()]
        names = set() if query.in_title else self.index.candidates(query, self._files)
        if names is None:
            return self._sessions
        if not all(word in self._all_titles for word in words):
            return [session for session in self._sessions if session.id in names]
        return [
            session
            for session, title in zip(self._sessions, self._titles, strict=True)
            if session.id in names or all(word in title for word in words)
        ]
