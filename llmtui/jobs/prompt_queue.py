"""Who speaks next: one reply at a time in each session, the rest waits in line."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llmtui.jobs.prompt_lines import PromptLines

if TYPE_CHECKING:
    from llmtui.chat.prompt import Generation, Prompt
    from llmtui.chat.session import Session
    from llmtui.jobs.replies import Replies
    from llmtui.jobs.reply import Reply
    from llmtui.jobs.reply_state import ReplyState

Spawn = Callable[[Coroutine[Any, Any, None]], object]
"""Runs a coroutine in the background, for as long as the program runs."""


class PromptQueue:
    """Sends prompts, and keeps those that must wait, on disk too.

    It belongs to the program and not to a screen: the prompts of a session that
    was left go on being sent, one after the other. After a reply that was
    stopped or failed nothing more is sent by itself: the line is *held* until
    the user sends something. That is asked at once, and the line goes on after it.
    """

    def __init__(
        self,
        replies: Replies,
        spawn: Spawn,
        changed: Callable[[str], None],
        ended: Callable[[Session, ReplyState], None],
        failed: Callable[[str, str], None],
    ) -> None:
        """``changed(session id)`` is called when a reply begins or ends or the line
        moves; ``ended`` once for each reply, after the line has moved on; ``failed(
        session id, sentence)`` when a waiting prompt could not be sent."""
        self._replies = replies
        self._spawn = spawn
        self._changed = changed
        self.lines = PromptLines(replies.store, changed)
        self._ended = ended
        self._failed = failed
        self._last: dict[str, Reply] = {}
        """The reply of each session after which its line goes on."""

    # -- looking -------------------------------------------------------------------

    def active(self, session_id: str) -> ReplyState | None:
        """The reply that is being written in a session."""
        reply = self._last.get(session_id)
        return None if reply is None or reply.state.done else reply.state

    def waiting(self, session_id: str) -> tuple[Prompt, ...]:
        """The prompts that wait in a session, next first."""
        return self.lines.of(session_id)

    def held(self, session_id: str) -> bool:
        """Whether prompts wait there for the user, and not for a reply."""
        return bool(self.waiting(session_id)) and not self._moves(session_id)

    def _moves(self, session_id: str) -> bool:
        """Whether the line goes on by itself: behind a reply that may end well."""
        reply = self._last.get(session_id)
        return reply is not None and reply.state.status in ("streaming", "complete")

    # -- sending -------------------------------------------------------------------

    def send(self, session: Session, prompt: Prompt) -> ReplyState | None:
        """Send a prompt, or put it in line behind the running reply (then None).

        Raises what ``Replies.begin`` raises; then nothing has changed.
        """
        line = self.waiting(session.id)
        if self.active(session.id) or (line and self._moves(session.id)):
            self.lines.add(session.id, prompt)
            return None
        return self._begin(session, lambda: self._replies.begin(session, prompt))

    def retry(
        self, session: Session, message_id: str, generation: Generation
    ) -> ReplyState | None:
        """Ask for another version of a reply; None while one is being written."""
        if self.active(session.id):
            return None
        return self._begin(
            session, lambda: self._replies.begin_again(session, message_id, generation)
        )

    def go_on(
        self, session: Session, message_id: str, generation: Generation
    ) -> ReplyState | None:
        """Continue a reply that was cut off; None while one is being written."""
        if self.active(session.id):
            return None
        return self._begin(
            session,
            lambda: self._replies.continue_from(session, message_id, generation),
        )

    def release(self, session: Session) -> ReplyState | None:
        """Send the next prompt of a line that is held; None if none is.

        Raises as ``send``; then the line is held still.
        """
        return self._send_next(session) if self.held(session.id) else None

    def stop(self, session_id: str) -> bool:
        """Stop the running reply, keeping what came; False if there is none.

        It is over at once: what is sent next does not wait for it.
        """
        if self.active(session_id) is None:
            return False
        self._last[session_id].stop()
        return True

    # -- one after the other -----------------------------------------------------------

    def _begin(self, session: Session, make: Callable[[], Reply]) -> ReplyState:
        reply = self._last[session.id] = make()
        self._spawn(self._drive(session, reply))
        self._changed(session.id)
        return reply.state

    async def _drive(self, session: Session, reply: Reply) -> None:
        await reply.state.ended()
        if self._last.get(session.id) is reply:
            del self._last[session.id]
            if reply.state.status == "complete":
                self._go_on_with_line(session)
        self._changed(session.id)
        self._ended(session, reply.state)
        await reply.state.finished()
        if reply.unsaved:
            self._replies.store.report(f"not saved yet, trying again: {reply.unsaved}")

    def _go_on_with_line(self, session: Session) -> None:
        try:
            self._send_next(session)
        except OSError as error:
            self._failed(session.id, str(error))

    def _send_next(self, session: Session) -> ReplyState | None:
        line = self.waiting(session.id)
        if not line:
            return None
        prompt = replace(line[0], follows=session.head)
        reply = self._replies.begin(session, prompt)
        self.lines.shorten(session.id, line[1:])
        return self._begin(session, lambda: reply)
