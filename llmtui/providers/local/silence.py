"""Tokens that never become text: the bytes of a character that is never whole.

llama.cpp's server sends nothing of a token until its bytes end with a whole
character, so a model that repeats half of one is silent up to its limit. The
server tells how many tokens it has made (``/slots``): where they go on and
nothing comes, the model repeats itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import Any

from llmtui.chat.events import Event, Finished
from llmtui.chat.lenient import as_mapping, as_mappings, as_whole
from llmtui.chat.outcome import REPEATING

PAUSE = 2.0
"""Seconds of silence between two looks at how many tokens there are."""

MOST = 64
"""Tokens without a character. The longest character has four bytes; a parser that
waits for the end of a tag, or a stop string, holds back a few tokens more."""


async def until_silent(
    events: AsyncGenerator[Event, None],
    made: Callable[[], Awaitable[int | None]],
    *,
    pause: float | None = None,
) -> AsyncGenerator[Event, None]:
    """``events``; ends with ``Finished`` "repeating" where only tokens go on.

    ``made()`` is how many tokens this reply has, None if that is not known.
    """
    pause = PAUSE if pause is None else pause
    while True:
        step = asyncio.ensure_future(anext(events, None))
        try:
            if not await _comes(step, made, pause):
                yield Finished(done_reason=REPEATING)
                return
        finally:
            if not step.done():
                step.cancel()
                await asyncio.wait({step})
        event = step.result()
        if event is None:
            return
        yield event


async def _comes(
    step: asyncio.Future[Event | None],
    made: Callable[[], Awaitable[int | None]],
    pause: float,
) -> bool:
    """Wait for the next event; False once too many tokens have come without one."""
    before: int | None = None
    while not (await asyncio.wait({step}, timeout=pause))[0]:
        count = await made()
        if count is None or step.done():
            continue
        if before is None or count < before:
            before = count
        elif count - before >= MOST:
            return False
    return True


def tokens_made(slots: Sequence[Mapping[str, Any]]) -> int | None:
    """How many tokens the one reply that is written has; None if there are several.

    >>> tokens_made([{"is_processing": True, "next_token": [{"n_decoded": 7}]}])
    7
    >>> tokens_made([{"is_processing": False}]), tokens_made([])
    (None, None)
    """
    busy = [slot for slot in slots if slot.get("is_processing") is True]
    if len(busy) != 1:
        return None
    token = busy[0].get("next_token")
    found = as_mappings(token)
    return as_whole((found[0] if found else as_mapping(token)).get("n_decoded"))
