"""What the core reports: replies that begin and end, hosts that come and go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.ui.notices import Say

if TYPE_CHECKING:
    from llmtui.jobs.reply import Reply
    from llmtui.ui.controls.chat import ChatControls


class ChatEvents:
    """Brings it to the screen, and does what follows from it."""

    def __init__(self, sync: Callable[[], Reply | None], say: Say) -> None:
        """``sync`` paints the current chat as it is now; it returns the reply that
        ended since it was painted last."""
        self.controls: ChatControls | None = None
        """None until the current chat is there; until then nothing is reported."""
        self._sync = sync
        self._say = say

    def host_changed(self) -> None:
        """The host came, went, or has other models."""
        if self.controls is None:
            return
        chat = self.controls.chat
        if words := chat.host_switch.changed(untouched=not chat.saved):
            self._say(words)
        self._sync()
        self.controls.models.changed()
        self.controls.sending.send_early()

    def turn_changed(self, session_id: str) -> None:
        """A reply began or ended somewhere, or a line moved."""
        if self.controls is None:
            return
        chat = self.controls.chat
        if session_id != chat.session.id:
            if chat.queue.active(session_id) is None:
                self._say("a reply in another session is finished: ctrl+o finds it")
            return
        ended = self._sync()
        if ended is not None and ended.failure is not None:
            chat.monitor.poke()  # perhaps the host has gone

    def turn_failed(self, session_id: str, sentence: str) -> None:
        """A waiting prompt could not be sent."""
        self._say(f"a waiting prompt was not sent: {sentence}", warning=True)
