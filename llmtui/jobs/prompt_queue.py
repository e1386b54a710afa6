"""Who speaks next: one reply at a time in each session, the rest waits in line."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.replies import Replies
    from llmtui.jobs.reply import Reply

Spawn = Callable[[Coroutine[Any, Any, None]], object]
"""Runs a coroutine in the background, for as long as the program runs."""


class _How(TypedDict):
    host: Host
    listed: Model | None


class PromptQueue:
    """Sends prompts, and keeps those that must wait.

    It belongs to the app and not to a screen: the prompts of a session that
    was left go on being sent, one after the other. After a reply that was
    stopped or failed nothing more is sent by itself; the line is *held* until
    the user sends or takes back.
    """

    def __init__(
        self,
        replies: Replies,
        spawn: Spawn,
        host: Callable[[], Host],
        listed: Callable[[str], Model | None],
        changed: Callable[[str], None],
        failed: Callable[[str, str], None],
    ) -> None:
        """``listed(model)`` is what the host says about a model.

        ``changed(session id)`` is called when a reply begins or ends or the line
        moves; ``failed(session id, sentence)`` when a waiting prompt could not be
        sent."""
        self._replies = replies
        self._spawn = spawn
        self._host = host
        self._listed = listed
        self._changed = changed
        self._failed = failed
        self._lines: dict[str, list[str]] = {}
        self._active: dict[str, Reply] = {}

    def active(self, session_id: str) -> Reply | None:
        """The reply that is being written in a session."""
        return self._active.get(session_id)

    def waiting(self, session_id: str) -> tuple[str, ...]:
        """The prompts that wait in a session, next first."""
        return tuple(self._lines.get(session_id, ()))

    def send(self, session: Session, text: str) -> Reply | None:
        """Send a prompt, or put it in line behind the running reply (then None).

        Raises what ``Replies.begin`` raises; then nothing has changed.
        """
        if session.id in self._active:
            self._lines.setdefault(session.id, []).append(text)
            self._changed(session.id)
            return None
        return self._begin(
            session, lambda: self._replies.begin(session, text, **self._how(session))
        )

    def retry(self, session: Session, message_id: str) -> Reply | None:
        """Ask for another version of a reply; None while one is being written."""
        if session.id in self._active:
            return None
        how = self._how(session)
        return self._begin(
            session, lambda: self._replies.begin_again(session, message_id, **how)
        )

    def go_on(self, session: Session, message_id: str) -> Reply | None:
        """Continue a reply that was cut off; None while one is being written."""
        if session.id in self._active:
            return None
        return self._begin(
            session,
            lambda: self._replies.continue_from(
                session, message_id, **self._how(session)
            ),
        )

    def take_back(self, session_id: str) -> str | None:
        """Remove the last prompt of the line and return it."""
        line = self._lines.get(session_id)
        if not line:
            return None
        text = line.pop()
        self._changed(session_id)
        return text

    def take_all_back(self, session_id: str) -> list[str]:
        """Empty the line and return what was in it, next first."""
        line = self._lines.pop(session_id, [])
        if line:
            self._changed(session_id)
        return line

    def stop(self, session_id: str) -> bool:
        """Stop the running reply, keeping what came; False if there is none."""
        reply = self._active.get(session_id)
        if reply is None:
            return False
        reply.stop()
        return True

    def _how(self, session: Session) -> _How:
        return {"host": self._host(), "listed": self._listed(session.model)}

    def _begin(self, session: Session, make: Callable[[], Reply]) -> Reply:
        reply = make()
        self._active[session.id] = reply
        self._spawn(self._drive(session, reply))
        self._changed(session.id)
        return reply

    async def _drive(self, session: Session, reply: Reply) -> None:
        try:
            await reply.run()
        finally:
            if self._active.get(session.id) is reply:
                del self._active[session.id]
        if reply.status == "complete":
            self._send_next(session)
        self._changed(session.id)

    def _send_next(self, session: Session) -> None:
        line = self._lines.get(session.id)
        if not line:
            return
        text = line[0]
        try:
            self._begin(
                session,
                lambda: self._replies.begin(session, text, **self._how(session)),
            )
        except OSError as error:
            self._failed(session.id, str(error))
        else:
            del line[0]
