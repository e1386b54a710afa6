"""What is left out of what is sent, what always stays, what is taken out for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from llmtui.commands.command import Action
from llmtui.ui.controls.focused_message import FocusedMessage
from llmtui.ui.controls.services import ScreenServices

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.jobs.current_chat import CurrentChat


class Marks:
    """Acts on the message in focus, else on the last prompt with its reply."""

    def __init__(
        self, chat: CurrentChat, meant: FocusedMessage, services: ScreenServices
    ) -> None:
        self._chat = chat
        self._meant = meant
        self._run = services.run_job
        self._say = services.say
        self._ask = services.ask

    def actions(self) -> dict[str, Action]:
        return {
            "exclude": lambda _: self.exclude(),
            "pin": lambda _: self.pin(),
            "erase": lambda _: self.erase(),
        }

    def exclude(self) -> None:
        """Leave a message out of what is sent, or send it again."""
        if messages := self._messages():
            out = not all(message.excluded for message in messages)
            self._mark(messages, excluded=out)
            what = "left out of what is sent" if out else "sent again"
            self._say(f"{_count(messages)} {what}, from the next turn on")

    def pin(self) -> None:
        """Have a message stay when the context is full, or let it go."""
        if messages := self._messages():
            pinned = not all(message.pinned for message in messages)
            self._mark(messages, pinned=pinned)
            what = "stays when the context is full" if pinned else "may go again"
            self._say(f"{_count(messages)}: {what}")

    def _mark(self, messages: list[Message], **flags: bool) -> None:
        chat = self._chat
        chat.core.edits.mark(chat.session, *(m.id for m in messages), **flags)

    def erase(self) -> None:
        """Take what a message says out for good, once that was said twice."""
        from llmtui.ui.dialogs.choice import ChoiceDialog
        from llmtui.ui.dialogs.list_dialog import Choice

        message = self._meant.focused()
        if message is None:
            self._say(
                "tab goes into the log: put the focus on the message, then /erase"
            )
            return
        ways = {
            "keep": "keep it",
            "erase": "take it out for good, everywhere: nothing brings it back",
        }
        rows = [Choice(way, Content(words), words) for way, words in ways.items()]
        chosen = message.id

        def done(way: str) -> None:
            if way == "erase":
                self._run(self._erase(chosen))

        self._ask(ChoiceDialog("take this message out", rows), done)

    async def _erase(self, message_id: str) -> None:
        chat = self._chat
        try:
            erased = await chat.erase(message_id)
        except (OSError, ValueError) as error:
            self._say(str(error), warning=True)
            return
        words = "what it said is gone for good"
        if erased.indexed:
            words += "; the search index may have its words until it is made anew"
        if erased.elsewhere:
            count = len(erased.elsewhere)
            words += f"; other messages say the same, in {count} sessions"
        self._say(words, warning=bool(erased.indexed or erased.elsewhere))

    def _messages(self) -> list[Message]:
        """The messages that are meant; says so if there are none."""
        from llmtui.chat.tree import turn_of

        session = self._chat.session
        if focused := self._meant.focused():
            found = [focused]
        else:
            path = session.path()
            last = next((m for m in reversed(path) if m.role == "user"), None)
            ids = turn_of(session, last.id) if last else []
            found = [session.messages[message_id] for message_id in ids]
        if any(message.is_living for message in found):
            self._say("this reply is still being written")
            return []
        if not found:
            self._say("there is no message yet")
        return found


def _count(messages: list[Message]) -> str:
    return "1 message" if len(messages) == 1 else f"{len(messages)} messages"
