"""The log and the current session: one shows the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.ui.widgets.log.view import MessageLog

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.reply import Reply


class LogSync:
    """Keeps the log at the session's branch, and at the reply that runs in it."""

    def __init__(self) -> None:
        self._reply: Reply | None = None
        self._last: str | None = None
        """The last message in the log."""

    def show(self, log: MessageLog, chat: CurrentChat) -> None:
        """Show the current session from its beginning."""
        self._reply = chat.reply
        path = chat.session.path()
        self._last = path[-1].id if path else None
        versions = chat.session.versions()
        log.set_messages(path, versions.__getitem__)
        if self._reply is not None:
            log.follow(self._reply, versions.__getitem__)

    def catch_up(self, log: MessageLog, chat: CurrentChat) -> Reply | None:
        """Show a reply that began; returns the one that ended, if one did."""
        reply, before = chat.reply, self._reply
        if reply is before:
            return None
        if reply is not None:
            self._begin(log, chat, reply)
        self._reply = reply
        return before

    def _begin(self, log: MessageLog, chat: CurrentChat, reply: Reply) -> None:
        """Put prompt and reply below, or show the branch that they are on."""
        prompt = reply.prompt
        if (
            prompt is not None
            and prompt.parent == self._last
            and reply.message.parent == prompt.id
        ):
            log.append(prompt)
            log.follow(reply)
            self._last = reply.id
        else:
            self.show(log, chat)
