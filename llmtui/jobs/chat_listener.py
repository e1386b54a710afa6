"""Who is told what happens while nobody presses a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmtui.chat.session import Session
    from llmtui.jobs.pulls import QueuedPull
    from llmtui.jobs.reply_state import ReplyState


class ChatListener:
    """A front end overrides what it shows; this one hears, and does nothing."""

    def turn_changed(self, session_id: str) -> None:
        """A reply began or ended somewhere, a line moved, or there is more to see."""

    def turn_ended(self, session: Session, reply: ReplyState) -> None:
        """A reply ended, after the line has moved on."""

    def turn_failed(self, session_id: str, sentence: str) -> None:
        """A waiting prompt could not be sent."""

    def pull_ended(self, pull: QueuedPull) -> None:
        """A model has come, or could not be fetched; what follows is done."""
