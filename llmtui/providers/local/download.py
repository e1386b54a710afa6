"""Fetching one file: what is there stays, what is missing comes, cuts are mended."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any

from llmtui.files.partial import Partial
from llmtui.human import size as shown_size
from llmtui.providers.errors import BrokenStream, ProviderError, Unreachable
from llmtui.providers.local import registry_errors
from llmtui.providers.local.file_client import Body

_TRIES = 6
"""Attempts in a row that may bring nothing."""
_BATCH = 256 * 1024
"""Bytes that are written at once, in a thread."""
_LOOK = 0.1
"""Seconds between two signs of progress."""

Open = Callable[[int], AbstractAsyncContextManager[Body]]
"""Opens the file from a byte on."""
Pause = Callable[[float], Awaitable[Any]]


async def download(
    open_at: Open, partial: Partial, size: int, what: str, pause: Pause = asyncio.sleep
) -> AsyncGenerator[int, None]:
    """Bring ``partial`` to ``size`` bytes; gives how many there are, as it goes.

    A connection that breaks is made again, from where it broke on. However this
    is left, all that came is written. Raises ``ProviderError`` and ``OSError``.
    """
    if partial.size > size:
        await asyncio.to_thread(partial.reset)
    failures = 0
    while partial.size < size:
        before = partial.size
        try:
            async with aclosing(_attempt(open_at, partial, size)) as sizes:
                async for there in sizes:
                    yield there
            if partial.size < size:
                raise registry_errors.cut_off(what)
        except (BrokenStream, Unreachable) as error:
            if not before and partial.size == 0 and isinstance(error, Unreachable):
                raise
            failures = 0 if partial.size > before else failures + 1
            if failures >= _TRIES:
                raise registry_errors.cut_off(what) from error
            await pause(min(0.25 * 2**failures, 8.0))


async def _attempt(
    open_at: Open, partial: Partial, size: int
) -> AsyncGenerator[int, None]:
    """One connection; returns when it has ended, whole or not."""
    async with open_at(partial.size) as body, aclosing(body.pieces) as pieces:
        # A server that cannot send a part sends all: what is there is passed over.
        skip = partial.size - body.start
        waiting: list[bytes] = []
        held, looked = 0, 0.0
        try:
            async for piece in pieces:
                if skip:
                    piece, skip = piece[skip:], max(0, skip - len(piece))
                piece = piece[: size - partial.size - held]
                waiting.append(piece)
                held += len(piece)
                now = time.monotonic()
                if held >= _BATCH:
                    data, waiting, held = b"".join(waiting), [], 0
                    await _write(partial, data)
                if now - looked >= _LOOK:
                    looked = now
                    yield partial.size + held
                if partial.size + held >= size:
                    break
        finally:
            # Not in a thread: who is cancelled has no time to wait for one.
            partial.write(b"".join(waiting))
        yield partial.size


async def _write(partial: Partial, data: bytes) -> None:
    """Write in a thread, to the end also when cancelled meanwhile."""
    writing = asyncio.ensure_future(asyncio.to_thread(partial.write, data))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait({writing})
        raise


def disk_error(error: OSError, what: str, folder: str, missing: int) -> ProviderError:
    """The error for a disk that does not take a model."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ProviderError(
            f"there is not enough room on the disk for {what}",
            advice=f"It needs {shown_size(missing)} in {folder}. What came is kept; "
            "pull again when there is room.",
        )
    return ProviderError(
        f"{what} could not be put into {folder}: {error.strerror or error}"
    )


def full_disk() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
