"""The log and the current session: one shows the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.chat.context import kept_from
from llmtui.ui.widgets.log.view import MessageLog

if TYPE_CHECKING:
    from llmtui.chat.session import Session
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.reply_state import ReplyState


class LogSync:
    """Keeps the log at the session's branch, and at the reply that runs in it."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._head: str | None = None
        """The last message of the branch in the log."""
        self._reply: ReplyState | None = None

    def is_new(self, chat: CurrentChat) -> bool:
        """Whether another session is current than the one that is shown."""
        return chat.session is not self._session

    def sync(self, log: MessageLog, chat: CurrentChat) -> None:
        """Show what has changed."""
        session, reply, before = chat.session, chat.reply, self._reply
        if self.is_new(chat):
            self._show(log, chat)
            return
        if reply is not None and reply is not before and self._follows(reply):
            if reply.prompt is not None:
                log.append(reply.prompt)
            log.follow(reply)
        elif session.head != self._head:
            self._show(log, chat)
        self._reply, self._head = reply, session.head
        if before is not None and reply is not before:
            log.mark(kept_from(session.path()))

    def _follows(self, reply: ReplyState) -> bool:
        """Whether prompt and reply stand below what is shown."""
        prompt = reply.prompt
        return (
            prompt is not None
            and prompt.parent == self._head
            and reply.message.parent == prompt.id
        )

    def _show(self, log: MessageLog, chat: CurrentChat) -> None:
        """Show the current branch at its end."""
        self._session, self._reply = chat.session, chat.reply
        self._head = chat.session.head
        versions = chat.session.versions()
        path = chat.session.path()
        log.set_messages(path, versions.__getitem__)
        log.mark(kept_from(path))
        if self._reply is not None:
            log.follow(self._reply, versions.__getitem__)
