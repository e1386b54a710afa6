"""Sending a file to an Ollama server, which keeps files by their digests."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, AsyncIterator

from llmtui.chat.events import PullProgress
from llmtui.providers.errors import ProviderError
from llmtui.providers.http import Link, read
from llmtui.providers.ollama_errors import from_response

_PIECE = 1 << 20
_EVERY = 0.2
"""Seconds between two words about a file that is on its way."""


async def send_file(link: Link, path: str) -> AsyncGenerator[PullProgress, None]:
    """Have the server have a file, and tell how far that is; each step has its digest.

    It is sent only if the server does not have it (``HEAD`` and ``POST`` of
    ``/api/blobs/DIGEST``). Raises ``ProviderError``, also for a file that cannot be
    read.
    """
    name = os.path.basename(path)
    try:
        digest = await asyncio.to_thread(_digest, path)
        size = os.stat(path).st_size
        yield PullProgress(f"sending {name}", digest, size, 0)
        if not await _has(link, digest):
            sent = _Sent(path)
            sending = asyncio.ensure_future(_post(link, digest, size, sent))
            try:
                while not sending.done():
                    await asyncio.wait({sending}, timeout=_EVERY)
                    yield PullProgress(f"sending {name}", digest, size, sent.bytes)
            finally:
                sending.cancel()
            await sending
        yield PullProgress(f"sending {name}", digest, size, size)
    except OSError as error:
        raise ProviderError(
            f"{name} cannot be sent: {error.strerror or error}"
        ) from error


class _Sent:
    """The pieces of a file, and how many bytes of it are on their way."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.bytes = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        file = await asyncio.to_thread(open, self._path, "rb")
        with file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece
                self.bytes += len(piece)


async def _has(link: Link, digest: str) -> bool:
    async with link.stream("HEAD", f"/api/blobs/{digest}") as response:
        return response.status_code == 200


async def _post(link: Link, digest: str, size: int, sent: _Sent) -> None:
    async with link.upload(f"/api/blobs/{digest}", size, sent) as response:
        status, body = response.status_code, await read(response)
        if status not in (200, 201):
            raise from_response(status, response.headers, body, link.endpoint)


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
