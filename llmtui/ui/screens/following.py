"""The log and the session on the desk: one shows the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.ui.widgets.log.view import MessageLog

if TYPE_CHECKING:
    from llmtui.jobs.desk import Desk
    from llmtui.jobs.reply import Reply


class Following:
    """Keeps the log at the session's branch, and at the reply that runs in it."""

    def __init__(self) -> None:
        self._reply: Reply | None = None
        self._last: str | None = None
        """The last message in the log."""

    def show(self, log: MessageLog, desk: Desk) -> None:
        """Show the session on the desk from its beginning."""
        self._reply = desk.reply
        path = desk.session.path()
        self._last = path[-1].id if path else None
        versions = desk.session.versions()
        log.set_messages(path, versions.__getitem__)
        if self._reply is not None:
            log.follow(self._reply, versions.__getitem__)

    def catch_up(self, log: MessageLog, desk: Desk) -> Reply | None:
        """Show a reply that began; returns the one that ended, if one did."""
        reply, before = desk.reply, self._reply
        if reply is before:
            return None
        if reply is not None:
            self._begin(log, desk, reply)
        self._reply = reply
        return before

    def _begin(self, log: MessageLog, desk: Desk, reply: Reply) -> None:
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
            self.show(log, desk)
