"""A registry of models: manifests and files of one, over HTTP.

The protocol is the Docker registry's, version 2, as Ollama's ``server/images.go``
and ``server/download.go`` speak it: ``/v2/REPOSITORY/manifests/TAG``, then
``/v2/REPOSITORY/blobs/DIGEST``, which sends on to where the bytes are. Hugging
Face offers its repositories by the same protocol.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

import httpx

from llmtui.chat.lenient import as_text
from llmtui.hosts import Host
from llmtui.providers.errors import (
    BrokenStream,
    NotUnderstood,
    ProviderError,
)
from llmtui.providers.http import Link, chunks, read
from llmtui.providers.local import registry_errors as errors
from llmtui.providers.local.manifest import (
    LIST_TYPES,
    LONGEST,
    MEDIA_TYPE,
    BadManifest,
    Layer,
    Manifest,
    parse_manifest,
)
from llmtui.providers.local.model_name import ModelName

_REDIRECTS = 10
_STALL = 30.0
"""Seconds without a byte after which a download counts as cut."""
_TOKEN = 64_000
_CANDIDATES = 8
"""Manifests of a list that are looked at."""


class Found(NamedTuple):
    """A manifest as it was sent, and what it says."""

    data: bytes
    manifest: Manifest


class Body(NamedTuple):
    """The bytes of an answer from ``start`` on."""

    start: int
    total: int
    """Bytes of the whole file, 0 where the server doesn't say."""
    headers: Mapping[str, str]
    pieces: AsyncGenerator[bytes, None]


