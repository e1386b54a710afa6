"""Versions of a reply: another one, the rest of one, walking among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.ui.controls.context import Action, ChatContext

if TYPE_CHECKING:
    from llmtui.chat.message import Message


class Versions:
    """Acts on the reply that has the focus, else on the last one."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context

    def actions(self) -> dict[str, Action]:
        return {
            "retry": lambda _: self.retry(),
            "continue": lambda _: self.go_on(),
            "sibling-previous": lambda _: self._turn(-1),
            "sibling-next": lambda _: self._turn(1),
        }

    def retry(self) -> None:
        """Ask for another version of a reply."""
        if reply := self._reply():
            self._begin(self._context.chat.retry, reply)

    def go_on(self) -> None:
        """Continue a reply that was cut off."""
        reply = self._reply()
        if reply is None:
            return
        if reply.status == "complete" and reply.done_reason != "length":
            self._context.say("this reply is complete: there is nothing to continue")
        else:
            self._begin(self._context.chat.go_on, reply)

    def _reply(self) -> Message | None:
        """The reply that is meant; says so if there is none."""
        session = self._context.chat.session
        focused = session.messages.get(self._context.log_view.focused_id or "")
        if focused is None or focused.role != "assistant":
            focused = session.last_answer()
        if focused is None:
            self._context.say("there is no reply yet")
        return focused

    def _begin(self, begin: Callable[[str], object], message: Message) -> None:
        from llmtui.jobs.current_chat import NotSentError

        chat = self._context.chat
        if chat.reply is not None:
            self._context.say("a reply is being written: esc stops it")
            return
        try:
            begin(message.id)
        except NotSentError as error:
            self._context.say(f"not asked again: {error}", warning=True)

    def _turn(self, step: int) -> None:
        """Show another version of the message that has the focus, or of the last.

        A prompt has several where two windows wrote after the same reply.
        """
        context = self._context
        focused = context.chat.session.messages.get(context.log_view.focused_id or "")
        message = focused or self._reply()
        if message is None:
            return
        if context.chat.turn_to(message.id, step):
            context.show_session()
            context.log_view.focus()
        else:
            context.say("there is no other version that way")
