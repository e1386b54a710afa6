"""When an answer is over although its connection stays open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import TypeVar

GRACE = 2.0
"""Seconds that the rest of an answer may take once its end was said: counts, or
the end of the connection."""

T = TypeVar("T")


def grace_ends() -> float:
    """When to wait no longer, by the loop's clock."""
    return asyncio.get_running_loop().time() + GRACE


async def until(
    parts: AsyncIterator[T], deadline: Callable[[], float | None]
) -> AsyncGenerator[T, None]:
    """The parts as they come, but none after the deadline, once there is one."""
    while True:
        try:
            if (when := deadline()) is None:
                part = await anext(parts)
            else:
                async with asyncio.timeout_at(when):
                    part = await anext(parts)
        except (StopAsyncIteration, TimeoutError):
            return
        yield part
