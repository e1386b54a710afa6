"""What the user does to the tree of a session: kept on disk, and undone on demand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from llmtui.chat import tree
from llmtui.chat.compacting import compacted
from llmtui.chat.session import Session
from llmtui.jobs.replies import Replies

if TYPE_CHECKING:
    from llmtui.store.erasing import Erased


class _Undo(NamedTuple):
    """How to bring a branch back."""

    session: Session
    pruned: tree.Pruned
    kept: str
    """Under which id it is in the trash, "" if it is not there."""


class SessionEdits:
    """Raises ``TreeError`` for what cannot be done, ``SaveError`` for what cannot be
    kept; then nothing has changed.
    """

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self._trash = replies.store.trashed
        self._undo: list[_Undo] = []

    def mark(self, session: Session, *message_ids: str, **fields: object) -> None:
        """Give messages other flags (``excluded``, ``pinned``) or another ``name``."""
        for message_id in message_ids:
            tree.change(session, message_id, **fields)
        self._replies.save_soon(session)

    async def fork(self, session: Session, message_id: str) -> Session:
        """A new session of the messages up to one, on disk already."""
        return await self._keep_beside(session, tree.fork(session, message_id))

    async def compact(self, session: Session, summary: str) -> Session:
        """A new session that begins with a summary of this one, on disk already."""
        return await self._keep_beside(session, compacted(session, summary))

    async def _keep_beside(self, session: Session, new: Session) -> Session:
        """Save what came of a session; it is as private as that one."""
        if session.id in self._replies.store.private:
            self._replies.store.keep_private(new)
        await self._replies.save(new)
        return new

    async def prune(self, session: Session, message_id: str) -> int:
        """Move a message and all that follow it to the trash; how many there were.

        What is pruned from a private session is kept for ``undo`` alone.
        """
        kept = await self._put_into_trash(session, message_id)
        pruned = tree.prune(session, message_id)
        self._undo.append(_Undo(session, pruned, kept))
        self._replies.save_soon(session)
        return len(pruned.messages)

    async def _put_into_trash(self, session: Session, message_id: str) -> str:
        """Put a branch there as it is; returns under which id, "" for nowhere."""
        while self._replies.store.keeps(session.id):
            branch = tree.cut(session, message_id)
            kept = await asyncio.to_thread(self._trash.put_branch, session, branch)
            if tree.cut(session, message_id).messages == branch.messages:
                return kept
            # It grew meanwhile.
            await asyncio.to_thread(self._trash.remove, kept)
        return ""

    async def undo(self, session: Session) -> bool:
        """Bring back the branch of this session that was pruned last; False if none
        was since the program began. Older ones are in the trash.
        """
        found = next((u for u in reversed(self._undo) if u.session is session), None)
        if found is None:
            return False
        tree.graft(session, found.pruned)
        await self._replies.save(session)
        self._undo.remove(found)
        if found.kept:
            await asyncio.to_thread(self._trash.remove, found.kept)
        return True

    async def erase(self, session: Session, message_id: str) -> Erased:
        """Take what a message says out for good, everywhere. Nothing undoes it.

        The search index has to be made anew afterwards.
        """
        await self._replies.save(session)
        erased = await asyncio.to_thread(self._erase, session.id, message_id)
        self._undo = [u for u in self._undo if message_id not in _ids(u.pruned)]
        return erased

    def _erase(self, session_id: str, message_id: str) -> Erased:
        from llmtui.store.erasing import erase_message  # which imports sqlite

        return erase_message(self._replies.store, session_id, message_id)


def _ids(pruned: tree.Pruned) -> set[str]:
    return {message.id for message in pruned.messages}
