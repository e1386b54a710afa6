"""What could not be read or saved in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.ui.notices import Say

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat


def say_problems(chat: CurrentChat, say: Say) -> None:
    """Say what the store has met since one asked last, if anything."""
    for problem in chat.core.store.problems():
        say(problem, warning=True)