class Registry:
    """The registries and file servers that names and URLs lead to."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        stall: float = _STALL,
    ) -> None:
        """Nothing is connected yet. What is given is for tests."""
        self._environ = os.environ if environ is None else environ
        self._transport = transport
        self._stall = stall
        self._links: dict[str, Link] = {}
        self._tokens: dict[str, str] = {}

    async def aclose(self) -> None:
        """Close all connections; safe to call twice."""
        links, self._links = self._links, {}
        for link in links.values():
            await link.aclose()

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
        found = bytearray()
        async with self.blob(name, layer.digest) as body:
            async for piece in body.pieces:
                found += piece
                if len(found) > LONGEST:
                    raise errors.no_manifest(name, "its configuration is too large")
        return bytes(found)

    @asynccontextmanager
    async def blob(
        self, name: ModelName, digest: str, start: int = 0
    ) -> AsyncGenerator[Body, None]:
        """A file of a model, from byte ``start`` on if the server can do that.

        Raises ``ProviderError``, ``BrokenStream`` for what can be tried again.
        """
        url = f"{name.registry}/v2/{name.repository}/blobs/{digest}"
        async with self._get(url, name=name, start=start) as response:
            yield self._body(response, start, url)

    @asynccontextmanager
    async def file(
        self, url: str, start: int = 0, tag: str = ""
    ) -> AsyncGenerator[Body, None]:
        """A plain file; ``tag`` is the ETag that what is there came with.

        Raises as ``blob`` does.
        """
        headers = {"If-Range": tag} if tag and start else {}
        async with self._get(url, start=start, headers=headers) as response:
            yield self._body(response, start, url)

    async def _manifest(self, name: ModelName, reference: str) -> bytes:
        url = f"{name.registry}/v2/{name.repository}/manifests/{reference}"
        accept = ", ".join((MEDIA_TYPE, *LIST_TYPES))
        async with self._get(url, name=name, accept=accept) as response:
            return await read(response, LONGEST)

    @asynccontextmanager
    async def _get(
        self,
        url: str,
        *,
        name: ModelName | None = None,
        start: int = 0,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
    ) -> AsyncGenerator[httpx.Response, None]:
        """The good answer at the end of all redirects.

        A token goes to the registry that gave it, and to nobody it sends us to.
        """
        home, at = _origin(url), url
        asked_token = False
        for _ in range(_REDIRECTS):
            sent = dict(headers or {})
            if start:
                sent["Range"] = f"bytes={start}-"
            if _origin(at) == home and (token := self._tokens.get(_scope(url))):
                sent["Authorization"] = f"Bearer {token}"
            async with AsyncExitStack() as stack:
                response = await stack.enter_async_context(
                    self._ask(at, accept=accept, headers=sent)
                )
                if response.status_code in (200, 206):
                    yield response
                    return
                to = response.headers.get("location", "")
                if response.is_redirect and to:
                    at = _next(at, to)
                    continue
                body = await read(response, _TOKEN)
            challenge = response.headers.get("www-authenticate", "")
            if response.status_code == 401 and not asked_token and challenge:
                asked_token = True
                if await self._fetch_token(url, challenge):
                    continue
            said = errors.Answer(response.status_code, response.headers, body)
            raise errors.refused(said, at, name, is_file="/manifests/" not in url)
        raise NotUnderstood(
            f"{urlsplit(url).netloc} sends us round in circles",
            advice="Try again later.",
        )

    @asynccontextmanager
    async def _ask(
        self, url: str, *, accept: str, headers: Mapping[str, str]
    ) -> AsyncGenerator[httpx.Response, None]:
        """One request; a server that says nothing for long counts as cut off."""
        link = self._link(_origin(url))
        path = url[len(_origin(url)) :] or "/"
        async with AsyncExitStack() as stack:
            request = link.stream("GET", path, accept=accept, headers=headers)
            try:
                async with asyncio.timeout(self._stall):
                    response = await stack.enter_async_context(request)
            except TimeoutError:
                raise errors.stalled(_origin(url), self._stall) from None
            yield response

    def _link(self, origin: str) -> Link:
        if origin not in self._links:
            key_env = "HF_TOKEN" if self._has_key(origin) else ""
            self._links[origin] = Link(
                Host("registry", origin, key_env=key_env),
                "the registry",
                environ=self._environ,
                transport=self._transport,
            )
        return self._links[origin]

    def _has_key(self, origin: str) -> bool:
        hub = origin == "https://huggingface.co"
        return hub and bool(self._environ.get("HF_TOKEN", "").strip())

    def _body(self, response: httpx.Response, start: int, url: str) -> Body:
        """Where the body begins: a server may send all although a part was asked for.

        Raises ``BrokenStream`` if it sends another part.
        """
        length = response.headers.get("content-length", "")
        total = int(length) if re.fullmatch(r"\d{1,15}", length) else 0
        begins = 0
        if response.status_code == 206:
            begins, total = _range(response.headers.get("content-range", ""))
            if begins != start:
                raise BrokenStream(
                    f"{urlsplit(url).netloc} sent another part than it was asked for",
                    advice="Pull again.",
                )
        pieces = self._pieces(response, _origin(url))
        return Body(begins, total, response.headers, pieces)

    async def _pieces(
        self, response: httpx.Response, origin: str
    ) -> AsyncGenerator[bytes, None]:
        async with aclosing(chunks(response)) as parts:
            while True:
                try:
                    async with asyncio.timeout(self._stall):
                        piece = await anext(parts, b"")
                except TimeoutError:
                    raise errors.stalled(origin, self._stall) from None
                if not piece:
                    return
                yield piece

    async def _fetch_token(self, url: str, challenge: str) -> bool:
        """Ask for a token where the registry says; False if none was given.

        Only the registry itself is believed in this: a realm elsewhere is not asked.
        """
        said = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        realm = said.get("realm", "")
        if not challenge.lower().startswith("bearer") or _origin(realm) != _origin(url):
            return False
        wanted = {key: said[key] for key in ("service", "scope") if key in said}
        at = f"{realm}{'&' if '?' in realm else '?'}{urlencode(wanted)}"
        try:
            async with self._ask(at, accept="application/json", headers={}) as answer:
                if answer.status_code != 200:
                    return False
                found = errors.json_object(await read(answer, _TOKEN))
        except ProviderError:
            return False  # what is said then is that an account is needed
        token = as_text(found.get("token")) or as_text(found.get("access_token"))
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            return False
        self._tokens[_scope(url)] = token
        return True


def _parsed(data: bytes, name: ModelName) -> Manifest | tuple[Layer, ...]:
    try:
        return parse_manifest(data)
    except BadManifest as error:
        raise errors.no_manifest(name, str(error)) from error


def _origin(url: str) -> str:
    """Scheme, host and port.

    >>> _origin("https://a.b:1/c?d"), _origin("x")
    ('https://a.b:1', '')
    """
    found = re.match(r"https?://[^/?#]+", url)
    return found[0] if found else ""


def _scope(url: str) -> str:
    """What a token is for: one repository."""
    return url.partition("/manifests/")[0].partition("/blobs/")[0]


def _next(at: str, to: str) -> str:
    """Where a redirect leads; raises ``NotUnderstood`` for where it may not."""
    found = urljoin(at, to)
    origin = _origin(found)
    if not origin or "@" in origin or (at[:6] == "https:" and found[:6] != "https:"):
        raise NotUnderstood(
            f"{urlsplit(at).netloc} sends us on to where it is not safe to follow",
            advice="Is the name or the address right?",
        )
    return found


def _range(text: str) -> tuple[int, int]:
    """First byte and total of ``Content-Range``; (-1, 0) for what is none.

    >>> _range("bytes 5-9/10"), _range("bytes 5-9/*"), _range("x")
    ((5, 10), (5, 0), (-1, 0))
    """
    found = re.fullmatch(r"bytes (\d{1,15})-\d{1,15}/(\d{1,15}|\*)", text.strip())
    if not found:
        return -1, 0
    return int(found[1]), 0 if found[2] == "*" else int(found[2])
