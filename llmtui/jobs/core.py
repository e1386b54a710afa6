"""Everything below a front end, in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from llmtui.chat.summary import Summary
from llmtui.chat.transcript import transcript
from llmtui.desktop.ollama_server import OllamaServer
from llmtui.files.disk import DISK, Disk
from llmtui.hosts import Host
from llmtui.jobs.host_monitor import HostMonitor
from llmtui.jobs.phases import POLL
from llmtui.jobs.provider_pool import ProviderPool
from llmtui.jobs.replies import Replies
from llmtui.jobs.search import Search
from llmtui.jobs.session_edits import SessionEdits
from llmtui.jobs.side_questions import SideQuestions
from llmtui.places import Places
from llmtui.providers.protocol import Provider
from llmtui.store.errors import SaveError
from llmtui.store.session_store import SessionStore
from llmtui.store.summaries import summary_of

_PREVIEW = 12_000
"""Characters of a session's end that a preview shows."""


class Core:
    """The user's sessions, the replies written in them, and who writes those.

    Needs no running loop, so it may be made in a thread.
    """

    def __init__(
        self,
        places: Places,
        open_provider: Callable[[Host], Provider],
        host: Host,
        *,
        disk: Disk = DISK,
        poll: float = POLL,
    ) -> None:
        """``poll`` is how often, in seconds, a server is asked what it waits for."""
        self.store = SessionStore(places, disk=disk)
        self.providers = ProviderPool(open_provider)
        self.replies = Replies(self.store, self.providers, poll=poll)
        self.side_questions = SideQuestions(self.replies)
        self.edits = SessionEdits(self.replies)
        self.search = Search(self.store)
        self.monitor = HostMonitor(self.providers.open, host)
        self.ollama = OllamaServer(places.logs / "ollama-serve.log")

    def summaries(self) -> list[Summary]:
        """A line about each session, last used first. Blocking.

        A session whose first reply is still being written has no file yet; it is
        among them all the same.
        """
        found = self.store.summaries()
        known = {summary.id for summary in found}
        running = {r.session.id: r.session for r in list(self.replies.running.values())}
        found += [
            summary_of(session)
            for session in running.values()
            if session.id not in known and self.store.keeps(session.id)
        ]
        private = list(self.store.private.values())
        found += [summary_of(session) for session in private if session.messages]
        return sorted(found, key=lambda s: s.updated, reverse=True)

    async def empty_trash(self, days: float) -> None:
        """Take out for good what was deleted so many days ago; nothing if negative."""
        if days >= 0:
            await asyncio.to_thread(self._empty_trash, days)

    def _empty_trash(self, days: float) -> None:
        if self.store.trashed.empty(days):
            with suppress(SaveError):  # it is tried again the next time
                self.store.collect()

    def end_of(self, session_id: str, messages: int = 6) -> str:
        """The last messages of a saved session as plain text, for a preview.

        Blocking. A session that can't be read gives the sentence why.
        """
        try:
            session = self.store.peek(session_id)
        except OSError as error:
            return str(error)
        return transcript(session.path()[-messages:]).rstrip()[-_PREVIEW:]

    async def aclose(self) -> None:
        """End replies, wait for their saves, close connections."""
        self.search.close()
        await asyncio.to_thread(self.ollama.stop)
        await self.replies.aclose()
        await self.providers.aclose()
