"""The tree of the session: past prompts edited, forks, the view of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.commands.keymap import shown
from llmtui.ui.controls.editing import Editing
from llmtui.ui.controls.focused_message import FocusedMessage
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.controls.sessions import Sessions
from llmtui.ui.widgets.log.reading import Reading
from llmtui.ui.widgets.log.view import MessageLog

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.jobs.current_chat import CurrentChat


class Branches:
    """Acts on the message that has the focus, else on the last one that fits."""

    def __init__(
        self,
        chat: CurrentChat,
        log: MessageLog,
        meant: FocusedMessage,
        editing: Editing,
        sessions: Sessions,
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._log = log
        self._meant = meant
        self._editing = editing
        self._sessions = sessions
        self._run = services.run_job
        self._say = services.say
        self._ask = services.ask

    def actions(self) -> dict[str, Action]:
        return {
            "amend": lambda _: self.amend(),
            "fork": lambda _: self.fork(),
            "tree": lambda _: self.tree(),
            "undo": lambda _: self._run(self._undo()),
        }

    def amend(self) -> None:
        """Open a past prompt in the input; sending it makes another version."""
        message = self._message("user")
        if message is None:
            self._say("there is no prompt yet")
        elif self._chat.reply is not None:
            self._say("a reply is being written: esc stops it")
        elif message.erased:
            self._say("what it said was taken out for good")
        else:
            self._editing.begin(message)

    def fork(self, message_id: str = "") -> None:
        """Go on in a new session that begins with all up to a message."""
        message = self._message()
        target = message_id or (message.id if message else "")
        if not target:
            self._say("there is no message yet")
        else:
            self._run(self._fork(target))

    async def _fork(self, message_id: str) -> None:
        chat = self._chat
        try:
            forked = await chat.core.edits.fork(chat.session, message_id)
        except (OSError, ValueError) as error:
            self._say(str(error), warning=True)
            return
        await self._sessions.resume(forked.id)
        back = f"{shown('sessions')} finds the one it was forked from"
        self._say(f"this is a new session; {back}")

    def tree(self) -> None:
        """See all branches; go to a message, compare, name and prune."""
        from llmtui.ui.dialogs.tree import TreeDialog

        chat = self._chat
        if not chat.saved:
            self._say("there is nothing in this session yet")
            return
        dialog = TreeDialog(chat.session, chat.core.edits, self._ask)
        dialog.begin_at = self._log.focused_id or chat.session.head
        self._ask(dialog, self._after_tree)

    def _after_tree(self, choice: tuple[str, str]) -> None:
        what, message_id = choice
        if what == "fork":
            self.fork(message_id)
        elif self._chat.show(message_id):
            self._log.call_after_refresh(Reading(self._log).go_to, message_id)
            self._log.call_after_refresh(self._log.focus, scroll_visible=False)
        else:
            self._say("a reply is being written: esc stops it")

    async def _undo(self) -> None:
        chat = self._chat
        try:
            undone = await chat.core.edits.undo(chat.session)
        except (OSError, ValueError) as error:
            self._say(str(error), warning=True)
            return
        self._say("the branch is back" if undone else "nothing was pruned here")

    def _message(self, role: str = "") -> Message | None:
        """The message in focus, else the last of the branch (that has a role)."""
        session = self._chat.session
        focused = self._meant.focused()
        if focused is not None and role in ("", focused.role):
            return focused
        path = session.path(focused.id if focused else None)
        return next((m for m in reversed(path) if role in ("", m.role)), None)
