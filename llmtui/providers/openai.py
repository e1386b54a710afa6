"""Servers that speak OpenAI's chat API: llama.cpp, vLLM, SGLang, LM Studio, …

``/v1/models``, ``/v1/chat/completions`` and ``/v1/completions``. Such a server
cannot pull, load or tell what is in memory, so the class doesn't claim it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx

from llmtui.chat.events import Event
from llmtui.chat.lenient import as_mappings
from llmtui.chat.models import Model, ModelDetails
from llmtui.chat.request import ChatRequest, GenerateRequest
from llmtui.hosts import Host
from llmtui.providers import openai_json as wire
from llmtui.providers.errors import (
    ModelMissing,
    NotUnderstood,
    Refused,
    Unsupported,
)
from llmtui.providers.foreign_answer import foreign_answer
from llmtui.providers.http import LOOK_SECONDS, Link, encode, read
from llmtui.providers.key_command import KeyCommand
from llmtui.providers.ndjson import parse
from llmtui.providers.openai_counting import TokenCounter
from llmtui.providers.openai_response import NO_OPENAI, ResponseReader

_ATTEMPTS = 4
_NO_SUCH_PATH = (404, 405, 501)


class OpenAI:
    """One server; what it gets for a key says ``host.access``.

    A ``Provider`` that ``Describes`` and ``Previews``, and ``Counts`` where the
    server does.
    """

    def __init__(
        self,
        host: Host,
        *,
        environ: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], int] = time.monotonic_ns,
        patience: float = LOOK_SECONDS,
    ) -> None:
        """``environ`` holds the key; the rest is for tests. Nothing is sent yet."""
        if urlsplit(host.url).path in ("", "/"):
            host = host._replace(url=host.url.rstrip("/") + "/v1")
        self._host = host
        link = partial(
            Link,
            what="the server",
            environ=environ,
            transport=transport,
            patience=patience,
            key=KeyCommand(host.access.key_command),
        )
        self._link = link(host)
        self._root = link(host._replace(url=host.url.removesuffix("/v1")))
        self._counter = TokenCounter(self._link, self._root)
        self._clock = clock
        self._answers_chats = False
        self._refusals: list[str] = []
        """What the server said of fields that it doesn't know."""

    @property
    def name(self) -> str:
        return self._host.label

    @property
    def options(self) -> frozenset[str]:
        return wire.OPTIONS

    async def version(self) -> str:
        """ "": the protocol has no version."""
        return ""

    async def models(self) -> Sequence[Model]:
        data = await self._list()
        if not isinstance(data, list | dict) or (
            isinstance(data, dict) and not isinstance(data.get("data"), list)
        ):
            raise NotUnderstood(
                f"{self._link.endpoint} answered, but with no list of models",
                advice=NO_OPENAI,
            )
        return wire.models(data)

    async def show(self, model: str) -> ModelDetails:
        """What ``/v1/models`` says, and llama.cpp's ``/props`` where there is one."""
        data = await self._list()
        entry = wire.entry(data, model)
        if entry is None:
            raise ModelMissing(
                f"{self.name} has no model called {model}",
                model=model,
                advice="Choose one of the models that it lists.",
            )
        props: object = None
        if entry.get("owned_by") == "llamacpp":
            try:
                props = await self._get(self._root, "/props")
            except (Refused, NotUnderstood):
                props = None  # it can be switched off there
        return wire.details(entry, props if isinstance(props, Mapping) else {})

    async def slots(self) -> Sequence[Mapping[str, Any]]:
        """What a server of llama.cpp is at (``/slots``); raises ``ProviderError``."""
        return as_mappings(await self._get(self._root, "/slots"))

    def chat(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        body = wire.chat_body(request)
        return self._talk("/chat/completions", body, request.model)

    async def body(self, request: ChatRequest) -> bytes:
        return await asyncio.to_thread(body_of, self._simpler(wire.chat_body(request)))

    async def count(self, request: ChatRequest) -> int:
        return await self._counter.count(self._simpler(wire.chat_body(request)))

    async def rendered(self, request: ChatRequest) -> str:
        return await self._counter.rendered(self._simpler(wire.chat_body(request)))

    def generate(self, request: GenerateRequest) -> AsyncGenerator[Event, None]:
        """A chat of one turn; a raw prompt goes to ``/v1/completions``.

        Raises ``Unsupported`` for a raw prompt with images.
        """
        if not request.raw:
            return self.chat(wire.one_turn(request))
        if request.images:
            raise Unsupported("a raw prompt cannot carry images on such a server")
        return self._talk("/completions", wire.completion_body(request), request.model)

    async def aclose(self) -> None:
        await self._link.aclose()
        await self._root.aclose()

    def _reader(self, model: str = "") -> ResponseReader:
        return ResponseReader(self._link, model, self._clock)

    async def _list(self) -> Any:
        """``/v1/models``; raises ``Unsupported`` where chatting works without it."""
        async with self._link.look("GET", "/models") as response:
            body = await read(response)
        if response.status_code in _NO_SUCH_PATH and await self._chats():
            raise Unsupported(
                f"{self.name} can chat, but does not list its models",
                advice="Name one yourself: with -m, or with /model in the chat.",
            )
        return self._json(response, body, self._link)

    async def _chats(self) -> bool:
        """Whether it answers chats at all, found out once by a question without words.

        A wrong address has neither a list nor chats.
        """
        if not self._answers_chats:
            question: dict[str, Any] = {"messages": []}
            async with self._link.look(
                "POST", "/chat/completions", question
            ) as response:
                error = self._reader("none").refusal(response, await read(response))
            self._answers_chats = (
                response.status_code not in _NO_SUCH_PATH
                or isinstance(error, ModelMissing)
            )
        return self._answers_chats

    async def _get(self, link: Link, path: str) -> Any:
        async with link.look("GET", path) as response:
            return self._json(response, await read(response), link)

    def _json(self, response: httpx.Response, body: bytes, link: Link) -> Any:
        """The JSON of a short answer; raises ``ProviderError``."""
        if response.status_code != 200:
            raise self._reader().refusal(response, body)
        try:
            return parse(body)
        except ValueError as error:
            foreign = foreign_answer(200, response.headers, body, link.endpoint)
            raise foreign or NotUnderstood(
                f"{link.endpoint} answered with something that is no JSON",
                advice=NO_OPENAI,
            ) from error

    async def _talk(
        self, path: str, body: dict[str, Any], model: str
    ) -> AsyncGenerator[Event, None]:
        """Send a prompt; again, with less, if a strict server names what it minds."""
        reader = self._reader(model)
        body = self._simpler(body)
        for _ in range(_ATTEMPTS):
            async with self._link.stream(
                "POST", path, pieces=_pieces(body), accept="text/event-stream"
            ) as response:
                if response.status_code == 200:
                    async with aclosing(reader.events(response)) as events:
                        async for event in events:
                            yield event
                    return
                refusal = await read(response)
                error = reader.refusal(response, refusal)
                said = refusal.decode("utf-8", "replace")
                fewer = wire.simpler(body, said)
                if response.status_code not in (400, 422) or fewer is None:
                    raise error
                self._refusals.append(said)
                body = fewer
        raise error

    def _simpler(self, body: dict[str, Any]) -> dict[str, Any]:
        """A body without what this server has refused before."""
        for said in self._refusals:
            body = wire.simpler(body, said) or body
        return body


def body_of(body: Mapping[str, Any]) -> bytes:
    """The whole body as it is sent."""
    return b"".join(_pieces(body))


def _pieces(body: Mapping[str, Any]) -> Iterator[bytes]:
    """The body as JSON, a message at a time."""
    messages = body.get("messages")
    if messages is None:
        yield encode(body)
        return
    rest = {key: value for key, value in body.items() if key != "messages"}
    yield encode(rest)[:-1] + b',"messages":['
    for index, message in enumerate(messages):
        yield (b"," if index else b"") + encode(message)
    yield b"]}"
