"""What is sent of a conversation that does not fit, so that what is pinned stays.

A server that gets too much leaves out the oldest messages, whatever they are. So
where something is pinned, others are left out here until all fits. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmtui.chat.context_sizes import sizes_of
from llmtui.chat.message import Message

_SURE = 0.85
"""The part of a window that is filled: not all tokens are counted."""


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
    sent = [message for message in path if message.is_sent]
    sizes = sizes_of(sent, system)
    tokens = dict(zip((message.id for message in sent), sizes.each, strict=True))
    over = sizes.total - int(window * _SURE)
    kept = []
    for number, message in enumerate(path):
        last = number == len(path) - 1
        size = tokens.get(message.id, 0)
        if over > 0 and size and not (message.pinned or last):
            over -= size
        else:
            kept.append(message)
    return kept
