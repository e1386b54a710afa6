"""Servers that speak OpenAI's chat API: llama.cpp, vLLM, SGLang, LM Studio, …

``/v1/models``, ``/v1/chat/completions`` and ``/v1/completions``. Such a server
cannot pull, load or tell what is in memory, so the class doesn't claim it.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

import httpx

from llmtui.chat.events import Event
from llmtui.chat.models import Model, ModelDetails
from llmtui.chat.request import ChatRequest, GenerateRequest
from llmtui.hosts import Host
from llmtui.providers import openai_json as wire
from llmtui.providers.errors import (
    BrokenStream,
    ModelMissing,
    NotUnderstood,
    ProviderError,
    Refused,
    Unsupported,
)
from llmtui.providers.http import Link, chunks, encode, read, stranger
from llmtui.providers.ndjson import parse
from llmtui.providers.openai_errors import Key, complaint, complaint_in, refused
from llmtui.providers.openai_stream import Answer
from llmtui.providers.sse import EventSplitter, ServerEvent, TooLong

_DONE = b"[DONE]"
_ATTEMPTS = 4
_BATCH = 64
"""Events handed on before other tasks get a turn."""
_NO_OPENAI = "Does the address belong to such a server? It mostly ends in /v1."


class OpenAI:
    """One server; the API key is in the variable that ``host.key_env`` names."""

    def __init__(
        self,
        host: Host,
        *,
        environ: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """``environ`` holds the key; the rest is for tests. Nothing is sent yet."""
        if urlsplit(host.url).path in ("", "/"):
            host = host._replace(url=host.url.rstrip("/") + "/v1")
        self._host = host
        self._link = Link(host, "the server", environ=environ, transport=transport)
        root = host._replace(url=host.url.removesuffix("/v1"))
        self._root = Link(root, "the server", environ=environ, transport=transport)
        variable = host.key_env
        value = (os.environ if environ is None else environ).get(variable, "")
        self._key = Key(variable, value.strip())
        self._clock = clock
        self._refusals: list[str] = []
        """What the server said of fields that it doesn't know."""

    @property
    def name(self) -> str:
        return self._host.label

    async def version(self) -> str:
        """ "", once the server has answered: the protocol has no version."""
        await self._get(self._link, "/models")
        return ""

    async def models(self) -> Sequence[Model]:
        data = await self._get(self._link, "/models")
        if not isinstance(data, list | dict) or (
            isinstance(data, dict) and not isinstance(data.get("data"), list)
        ):
            raise NotUnderstood(
                f"{self._link.place} answered, but with no list of models",
                advice=_NO_OPENAI,
            )
        return wire.models(data)

    async def show(self, model: str) -> ModelDetails:
        """What ``/v1/models`` says, and llama.cpp's ``/props`` where there is one."""
        data = await self._get(self._link, "/models")
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

    def chat(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        body = wire.chat_body(request)
        return self._talk("/chat/completions", body, request.model)

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

    async def _get(self, link: Link, path: str) -> Any:
        async with link.stream("GET", path) as response:
            body = await read(response)
            if response.status_code != 200:
                raise self._refusal(response, body)
            try:
                return parse(body)
            except ValueError as error:
                strange = stranger(200, response.headers, body, link.place)
                raise strange or NotUnderstood(
                    f"{link.place} answered with something that is no JSON",
                    advice=_NO_OPENAI,
                ) from error

    async def _talk(
        self, path: str, body: dict[str, Any], model: str
    ) -> AsyncGenerator[Event, None]:
        """Send a prompt; again, with less, if a strict server names what it minds."""
        answer = Answer(self._clock)
        for said in self._refusals:
            body = wire.simpler(body, said) or body
        for _ in range(_ATTEMPTS):
            async with self._link.stream(
                "POST", path, pieces=_pieces(body), accept="text/event-stream"
            ) as response:
                if response.status_code == 200:
                    async with aclosing(self._read(response, answer, model)) as events:
                        async for event in events:
                            yield event
                    return
                refusal = await read(response)
                error = self._refusal(response, refusal, model)
                said = refusal.decode("utf-8", "replace")
                fewer = wire.simpler(body, said)
                if response.status_code not in (400, 422) or fewer is None:
                    raise error
                self._refusals.append(said)
                body = fewer
        raise error

    async def _read(
        self, response: httpx.Response, answer: Answer, model: str
    ) -> AsyncGenerator[Event, None]:
        kind = response.headers.get("content-type", "")
        if "json" in kind or "html" in kind:
            for event in self._whole(response, await read(response), answer, model):
                yield event
            return
        splitter = EventSplitter()
        try:
            async with aclosing(chunks(response)) as parts:
                async for part in parts:
                    for count, sent in enumerate(splitter.feed(part)):
                        if count % _BATCH == _BATCH - 1:
                            await asyncio.sleep(0)
                        if sent.data.strip() == _DONE:
                            for event in answer.end():
                                yield event
                            return
                        for event in self._events(sent, answer, model):
                            yield event
        except TooLong as error:
            raise NotUnderstood(f"{self._link.place} sent {error}") from error
        for event in self._rest(splitter.end(), answer, model):
            yield event

    def _rest(
        self, left: Sequence[ServerEvent], answer: Answer, model: str
    ) -> Iterator[Event]:
        """What came before the end of the connection, if it makes an answer whole."""
        done = False
        for sent in left:
            done = sent.data.strip() == _DONE
            if not done:
                try:
                    yield from self._events(sent, answer, model)
                except NotUnderstood:
                    break  # half an event
        if not done and not answer.reason:
            raise BrokenStream(
                f"{self._link.place} ended the answer before it was finished",
                advice="What came is kept; continue it, or try again.",
            )
        yield from answer.end()

    def _events(self, sent: ServerEvent, answer: Answer, model: str) -> Iterator[Event]:
        if not sent.data.strip():
            return
        try:
            chunk = parse(sent.data)
        except ValueError as error:
            if sent.name == b"error":
                text = sent.data[:500].decode("utf-8", "replace")
                raise Refused(text, status=200) from error
            raise NotUnderstood(
                f"{self._link.place} sent something in its answer that is no JSON"
            ) from error
        self._check(chunk, model, named=sent.name == b"error")
        if isinstance(chunk, Mapping):
            yield from answer.take(chunk)
            self._check(answer.failure, model, named=True)

    def _whole(
        self, response: httpx.Response, body: bytes, answer: Answer, model: str
    ) -> Iterator[Event]:
        """The answer of a server that doesn't stream, or an error with status 200."""
        try:
            data = parse(body)
        except ValueError as error:
            place = self._link.place
            raise stranger(200, response.headers, body, place) or NotUnderstood(
                f"{place} answered with something that is no JSON", advice=_NO_OPENAI
            ) from error
        self._check(data, model)
        if not isinstance(data, Mapping) or not data.get("choices"):
            raise NotUnderstood(
                f"{self._link.place} answered, but not with a chat", advice=_NO_OPENAI
            )
        yield from answer.take(data)
        yield from answer.end()

    def _check(self, data: object, model: str, *, named: bool = False) -> None:
        """Raise the error that came where an answer should be, if one did."""
        if found := complaint(data, named=named):
            raise refused(found, 200, name=self.name, model=model, key=self._key)

    def _refusal(
        self, response: httpx.Response, body: bytes, model: str = ""
    ) -> ProviderError:
        status = response.status_code
        strange = stranger(status, response.headers, body, self._link.place)
        if strange:
            return strange
        return refused(
            complaint_in(body.decode("utf-8", "replace")),
            status,
            name=self.name,
            model=model,
            key=self._key,
        )


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
