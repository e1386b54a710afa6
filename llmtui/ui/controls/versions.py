"""Versions of a reply: another one, the rest of one, walking among them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from llmtui.chat.outcome import lack_of
from llmtui.commands.command import Action
from llmtui.ui.controls.focused_message import FocusedMessage
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.log.view import MessageLog

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.session import Session
    from llmtui.jobs.current_chat import CurrentChat


class Versions:
    """Acts on the reply that has the focus, else on the last one."""

    def __init__(
        self,
        chat: CurrentChat,
        log: MessageLog,
        meant: FocusedMessage,
        ask_for_model: Callable[[Callable[[str], object]], object],
        services: ScreenServices,
    ) -> None:
        """``ask_for_model`` has the user choose one and calls what it is given."""
        self._spawn = services.spawn
        self._chat = chat
        self._ask_for_model = ask_for_model
        self._log = log
        self._meant = meant
        self._say = services.say
        self._refuse = services.refuse

    def actions(self) -> dict[str, Action]:
        return {
            "retry": self.retry,
            "retry-with": lambda _: self.retry_with(),
            "repeat": lambda _: self.repeat(),
            "mend": lambda _: self.mend(),
            "continue": lambda _: self.go_on(),
            "sibling-previous": lambda _: self._turn(-1),
            "sibling-next": lambda _: self._turn(1),
        }

    def retry(self, model: str = "") -> None:
        """Ask for another version of a reply, by another model if one is named."""
        if not (reply := self._meant.reply()):
            return
        listed = self._chat.models.choice.listed(model) if model else None
        if model and listed is None and self._chat.monitor.models:
            label = self._chat.monitor.host.label
            self._refuse(f"{label} has no model {model}")
            return
        name = listed.name if listed else model
        self._begin(partial(self._chat.outbox.retry, model=name), reply)

    def retry_with(self) -> None:
        """Ask another model for a version of a reply."""
        if reply := self._meant.reply():
            retry = self._chat.outbox.retry
            self._ask_for_model(
                lambda name: self._begin(partial(retry, model=name), reply)
            )

    def repeat(self) -> None:
        """Ask for a reply with all that was sent for it before."""
        reply, chat = self._meant.reply(), self._chat
        if reply is None or not self._begin(chat.again.repeat, reply):
            return
        session = chat.session

        async def say_doubts() -> None:
            doubts = await chat.again.doubts(session, reply.id)
            words = "; ".join(doubts) if doubts else "nothing is known to be different"
            self._say(f"asked as before: {words}", warning=bool(doubts))

        self._spawn(say_doubts())

    def mend(self) -> None:
        """Have the model mend an answer that does not fit its format."""
        if reply := self._meant.reply():
            self._begin(self._chat.again.mend, reply)

    def go_on(self) -> None:
        """Continue a reply that was cut off."""
        reply = self._meant.reply()
        if reply is None:
            return
        if reply.status == "complete" and lack_of(reply) is None:
            self._say("this reply is complete: there is nothing to continue")
        else:
            self._begin(self._chat.outbox.go_on, reply)

    def _begin(self, begin: Callable[[Session, str], object], message: Message) -> bool:
        """Whether it was begun; says why if not."""
        from llmtui.jobs.outbox import NotSentError

        if self._chat.reply is not None:
            self._say("a reply is being written: esc stops it")
            return False
        try:
            begin(self._chat.session, message.id)
        except NotSentError as error:
            self._say(f"not asked again: {error}", warning=True)
            return False
        return True

    def _turn(self, step: int) -> None:
        """Show another version of the message that has the focus, or of the last.

        A prompt has several where two windows wrote after the same reply.
        """
        message = self._meant.focused() or self._meant.reply()
        if message is None:
            return
        beside = self._chat.session.version_beside(message.id, step)
        if beside is not None and self._chat.show(beside):
            self._log.focus()
        else:
            self._say("there is no other version that way")
