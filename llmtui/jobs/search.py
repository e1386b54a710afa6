"""Searching while a user types: the last line wins, and nothing waits for the disk."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.chat.query import parse_query
from llmtui.chat.search_results import Results
from llmtui.store.session_store import SessionStore

if TYPE_CHECKING:
    from llmtui.store.search.session_search import SessionSearch

_AT_ONCE = 30
"""Sessions that are looked for at first: more than a screen shows."""
_HITS = 10
"""Hits of one session that are shown."""


class Search:
    """The search of one window. Imports sqlite with its first use."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store
        self._search: SessionSearch | None = None
        self._guard = threading.Lock()
        self._last: threading.Event | None = None
        """Set to stop the search that runs."""
        self._closed = threading.Event()

    async def open(self) -> None:
        """Look which sessions there are; to be done when the search is opened."""
        await asyncio.to_thread(lambda: self._opened().update())

    async def index(self, progress: Callable[[int, int], object]) -> bool:
        """Bring the index up to date; False if that was not possible, or is done by
        another window. Quick but for the first time; it goes on when this is
        cancelled, until ``close``.

        ``progress`` is called on the loop with how many sessions are done, of how
        many.
        """
        loop = asyncio.get_running_loop()

        def told(done: int, total: int) -> None:
            if not self._closed.is_set():
                loop.call_soon_threadsafe(progress, done, total)

        return await asyncio.to_thread(
            lambda: self._opened().refresh_index(told, self._closed.is_set)
        )

    async def find(
        self, line: str, limit: int = _AT_ONCE, *, best_first: bool = False
    ) -> Results | None:
        """What is found for a line, the newest sessions or the best ones first.

        None if another line was asked for meanwhile.
        """
        if self._last is not None:
            self._last.set()
        self._last = stop = threading.Event()
        query = parse_query(line)

        def found() -> Results:
            search = self._opened()
            return search.find(
                query,
                limit=limit,
                most=_HITS,
                order="best" if best_first else "newest",
                stopped=stop.is_set,
            )

        results = await asyncio.to_thread(found)
        return None if stop.is_set() else results

    def forget(self) -> bool:
        """Take all words out of the index; False if that was not possible. Blocking."""
        return self._opened().index.forget()

    def close(self) -> None:
        """Stop what runs; the index goes on from there the next time."""
        self._closed.set()
        if self._last is not None:
            self._last.set()

    def _opened(self) -> SessionSearch:
        with self._guard:
            if self._search is None:
                from llmtui.store.search.session_search import SessionSearch

                self._search = SessionSearch(self._store)
                self._search.update()
            return self._search
