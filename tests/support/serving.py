"""``llmtui serve`` on a port of its own, for tests that talk to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from llmtui.providers.protocol import Provider
from llmtui.serve.api import Api
from llmtui.serve.http_server import Handler, HttpServer


@dataclass(frozen=True)
class Served:
    """A server that listens."""

    port: int
    client: httpx.AsyncClient

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def raw(self, request: bytes) -> bytes:
        """What comes back for these bytes until the server closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[Served]:
    """Any handler behind the server."""
    server = HttpServer(handler)
    port = await server.open("127.0.0.1", 0)
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            yield Served(port, client)
    finally:
        await server.aclose()


@asynccontextmanager
async def serving(provider: Provider) -> AsyncIterator[Served]:
    """A provider behind the whole API."""
    api = Api(provider, "127.0.0.1")
    async with listening(api.answer) as served:
        yield served
