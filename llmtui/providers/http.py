"""The one place that talks HTTP: time-outs, proxies, keys, TLS, and their troubles.

``Link`` is the connection to one host. It raises ``ProviderError`` and lets
nothing of httpx out but the ``Response`` that its own callers read from.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Iterable,
    Mapping,
)
from contextlib import aclosing, asynccontextmanager

import httpx

from llmtui import __version__
from llmtui.hosts import Host
from llmtui.providers.credentials import find_credentials
from llmtui.providers.errors import NotUnderstood, Unreachable
from llmtui.providers.httpx_errors import (
    CONNECT_SECONDS,
    Endpoint,
    before_response,
    during_response,
)
from llmtui.providers.key_command import KeyCommand
from llmtui.providers.proxies import ProxyChoice, choose_proxy
from llmtui.providers.tls import tls_context

LOOK_SECONDS = 8.0
"""How long a server may take for what it knows already: its models, its version."""

LONGEST_BODY = 64_000_000
"""Bytes of an answer that is read whole; ``/api/show`` of a big model has a few."""

_PIECE = 65_536

# Compressed answers come late: a proxy gathers before it compresses.
_HEADERS = {"User-Agent": f"llmtui/{__version__}", "Accept-Encoding": "identity"}


class Link:
    """The connection to one host. Nothing happens before the first request."""

    def __init__(
        self,
        host: Host,
        what: str = "the server",
        *,
        environ: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        patience: float = LOOK_SECONDS,
        key: KeyCommand | None = None,
    ) -> None:
        """``what`` is the server in sentences: ``Ollama``. Links to one host may share
        a ``key``. The rest is for tests."""
        self.host = host
        self._what = what
        self._environ = os.environ if environ is None else environ
        self._transport = transport
        self._patience = patience
        self.credentials = find_credentials(host, self._environ)
        self._proxy: ProxyChoice | None = None
        self._client: httpx.AsyncClient | None = None
        self._key = key or KeyCommand(host.access.key_command)

    @property
    def endpoint(self) -> Endpoint:
        """Whom it talks to, for sentences."""
        return Endpoint(self.host, self._what, self.credentials, self._proxy)

    @asynccontextmanager
    async def look(
        self, method: str, path: str, body: object = None
    ) -> AsyncGenerator[httpx.Response, None]:
        """``stream`` for what a server that is well answers at once.

        Raises ``Unreachable`` if it has not in some seconds, reading included.
        """
        await self._find_key()
        try:
            async with (
                asyncio.timeout(self._patience),
                self.stream(method, path, body) as response,
            ):
                yield response
        except TimeoutError as error:
            raise Unreachable(
                f"{self.endpoint} is not answering: it takes connections, but said "
                f"nothing in {self._patience:g} seconds",
                advice="It may be busy, or hang; its log may tell more.",
            ) from error

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        pieces: Iterable[bytes] | None = None,
        accept: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> AsyncGenerator[httpx.Response, None]:
        """Send a request and give the answer, whatever its status, to be read.

        The body is ``body`` as JSON, or JSON in ``pieces``, made and sent a
        little at a time so that a long history does not hold up the loop.
        Leaving the context closes the connection unless the answer was read to
        its end. Raises ``ProviderError``; also for what goes wrong while the
        answer is read inside the context.
        """
        if body is not None:
            pieces = (encode(body),)
        content = None if pieces is None else await _gathered(pieces)
        sent = {"Accept": accept, **(headers or {})}
        if content is not None:
            sent["Content-Type"] = "application/json"
            sent["Content-Length"] = str(len(content))
        repeatable = None if content is None else lambda: _sent(content)
        async with self._exchange(method, path, sent, repeatable) as response:
            yield response

    @asynccontextmanager
    async def upload(
        self, path: str, size: int, pieces: AsyncIterable[bytes]
    ) -> AsyncGenerator[httpx.Response, None]:
        """Post ``size`` bytes of a file; the rest as for ``stream``."""
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(size),
        }
        async with self._exchange(
            "POST", path, headers, lambda: pieces, again=False
        ) as response:
            yield response

    @asynccontextmanager
    async def _exchange(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: Callable[[], AsyncIterable[bytes]] | None,
        *,
        again: bool = True,
    ) -> AsyncGenerator[httpx.Response, None]:
        """``again``: whether it may be sent twice, the second time with another key."""
        client = await self._open()

        async def send() -> httpx.Response:
            await self._find_key()
            request = client.build_request(
                method,
                self.host.url + path,
                headers={**self.credentials.sent(), **headers},
                content=content() if content else None,
            )
            return await client.send(request, stream=True)

        try:
            response = await send()
            refused = response.status_code == 401 and again
            if refused and self._key.expired(self.credentials.key):
                await response.aclose()
                response = await send()
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise before_response(error, self.endpoint) from error
        try:
            yield response
        except httpx.HTTPError as error:
            raise during_response(error, self.endpoint) from error
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """Close all connections; safe to call twice."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _find_key(self) -> None:
        """Have the command of the host print its key, if it has not yet."""
        if self._key.command:
            key = await self._key.key()
            self.credentials = self.credentials._replace(key=key)

    async def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._proxy = choose_proxy(self.host, self._environ)
            tls = self.host.url.startswith("https://")
            access = self.host.access
            verify = await asyncio.to_thread(tls_context, access) if tls else False
            if self._client is None:
                self._client = httpx.AsyncClient(
                    verify=verify,
                    proxy=self._proxy.proxy if self._proxy else None,
                    transport=self._transport,
                    trust_env=False,
                    follow_redirects=False,
                    headers=_HEADERS,
                    timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
                    limits=httpx.Limits(
                        max_connections=None,
                        max_keepalive_connections=4,
                        keepalive_expiry=30,
                    ),
                )
        return self._client


async def read(response: httpx.Response, limit: int = LONGEST_BODY) -> bytes:
    """The whole body; raises ``NotUnderstood`` if it is longer than ``limit`` bytes."""
    async with aclosing(chunks(response)) as parts:
        return await gather(parts, limit)


async def gather(parts: AsyncIterable[bytes], limit: int = LONGEST_BODY) -> bytes:
    """The parts as one; raises ``NotUnderstood`` if that is longer than ``limit``."""
    found = bytearray()
    async for part in parts:
        found += part
        if len(found) > limit:
            raise NotUnderstood(
                f"the answer is longer than {limit // 1_000_000} MB",
                advice="Is the address right?",
            )
    return bytes(found)


async def chunks(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The body as it comes."""
    # The raw bytes are the body unless somebody compressed it although we
    # asked not to, and spare a decoder's work for every piece.
    packed = response.headers.get("content-encoding", "identity") != "identity"
    parts = response.aiter_bytes() if packed else response.aiter_raw()
    async for part in parts:
        yield part


def encode(value: object) -> bytes:
    """JSON as UTF-8. A lone surrogate, which UTF-8 does not have, becomes U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return re.sub("[\ud800-\udfff]", "\ufffd", text).encode()


async def _gathered(pieces: Iterable[bytes]) -> bytes:
    """The pieces as one; other tasks get their turn while they are made."""
    found, since = [], 0
    for piece in pieces:
        found.append(piece)
        since += len(piece)
        if since > _PIECE:
            since = 0
            await asyncio.sleep(0)
    return b"".join(found)


async def _sent(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]
