"""A past prompt that is in the input, to be sent anew in other words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from llmtui.chat.pasted import Typed
from llmtui.slash import escaped
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.chat.message import Attachment, Message
    from llmtui.jobs.current_chat import CurrentChat

_WORDS = "another version of an earlier prompt: enter sends it, esc leaves it"


class Editing:
    """Knows which prompt it is, and what was typed and attached before it came."""

    def __init__(self, chat: CurrentChat, prompt: Prompt) -> None:
        self._chat = chat
        self._prompt = prompt
        self._session = ""
        self._message = ""
        self._typed = Typed("")
        self._attached: tuple[Attachment, ...] = ()

    @property
    def message(self) -> Message | None:
        """The prompt that is edited, None if none is."""
        session = self._chat.session
        return session.messages.get(
            self._message if session.id == self._session else ""
        )

    def begin(self, message: Message) -> None:
        """Bring a prompt into the input."""
        if self.message is None:
            self._typed = self._prompt.typed
            self._attached = self._chat.outbox.attached(self._chat.session)
        self._session, self._message = self._chat.session.id, message.id
        self._chat.outbox.attach(self._chat.session, message.attachments)
        self._prompt.put(escaped(message.text))
        self._prompt.border_title = Content(_WORDS)
        self._prompt.focus()

    def leave(self) -> bool:
        """Bring back what was typed before; False if nothing is edited."""
        if self.message is None:
            return False
        self.end()
        return True

    def end(self) -> None:
        """It was sent, or another session is shown: what was typed before is back."""
        if self._message:
            same = self.message is not None
            self._message, typed, self._typed = "", self._typed, Typed("")
            self._prompt.border_title = None
            if same:
                self._chat.outbox.attach(self._chat.session, self._attached)
                self._prompt.put(typed)
            self._attached = ()
