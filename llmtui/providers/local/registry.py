"""A registry of models: manifests and files of one, over HTTP.

The protocol is the Docker registry's, version 2, as Ollama's ``server/images.go``
and ``server/download.go`` speak it: ``/v2/REPOSITORY/manifests/TAG``, then
``/v2/REPOSITORY/blobs/DIGEST``, which sends on to where the bytes are. Hugging
Face offers its repositories by the same protocol.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import NamedTuple

import httpx

from llmtui.providers.local import registry_errors as errors
from llmtui.providers.local.file_client import STALL, Body, FileClient
from llmtui.providers.local.manifest import (
    LIST_TYPES,
    LONGEST,
    MEDIA_TYPE,
    BadManifest,
    Layer,
    Manifest,
    as_digest,
    parse_manifest,
)
from llmtui.providers.local.model_name import ModelName

_CANDIDATES = 8
"""Manifests of a list that are looked at."""


class Found(NamedTuple):
    """A manifest as it was sent, and what it says."""

    data: bytes
    manifest: Manifest


class About(NamedTuple):
    """A plain file before it is fetched."""

    size: int
    """Bytes, 0 where the server doesn't say."""
    tag: str
    """The ETag, "" where there is none that tells versions apart."""
    digest: str
    """``sha256:…`` where it is known, else ""."""


class Registry:
    """The registries and file servers that names and URLs lead to.

    Every method raises ``ProviderError``, ``BrokenStream`` for what can be tried again.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        stall: float = STALL,
    ) -> None:
        """Nothing is connected yet. What is given is for tests."""
        self._client = FileClient(environ=environ, transport=transport, stall=stall)

    async def aclose(self) -> None:
        """Close all connections; safe to call twice."""
        await self._client.aclose()

    async def manifest(self, name: ModelName) -> Found:
        """The manifest of a model; of a list the first with weights in GGUF.

        Raises ``ProviderError``.
        """
        data = await self._manifest(name, name.tag)
        found = _parsed(data, name)
        if isinstance(found, Manifest):
            return Found(data, found)
        first: Found | None = None
        for entry in found[:_CANDIDATES]:
            data = await self._manifest(name, entry.digest)
            if "sha256:" + hashlib.sha256(data).hexdigest() != entry.digest:
                raise errors.wrong_manifest(name)
            manifest = _parsed(data, name)
            if not isinstance(manifest, Manifest):
                continue
            if manifest.of("model"):
                return Found(data, manifest)
            first = first or Found(data, manifest)
        if first is None:
            raise errors.no_manifest(name, "its list leads to no manifest")
        return first

    async def small(self, name: ModelName, layer: Layer) -> bytes:
        """A small file of a model, whole and unchecked; raises ``ProviderError``."""
        async with self.blob(name, layer.digest) as body:
            return await _whole(body, name)

    @asynccontextmanager
    async def blob(
        self, name: ModelName, digest: str, start: int = 0
    ) -> AsyncGenerator[Body, None]:
        """A file of a model, from byte ``start`` on if the server can do that.

        Raises ``ProviderError``, ``BrokenStream`` for what can be tried again.
        """
        url = f"{name.registry}/v2/{name.repository}/blobs/{digest}"
        async with self._client.get(url, name=name, start=start) as response:
            yield self._client.body(response, start, url)

    @asynccontextmanager
    async def file(
        self, url: str, start: int = 0, tag: str = ""
    ) -> AsyncGenerator[Body, None]:
        """A plain file; ``tag`` is the ETag of the version that is wanted.

        Raises as ``blob`` does.
        """
        headers = {"If-Range": tag} if tag and start else {}
        async with self._client.get(url, start=start, headers=headers) as response:
            if tag and response.headers.get("etag", tag) != tag:
                raise errors.changed(url)
            yield self._client.body(response, start, url)

    async def look(self, url: str) -> About:
        """What is said of a plain file; its first byte is all that is fetched."""
        headers = {"Range": "bytes=0-0"}
        async with self._client.get(url, headers=headers) as response:
            said = response.headers
            total = self._client.body(response, 0, url).total
            tag = said.get("etag", "")
            # The hub says the sha256 of a large file before it sends on to it.
            linked = said.get("x-linked-etag", "").strip('"')
            digest = as_digest(f"sha256:{linked}")
            return About(total, "" if tag.startswith("W/") else tag, digest)

    async def _manifest(self, name: ModelName, reference: str) -> bytes:
        url = f"{name.registry}/v2/{name.repository}/manifests/{reference}"
        accept = ", ".join((MEDIA_TYPE, *LIST_TYPES))
        async with self._client.get(url, name=name, accept=accept) as response:
            return await _whole(self._client.body(response, 0, url), name)


async def _whole(body: Body, name: ModelName) -> bytes:
    """A small body; raises ``NotUnderstood`` if it is none."""
    found = bytearray()
    async with aclosing(body.pieces) as pieces:
        async for piece in pieces:
            found += piece
            if len(found) > LONGEST:
                raise errors.no_manifest(name, "what comes is too large")
    return bytes(found)


def _parsed(data: bytes, name: ModelName) -> Manifest | tuple[Layer, ...]:
    try:
        return parse_manifest(data)
    except BadManifest as error:
        raise errors.no_manifest(name, str(error)) from error
