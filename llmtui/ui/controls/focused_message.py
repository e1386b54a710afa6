"""Which message a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.ui.notices import Say
from llmtui.ui.widgets.log.view import MessageLog

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.jobs.current_chat import CurrentChat


class FocusedMessage:
    """The one that has the focus in the log, else the last reply."""

    def __init__(self, chat: CurrentChat, log: MessageLog, say: Say) -> None:
        self._chat = chat
        self._log = log
        self._say = say

    def focused(self) -> Message | None:
        """The message that has the focus itself."""
        return self._chat.session.messages.get(self._log.focused_id or "")

    def any(self) -> Message | None:
        """Whatever message is meant; says so if there is none."""
        found = self.focused() or self._chat.session.last_answer()
        if found is None:
            self._say("there is no message yet")
        return found

    def reply(self) -> Message | None:
        """The reply that is meant; says so if there is none."""
        found = self.focused()
        if found is None or found.role != "assistant":
            found = self._chat.session.last_answer()
        if found is None:
            self._say("there is no reply yet")
        return found

    def finished_reply(self) -> Message | None:
        """The same; says so too if it is still being written."""
        found = self.reply()
        if found is not None and found.is_living:
            self._say("this reply is still being written")
            return None
        return found
