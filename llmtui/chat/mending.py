"""The prompt that has a model mend an answer which is not in its format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.chat.misfit import Misfit
from llmtui.chat.outcome import lack_of

if TYPE_CHECKING:
    from llmtui.chat.message import Message


def to_mend(message: Message) -> Misfit | None:
    """What is to be mended in an answer, None if nothing is."""
    if message.request is None or message.request.format is None:
        return None
    if message.misfit is None and (lack := lack_of(message)) and lack.misfits:
        # One that an older version of the program has stored.
        return Misfit("$", "is no JSON, or only a part of it")
    return message.misfit


def mending_prompt(misfit: Misfit) -> str:
    """Says where the answer does not fit, and asks for all of it again."""
    where = "as a whole" if misfit.path == "$" else f"at {misfit.path}"
    return (
        f"Your answer does not fit the format that I asked for: {where}, "
        f"it {misfit.problem}. "
        "Give the whole answer again, mended, in that format and with nothing else."
    )
