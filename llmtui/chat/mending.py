"""The prompt that has a model mend an answer which is not in its format."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmtui.chat.message import Message


def can_mend(message: Message) -> bool:
    """Whether it is known where an answer does not fit what it was asked for in."""
    return message.misfit is not None and message.request is not None


def mending_prompt(message: Message) -> str:
    """Says where the answer does not fit, and asks for all of it again."""
    assert message.misfit is not None
    path, problem = message.misfit
    where = "as a whole" if path == "$" else f"at {path}"
    return (
        f"Your answer does not fit the format that I asked for: {where}, it {problem}. "
        "Give the whole answer again, mended, in that format and with nothing else."
    )
