"""What a list of sessions shows beside each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmtui.jobs.prompt_queue import PromptQueue
    from llmtui.store.session_store import SessionStore


class SessionMarks:
    """Which sessions are being answered, were answered unseen, or are private."""

    def __init__(self, queue: PromptQueue, store: SessionStore) -> None:
        self._queue = queue
        self._store = store
        self._unseen: set[str] = set()
        """Sessions in which a reply ended while another one was in front."""

    def ended_unseen(self, session_id: str) -> None:
        """A reply ended in a session that is not in front."""
        self._unseen.add(session_id)

    def seen(self, session_id: str) -> None:
        """A session is in front."""
        self._unseen.discard(session_id)

    def of(self, session_id: str) -> str:
        """``running``, ``unseen``, ``private``, or "" if there is nothing to tell."""
        if self._queue.active(session_id) is not None:
            return "running"
        if session_id in self._unseen:
            return "unseen"
        return "private" if session_id in self._store.private else ""
