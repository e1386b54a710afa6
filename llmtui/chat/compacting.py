"""A long conversation as a summary with which another one begins. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llmtui.chat.context import text_tokens
from llmtui.chat.message import Message
from llmtui.chat.session import Session
from llmtui.clock import new_id, now

ASK = (
    "Summarise our conversation so far, so that it can go on from your summary alone. "
    "Keep every fact, decision, name, number, file name and piece of code that may "
    "still matter, what I want, what was done, and what is still open. Write the "
    "summary and nothing else, in the language of the conversation."
)
_BEGINS = "This is a summary of our conversation so far:\n\n"
_FILLED = 0.6
"""The part of the window that may be filled with what is summarised; the rest is for
the question, the summary, and for what an estimate is wrong by."""


def parts(
    messages: Sequence[Message], sizes: Sequence[int], window: int
) -> list[list[Message]]:
    """``messages`` in parts, each of which can be read at once.

    One part where the ``window`` is not known (0). A message that is too long by
    itself is a part of its own.
    """
    room = int(window * _FILLED) if window else sum(sizes)
    found: list[list[Message]] = []
    used = 0
    for message, size in zip(messages, sizes, strict=True):
        if not found or used + size > room:
            found.append([])
            # The summary of what came before is part of what is read then.
            used = room // 4 if len(found) > 1 else 0
        found[-1].append(message)
        used += size
    return found


def after_summary(summary: str, messages: Sequence[Message]) -> list[Message]:
    """Messages as a branch of their own, below the summary of what came before them,
    if there is one."""
    first = [_saying(summary)] if summary else []
    found: list[Message] = []
    for message in (*first, *messages):
        parent = found[-1].id if found else None
        found.append(replace(message, parent=parent, pinned=False))
    return found


def compacted(session: Session, summary: str) -> Session:
    """A new session that begins with a summary of another one, which it names."""
    first = _saying(summary)
    return Session(
        updated=now(),
        title=session.title,
        title_by=session.title_by,
        tags=list(session.tags),
        head=first.id,
        model=session.model,
        host=session.host,
        source={"session": session.id, "message": session.head, "as": "summary"},
        messages={first.id: first},
        **session.sent_with,
    )


def tokens_after(summary: str, system: str | None) -> int:
    """About how many tokens the new session begins with."""
    above = text_tokens(system) if system else 0
    return above + text_tokens(_BEGINS + summary)


def _saying(summary: str) -> Message:
    return Message(
        new_id(), None, "user", _BEGINS + summary.strip(), now(), name="summary"
    )
