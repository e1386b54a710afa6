"""Reading what a server of OpenAI's chat API sends: an answer, or why there is none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing

import httpx

from llmtui.chat.events import Event
from llmtui.providers.errors import (
    BrokenStream,
    NotUnderstood,
    ProviderError,
    Refused,
)
from llmtui.providers.http import Link, chunks, foreign_answer, read
from llmtui.providers.ndjson import parse
from llmtui.providers.openai_errors import Key, find_error, read_error, to_error
from llmtui.providers.openai_stream import Answer
from llmtui.providers.sse import EventSplitter, ServerEvent, TooLong

NO_OPENAI = "Does the address belong to such a server? It mostly ends in /v1."

_DONE = b"[DONE]"
_BATCH = 64
"""Events handed on before other tasks get a turn."""


class ResponseReader:
    """One answer being read. Its times count from here on."""

    def __init__(
        self, link: Link, model: str, key: Key, clock: Callable[[], int]
    ) -> None:
        """``model`` is the one asked for, "" if none was."""
        self._link = link
        self._name = link.host.label
        self._model = model
        self._key = key
        self._answer = Answer(clock)

    async def events(self, response: httpx.Response) -> AsyncGenerator[Event, None]:
        """The events of an answer with status 200; raises ``ProviderError``."""
        kind = response.headers.get("content-type", "")
        if "json" in kind or "html" in kind:
            for event in self._whole(response, await read(response)):
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
                            for event in self._end():
                                yield event
                            return
                        for event in self._events(sent):
                            yield event
        except TooLong as error:
            raise NotUnderstood(f"{self._link.endpoint} sent {error}") from error
        for event in self._rest(splitter.end()):
            yield event

    def _rest(self, left: Sequence[ServerEvent]) -> Iterator[Event]:
        """What came before the end of the connection, if it makes an answer whole."""
        done = False
        for sent in left:
            done = sent.data.strip() == _DONE
            if not done:
                try:
                    yield from self._events(sent)
                except NotUnderstood:
                    break  # half an event
        if not done and not self._answer.reason:
            raise BrokenStream(
                f"{self._link.endpoint} ended the answer before it was finished",
                advice="Try again.",
            )
        yield from self._end()

    def _end(self) -> list[Event]:
        if self._answer.reason == "error":
            raise BrokenStream(
                f"{self._link.endpoint} ended the answer with an error of which it "
                "says nothing",
                advice="Try again.",
            )
        return self._answer.end()

    def _events(self, sent: ServerEvent) -> Iterator[Event]:
        if not sent.data.strip():
            return
        try:
            chunk = parse(sent.data)
        except ValueError as error:
            if sent.name == b"error":
                text = sent.data[:500].decode("utf-8", "replace")
                raise Refused(text, status=200) from error
            raise NotUnderstood(
                f"{self._link.endpoint} sent something in its answer that is no JSON"
            ) from error
        self._check(chunk, named=sent.name == b"error")
        if isinstance(chunk, Mapping):
            yield from self._answer.take(chunk)
            self._check(self._answer.failure, named=True)

    def _whole(self, response: httpx.Response, body: bytes) -> Iterator[Event]:
        """The answer of a server that doesn't stream, or an error with status 200."""
        try:
            data = parse(body)
        except ValueError as error:
            endpoint = self._link.endpoint
            raise foreign_answer(
                200, response.headers, body, endpoint
            ) or NotUnderstood(
                f"{endpoint} answered with something that is no JSON", advice=NO_OPENAI
            ) from error
        self._check(data)
        if not isinstance(data, Mapping) or not data.get("choices"):
            raise NotUnderstood(
                f"{self._link.endpoint} answered, but not with a chat", advice=NO_OPENAI
            )
        yield from self._answer.take(data)
        yield from self._end()

    def _check(self, data: object, *, named: bool = False) -> None:
        """Raise the error that came where an answer should be, if one did."""
        if found := find_error(data, named=named):
            raise to_error(
                found, 200, name=self._name, model=self._model, key=self._key
            )

    def refusal(self, response: httpx.Response, body: bytes) -> ProviderError:
        """The error for an answer with any other status; ``body`` is all of it."""
        status = response.status_code
        foreign = foreign_answer(status, response.headers, body, self._link.endpoint)
        if foreign:
            return foreign
        return to_error(
            read_error(body.decode("utf-8", "replace")),
            status,
            name=self._name,
            model=self._model,
            key=self._key,
        )
