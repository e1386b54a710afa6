"""Questions by the way, which leave no trace in the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.markdown.addresses import Link
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.following import Following
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.log.view import MessageLog

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat


class SideQuestion:
    """Asks one with the session as context, and shows the answer over it."""

    def __init__(
        self, chat: CurrentChat, clipboard: Clipboard, services: ScreenServices
    ) -> None:
        self._chat = chat
        self._clipboard = clipboard
        self._say = services.say
        self._refuse = services.refuse
        self._ask = services.ask

    def actions(self) -> dict[str, Action]:
        return {"btw": self.ask}

    def ask(self, question: str = "") -> None:
        """Ask a question, which is typed in a dialog if none is given."""
        if question.strip():
            self._begin(question)
            return
        from llmtui.ui.dialogs.text import LineDialog

        hint = "asked with all that was said here; leaves no trace"
        self._ask(LineDialog("by the way", hint=hint), self._begin)

    def _follow(self, log: MessageLog, link: Link) -> None:
        Following(log, self._clipboard, self._say, self._ask).follow(link)

    def _begin(self, question: str) -> None:
        from llmtui.jobs.outbox import NotSentError
        from llmtui.ui.dialogs.side_question import SideQuestionDialog

        if not question.strip():
            return
        try:
            reply = self._chat.ask_beside(question)
        except NotSentError as error:
            self._refuse(f"not asked: {error}")
            return
        dialog = SideQuestionDialog(reply, self._clipboard.copy, self._follow)
        self._ask(dialog, lambda _: None)
