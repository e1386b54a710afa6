"""What both APIs ask of the provider: its models, and replies read to their end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import replace

from llmtui.chat.capabilities import takes_tools, think_sent
from llmtui.chat.events import Event, Preparing
from llmtui.chat.models import Model
from llmtui.chat.names import canonical
from llmtui.chat.request import ChatRequest, GenerateRequest
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Provider
from llmtui.providers.reply_stream import ReplyStream
from llmtui.serve.errors import ApiError, from_provider, missing


class Backend:
    """One provider, for all clients."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    async def models(self) -> list[Model]:
        """Raises ``ApiError``."""
        try:
            return list(await self.provider.models())
        except ProviderError as error:
            raise from_provider(error, "") from error

    async def find(self, name: str) -> Model:
        """The model of a name, however it is written; raises ``ApiError``."""
        wanted = canonical(name)
        for model in await self.models():
            if canonical(model.name) == wanted:
                return model
        raise missing(name)

    async def reply(self, request: ChatRequest | GenerateRequest) -> Reply:
        """A reply that has begun: it was refused by now if it was to be.

        Raises ``ApiError``.
        """
        model = await self.find(request.model)
        check(request, model)
        asked = request.model
        request = _fitted(request, model)
        if isinstance(request, ChatRequest):
            reply = Reply(self.provider.chat(request), asked)
        else:
            reply = Reply(self.provider.generate(request), asked)
        await reply.begin()
        return reply


class Reply:
    """The events of one reply, without those of its preparation.

    Read by the driver that all front ends share, so that here too thinking is
    thinking, and a model that only repeats itself is stopped.
    """

    def __init__(self, events: AsyncGenerator[Event, None], asked: str) -> None:
        """``asked`` is the model's name as the client wrote it."""
        self._events = events
        self._asked = asked
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._error: ProviderError | None = None
        self._first: Event | None = None

    async def begin(self) -> None:
        """Wait for the first event; raises ``ApiError``."""
        self._task = asyncio.ensure_future(self._read())
        try:
            self._first = await self._next()
        except ProviderError as error:
            raise from_provider(error, self._asked) from error
        except asyncio.CancelledError:
            await self._stop()
            raise

    async def events(self) -> AsyncGenerator[Event, None]:
        """All events, the first one included; raises ``ProviderError``."""
        try:
            event = self._first
            while event is not None:
                yield event
                event = await self._next()
        finally:
            await self._stop()

    async def whole(self) -> list[Event]:
        """All events at once; raises ``ApiError``."""
        try:
            async with aclosing(self.events()) as events:
                return [event async for event in events]
        except ProviderError as error:
            raise from_provider(error, self._asked) from error

    async def _read(self) -> None:
        try:
            await ReplyStream(self._queue.put_nowait).run(self._events)
        except ProviderError as error:
            self._error = error
        finally:
            self._queue.put_nowait(None)

    async def _next(self) -> Event | None:
        """The next event, None after the last; raises ``ProviderError``."""
        event = await self._queue.get()
        while isinstance(event, Preparing):
            event = await self._queue.get()
        if event is None and self._error is not None:
            raise self._error
        return event

    async def _stop(self) -> None:
        """Hang up, if the reply is still coming."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task


def check(request: ChatRequest | GenerateRequest, model: Model) -> None:
    """Refuse what the model cannot do; raises ``ApiError``."""
    if request.think and model.can("thinking") is False:
        raise ApiError(400, f'"{request.model}" does not support thinking')
    tools = isinstance(request, ChatRequest) and request.tools
    if tools and not takes_tools(model):
        raise ApiError(400, f"{model.name} does not support tools")
    if isinstance(request, ChatRequest):
        images = any(turn.images for turn in request.turns)
    else:
        images = bool(request.images)
    if images and model.can("vision") is False:
        raise ApiError(400, f"{model.name} does not support vision")


def _fitted(
    request: ChatRequest | GenerateRequest, model: Model
) -> ChatRequest | GenerateRequest:
    """The request by the model's own name, with thinking asked for where it is."""
    think = think_sent(model, request.think)
    return replace(request, model=model.name, think=think)
