"""Files over HTTP: redirects followed, parts asked for, tokens fetched where needed."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

import httpx

from llmtui.access import Access
from llmtui.chat.lenient import as_text
from llmtui.hosts import Host
from llmtui.providers.errors import BrokenStream, NotUnderstood, ProviderError
from llmtui.providers.http import Link, chunks, read
from llmtui.providers.local import registry_errors as errors
from llmtui.providers.local.model_name import ModelName

STALL = 30.0
"""Seconds without a byte after which a download counts as cut."""
_REDIRECTS = 10
_LONGEST_ERROR = 64_000
"""Bytes of an answer that is no file."""


class Body(NamedTuple):
    """The bytes of an answer from ``start`` on."""

    start: int
    total: int
    """Bytes of the whole file, 0 where the server doesn't say."""
    headers: Mapping[str, str]
    pieces: AsyncGenerator[bytes, None]


class FileClient:
    """Connections to as many servers as redirects lead to."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        stall: float = STALL,
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

    @asynccontextmanager
    async def get(
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
        linked: dict[str, str] = {}
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
                    response.headers.update(linked)
                    yield response
                    return
                to = response.headers.get("location", "")
                linked |= _linked(response.headers)
                if response.is_redirect and to:
                    at = _next(at, to)
                    continue
                body = await read(response, _LONGEST_ERROR)
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

    def body(self, response: httpx.Response, start: int, url: str) -> Body:
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
                Host("registry", origin, access=Access(key_env)),
                "the registry",
                environ=self._environ,
                transport=self._transport,
            )
        return self._links[origin]

    def _has_key(self, origin: str) -> bool:
        hub = origin == "https://huggingface.co"
        return hub and bool(self._environ.get("HF_TOKEN", "").strip())

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
                found = errors.json_object(await read(answer, _LONGEST_ERROR))
        except ProviderError:
            return False  # what is said then is that an account is needed
        token = as_text(found.get("token")) or as_text(found.get("access_token"))
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            return False
        self._tokens[_scope(url)] = token
        return True


def _origin(url: str) -> str:
    """Scheme, host and port.

    >>> _origin("https://a.b:1/c?d"), _origin("x")
    ('https://a.b:1', '')
    """
    found = re.match(r"https?://[^/?#]+", url)
    return found[0] if found else ""


def _linked(headers: Mapping[str, str]) -> dict[str, str]:
    """What a server says of the file that it sends on to."""
    return {name: headers[name] for name in headers if name.startswith("x-linked-")}


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
