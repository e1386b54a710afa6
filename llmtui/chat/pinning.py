"""What is sent of a conversation that does not fit, so that what is pinned stays.

A server that gets too much leaves out the oldest messages, whatever they are. So
where something is pinned, others are left out here until all fits. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmtui.chat.context import message_tokens, text_tokens
from llmtui.chat.message import Message

_SURE = 0.85
"""The part of a window that is filled: tokens are only estimated here."""


def fitting(
    path: Sequence[Message], window: int, system: str | None = None
) -> Sequence[Message]:
    """The messages of ``path`` that are sent to a server which keeps ``window``
    tokens (0: unknown).

    All of them if nothing is pinned, or if they fit. Else the oldest go first, but
    not what is pinned, nor the last one, which is to be answered.
    """
    if not window or not any(message.pinned for message in path):
        return path
    sizes = [message_tokens(message) if message.is_sent else 0 for message in path]
    over = sum(sizes) + text_tokens(system or "") - int(window * _SURE)
    kept = []
    for number, message in enumerate(path):
        last = number == len(path) - 1
        if over > 0 and sizes[number] and not (message.pinned or last):
            over -= sizes[number]
        else:
            kept.append(message)
    return kept
