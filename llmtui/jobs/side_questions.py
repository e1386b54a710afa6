"""Questions beside a session: with all that is said there, and without a trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llmtui.chat.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.prompt import Generation
    from llmtui.chat.session import Session
    from llmtui.jobs.replies import Replies
    from llmtui.jobs.reply import Reply


class SideQuestions:
    """Asks in copies of sessions, which live in memory only."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies

    def begin(
        self,
        session: Session,
        text: str,
        generation: Generation,
        path: Sequence[Message] | None = None,
    ) -> Reply:
        """Ask with the branch that is shown as context, whatever is written there now;
        or with another ``path``.

        Raises ``SaveError`` if no model is chosen.
        """
        if path is None:
            path = [self._as_it_is(message) for message in session.path()]
        beside = self._replies.store.new(
            memory_only=True,
            title=session.title,
            head=path[-1].id if path else None,
            messages={message.id: message for message in path},
        )
        prompt = Prompt(text, generation, follows=beside.head)
        return self._replies.begin(beside, prompt)

    def _as_it_is(self, message: Message) -> Message:
        """A message; what came so far of one that is still being written."""
        reply = self._replies.running.get(message.id)
        if not message.is_living or reply is None:
            return message
        return replace(message, text=reply.state.text, status="stopped")
