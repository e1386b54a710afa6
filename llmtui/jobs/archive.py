"""The saved sessions: listed, looked into, renamed, tagged, put away, brought back.

For whoever shows a list of them. Nothing here waits on the loop for a disk; all
raise ``OSError`` with a sentence for what cannot be done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from llmtui.chat.summary import Summary, Trashed
from llmtui.jobs.core import Core


class Archive:
    """All sessions of the user, whichever is open."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._store = core.store

    async def summaries(self) -> list[Summary]:
        """A line about each session: those that are pinned, then the last used."""
        found = await asyncio.to_thread(self._core.summaries)
        return sorted(found, key=lambda summary: not summary.pinned)

    async def preview(self, session_id: str) -> str:
        """The end of a session as text, or why it cannot be read."""
        return await asyncio.to_thread(self._core.end_of, session_id)

    async def change(self, session_id: str, **fields: Any) -> None:
        """Give a session another ``title``, ``tags``, or have it ``pinned``."""
        session = await asyncio.to_thread(self._store.open, session_id)
        before = {name: getattr(session, name) for name in fields}
        for name, value in fields.items():
            setattr(session, name, value)
        try:
            await self._core.replies.save(session)
        except OSError:
            for name, value in before.items():
                setattr(session, name, value)
            raise

    async def trash(self, session_id: str) -> None:
        """Move a session to the trash."""
        await asyncio.to_thread(self._store.trash, session_id)

    async def restore(self, trashed_id: str) -> None:
        """Bring a session, or a branch that was pruned, out of the trash."""
        await asyncio.to_thread(self._store.restore, trashed_id)

    async def trashed(self) -> list[Trashed]:
        """What is in the trash, last deleted first."""
        return await asyncio.to_thread(self._store.trashed.entries)

    async def remove(self, entry: Trashed) -> None:
        """Take something that is in the trash out for good."""

        def remove() -> None:
            if entry.branch_of:
                self._store.trashed.remove(entry.id)
                self._store.collect()
                self._core.search.forget()
            else:
                from llmtui.store.erasing import remove_sessions

                remove_sessions(self._store, [entry.id])

        await asyncio.to_thread(remove)


def retagged(tags: Sequence[str], words: str) -> list[str]:
    """Tags with those of ``words`` added, and those taken off that have a ``-``.

    >>> retagged(["work", "old"], "#New -OLD")
    ['work', 'New']
    """
    off = {word.lstrip("-#").lower() for word in words.split() if word[:1] == "-"}
    added = " ".join(word for word in words.split() if word[:1] != "-")
    kept = [tag for tag in tags if tag.lower() not in off]
    return tags_from(" ".join([*kept, added]))


def tags_from(words: str) -> list[str]:
    """Tags as a user writes them, each once.

    >>> tags_from("#Work, home  work")
    ['Work', 'home']
    """
    found: dict[str, str] = {}
    for word in words.replace(",", " ").split():
        if tag := word.strip("#"):
            found.setdefault(tag.lower(), tag)
    return [*found.values()]
