"""Reading what a server of OpenAI's chat API sends: an answer, or why there is none.

What it is is told by its first byte and not by its label: servers exist that
stream with ``application/json``, and that send one object with another label.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, suppress

import httpx

from llmtui.chat.events import Event
from llmtui.providers.errors import (
    BrokenStream,
    NotUnderstood,
    ProviderError,
    Refused,
)
from llmtui.providers.foreign_answer import foreign_answer
from llmtui.providers.grace_period import grace_ends, until
from llmtui.providers.http import Link, chunks, gather
from llmtui.providers.ndjson import parse
from llmtui.providers.openai_errors import find_error, read_error, to_error
from llmtui.providers.openai_stream import Answer
from llmtui.providers.sse import EventSplitter, ServerEvent, TooLong

NO_OPENAI = "Does the address belong to such a server? It mostly ends in /v1."

_BLANK = b" \t\r\n\xef\xbb\xbf"
"""What may come before the first word: spaces, line ends, a byte order mark."""
_DONE = b"[DONE]"
_BATCH = 64
"""Events handed on before other tasks get a turn."""
_MOST_WORDS = 500
"""Bytes that are shown of what is no JSON."""


class ResponseReader:
    """One answer being read. Its times count from here on."""

    def __init__(self, link: Link, model: str, clock: Callable[[], int]) -> None:
        """``model`` is the one asked for, "" if none was."""
        self._link = link
        self._model = model
        self._answer = Answer(clock)
        self._begun = False
        self._done = False
        self._deadline: float | None = None

    async def events(self, response: httpx.Response) -> AsyncGenerator[Event, None]:
        """The events of an answer with status 200; raises ``ProviderError``."""
        async with aclosing(chunks(response)) as parts:
            start = await _first_words(parts)
            if start.lstrip(_BLANK)[:1] in (b"{", b"[", b"<"):
                body = start + await gather(parts)
                for event in self._whole(response, body):
                    yield event
                return
            async with aclosing(self._streamed(start, parts)) as events:
                async for event in events:
                    yield event

    async def _streamed(
        self, start: bytes, parts: AsyncIterator[bytes]
    ) -> AsyncGenerator[Event, None]:
        """The events of a stream, of which ``start`` has been read already."""
        splitter, count = EventSplitter(), 0
        try:
            for event in self._events(splitter.feed(start)):
                yield event
            async with aclosing(until(parts, lambda: self._deadline)) as rest:
                async for part in rest:
                    for sent in splitter.feed(part):
                        count += 1
                        if count % _BATCH == 0:
                            await asyncio.sleep(0)
                        for event in self._events([sent]):
                            yield event
        except TooLong as error:
            raise NotUnderstood(f"{self._link.endpoint} sent {error}") from error
        for event in self._last(splitter):
            yield event

    def _last(self, splitter: EventSplitter) -> Iterator[Event]:
        """What came before the end of the connection, if it makes an answer whole."""
        if not self._done:
            with suppress(NotUnderstood):  # half an event
                yield from self._events(splitter.end())
        if not self._begun and splitter.stray:
            raise Refused(self._words(splitter.stray), status=200)
        if not self._done and not self._answer.reason:
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

    def _events(self, sent: list[ServerEvent]) -> Iterator[Event]:
        """The events of what was sent, up to its end."""
        for each in sent:
            for value in self._values(each):
                self._begun = True
                self._check(value, named=each.name == b"error")
                if isinstance(value, Mapping):
                    yield from self._answer.take(value)
                    self._check(self._answer.failure, named=True)
                    if self._answer.reason:
                        self._deadline = grace_ends()
            if self._done:
                return

    def _values(self, sent: ServerEvent) -> list[object]:
        """The JSON of an event; raises ``Refused`` where it is plain words."""
        lines = _payload(sent.data)
        if lines and lines[-1] == _DONE:
            self._done = self._begun = True
            self._deadline = 0.0
            lines.pop()
        if not lines:
            return []
        try:
            return _parsed(lines)
        except ValueError as error:
            words = self._words(b"\n".join(lines))
            if sent.name == b"error" or not words.startswith(("{", "[", "<")):
                raise Refused(words, status=200) from error
            raise NotUnderstood(
                f"{self._link.endpoint} sent something in its answer that is no JSON"
            ) from error

    def _whole(self, response: httpx.Response, body: bytes) -> Iterator[Event]:
        """The answer of a server that doesn't stream, or an error with status 200."""
        endpoint = self._link.endpoint
        try:
            data = parse(body)
        except ValueError as error:
            foreign = foreign_answer(200, response.headers, body, endpoint)
            raise foreign or NotUnderstood(
                f"{endpoint} answered with something that is no JSON", advice=NO_OPENAI
            ) from error
        self._check(data)
        if not isinstance(data, Mapping) or not data.get("choices"):
            raise NotUnderstood(
                f"{endpoint} answered, but not with a chat", advice=NO_OPENAI
            )
        yield from self._answer.take(data)
        yield from self._end()

    def _check(self, data: object, *, named: bool = False) -> None:
        """Raise the error that came where an answer should be, if one did."""
        if found := find_error(data, named=named):
            raise to_error(found, 200, self._link.endpoint, self._model)

    def _words(self, data: bytes) -> str:
        text = data[:_MOST_WORDS].decode("utf-8", "replace").strip()
        return self._link.credentials.hide(text).removesuffix(".")

    def refusal(self, response: httpx.Response, body: bytes) -> ProviderError:
        """The error for an answer with any other status; ``body`` is all of it."""
        status, endpoint = response.status_code, self._link.endpoint
        foreign = foreign_answer(status, response.headers, body, endpoint)
        found = read_error(body.decode("utf-8", "replace"))
        return foreign or to_error(found, status, endpoint, self._model)


async def _first_words(parts: AsyncIterator[bytes]) -> bytes:
    """The parts up to the first that is not blank."""
    start = b""
    async for part in parts:
        start += part
        if start.strip(_BLANK):
            break
    return start


def _payload(data: bytes) -> list[bytes]:
    """The lines of an event's data, without what a proxy has put around them.

    Some wrap a comment, or what is an event already, into one of their own.

    >>> _payload(b": keepalive"), _payload(b"data: {}"), _payload(b' {"a":\\n1}')
    ([], [b'{}'], [b'{"a":', b'1}'])
    """
    found = []
    for line in data.split(b"\n"):
        line = line.strip()
        while line.startswith(b"data:"):
            line = line[5:].lstrip()
        if line and not line.startswith(b":"):
            found.append(line)
    return found


def _parsed(lines: list[bytes]) -> list[object]:
    """One value on all lines, or one on each; raises ``ValueError``."""
    try:
        return [parse(b"\n".join(lines))]
    except ValueError:
        if len(lines) == 1:
            raise
        return [parse(line) for line in lines]
