"""The log and the current session: one shows the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.ui.widgets.log.conversation import Siblings
from llmtui.ui.widgets.log.view import MessageLog

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.session import Session
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.reply_state import ReplyState
    from llmtui.jobs.session_watch import ReplyElsewhere


class LogSync:
    """Keeps the log at the session's branch, and at the replies that run in it."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._head: str | None = None
        """The last message of the branch in the log."""
        self._reply: ReplyState | None = None
        self._count = 0
        """Messages of the session when their versions were counted last."""
        self._elsewhere: tuple[ReplyElsewhere, ...] = ()
        """What other windows are writing, as it is shown."""

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
        elif session.head != self._head and not self._went_on(log, chat):
            self._show(log, chat)
        self._reply, self._head = reply, session.head
        if before is not None and reply is not before:
            self._mark(log, session)
        self._renew(log, session)
        self._show_elsewhere(log, chat)

    def _follows(self, reply: ReplyState) -> bool:
        """Whether prompt and reply stand below what is shown."""
        prompt = reply.prompt
        return (
            prompt is not None
            and prompt.parent == self._head
            and reply.message.parent == prompt.id
        )

    def _went_on(self, log: MessageLog, chat: CurrentChat) -> bool:
        """Put below what another window has added; False if it is another branch.

        So one who reads further up is not moved.
        """
        path = chat.session.path()
        ids = [message.id for message in path]
        if self._head not in ids or chat.reply is not None:
            return False
        for message in path[ids.index(self._head) + 1 :]:
            log.append(message)
        return True

    def _show(self, log: MessageLog, chat: CurrentChat) -> None:
        """Show the current branch at its end."""
        self._session, self._reply = chat.session, chat.reply
        self._head, self._count = chat.session.head, len(chat.session.messages)
        self._elsewhere = ()
        versions = chat.session.versions()
        log.set_messages(chat.session.path(), versions.__getitem__)
        self._mark(log, chat.session)
        if self._reply is not None:
            log.follow(self._reply, versions.__getitem__)

    def _renew(self, log: MessageLog, session: Session) -> None:
        """Show other values of messages: flags, names, numbers of versions."""
        siblings: Siblings | None = None
        if len(session.messages) != self._count:
            self._count = len(session.messages)
            siblings = session.versions().__getitem__
        for entry in log.window.layout.entries.copy():
            message = session.messages.get(entry.message.id)
            if message is None or entry.live or message.is_living:
                continue
            moved = siblings is not None and siblings(message.id) != entry.versions
            if moved or message is not entry.message:
                log.update(message, siblings)

    def _show_elsewhere(self, log: MessageLog, chat: CurrentChat) -> None:
        """Show the replies that other windows write below what is shown."""
        known = chat.session.messages
        before, self._elsewhere = self._elsewhere, chat.watch.elsewhere
        left = {one.reply.id for one in before} - {o.reply.id for o in self._elsewhere}
        if left - known.keys():  # it came to nothing
            self._show(log, chat)
            return
        for one in self._elsewhere:
            parent = one.prompt.parent if one.prompt else one.reply.parent
            if one in before or parent != self._head or chat.reply is not None:
                continue
            for message in _messages(one):
                if message.id not in known:
                    log.append(message)

    @staticmethod
    def _mark(log: MessageLog, session: Session) -> None:
        """Mark where what the model still knows begins."""
        from llmtui.chat.context import kept_from

        log.mark(kept_from(session.path()))


def _messages(one: ReplyElsewhere) -> list[Message]:
    return [one.prompt, one.reply] if one.prompt else [one.reply]
