"""What the core reports: replies that begin and end, hosts that come and go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.commands.keymap import shown
from llmtui.jobs.chat_listener import ChatListener
from llmtui.ui.attention import PRIVATE
from llmtui.ui.notices import Say

if TYPE_CHECKING:
    from llmtui.chat.session import Session
    from llmtui.jobs.pulls import QueuedPull
    from llmtui.jobs.reply_state import ReplyState
    from llmtui.ui.controls.chat import ChatControls


class ChatEvents(ChatListener):
    """Brings it to the screen, and does what follows from it."""

    def __init__(
        self,
        sync: Callable[[], object],
        say: Say,
        tell: Callable[[str, ReplyState], object],
    ) -> None:
        """``sync`` paints the current chat as it is now; ``tell`` tells who looks
        elsewhere that a reply ended in a session of this name."""
        self.controls: ChatControls | None = None
        """None until the current chat is there; until then nothing is reported."""
        self._sync = sync
        self._say = say
        self._tell = tell

    def host_changed(self) -> None:
        """The host came, went, or has other models."""
        if self.controls is None:
            return
        chat = self.controls.chat
        if words := chat.host_switch.changed(untouched=not chat.saved):
            self._say(words)
        chat.models.offers.host_changed()
        chat.models.learn()
        self._sync()
        self.controls.models.answers_changed()
        self.controls.sending.send_early()

    def turn_changed(self, session_id: str) -> None:
        """A reply began or ended somewhere, or a line moved."""
        if self.controls and session_id == self.controls.chat.session.id:
            self._sync()
            self.controls.models.answers_changed()
            self.controls.waiting.changed()

    def turn_ended(self, session: Session, reply: ReplyState) -> None:
        """A reply ended: what became of one that is out of sight is said."""
        if self.controls is None:
            return
        chat = self.controls.chat
        if chat.queue.active(session.id) is not None:
            return
        kept = chat.core.store.keeps(session.id)
        self._tell(session.title if kept else PRIVATE, reply)
        if session is not chat.session:
            words, bad = end_words(reply)
            self._say(f"the reply in {session.title!r} {words}", warning=bad)

    def turn_failed(self, session_id: str, sentence: str) -> None:
        """A waiting prompt could not be sent."""
        self._say(f"a waiting prompt was not sent: {sentence}", warning=True)

    def pull_ended(self, pull: QueuedPull) -> None:
        """A model has come, or could not be fetched."""
        if self.controls is not None:
            self.controls.models.pulling.ended(pull)


def end_words(reply: ReplyState) -> tuple[str, bool]:
    """How a reply ended, for those who did not see it, and whether badly."""
    from llmtui.chat.outcome import lack_of

    if reply.status in ("failed", "incomplete"):
        what = "failed" if reply.status == "failed" else "was cut off"
        return f"{what}: {reply.message.error}", True
    if reply.status == "stopped":
        return f"was stopped: {shown('sessions')} finds it", False
    if missing := lack_of(reply.message):
        return f"has ended: {missing.sentence}", True
    return f"is finished: {shown('sessions')} finds it", False
