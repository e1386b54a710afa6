"""What both APIs ask of the provider: its models, and replies read to their end."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from llmtui.chat.events import Event, Preparing
from llmtui.chat.models import Model
from llmtui.chat.names import canonical
from llmtui.chat.request import ChatRequest, GenerateRequest
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Provider
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
    """The events of one reply, without those of its preparation."""

    def __init__(self, events: AsyncGenerator[Event, None], asked: str) -> None:
        """``asked`` is the model's name as the client wrote it."""
        self._events = events
        self._asked = asked
        self._first: Event | None = None

    async def begin(self) -> None:
        """Wait for the first event; raises ``ApiError``."""
        try:
            self._first = await self._next()
        except ProviderError as error:
            await self._events.aclose()
            raise from_provider(error, self._asked) from error
        except BaseException:
            await self._events.aclose()
            raise

    async def events(self) -> AsyncGenerator[Event, None]:
        """All events, the first one included; raises ``ProviderError``."""
        async with aclosing(self._events):
            if self._first is not None:
                yield self._first
            while (event := await self._next()) is not None:
                yield event

    async def whole(self) -> list[Event]:
        """All events at once; raises ``ApiError``."""
        try:
            return [event async for event in self.events()]
        except ProviderError as error:
            raise from_provider(error, self._asked) from error

    async def _next(self) -> Event | None:
        async for event in self._events:
            if not isinstance(event, Preparing):
                return event
        return None


def check(request: ChatRequest | GenerateRequest, model: Model) -> None:
    """Refuse what the model cannot do; raises ``ApiError``."""
    if request.think and model.can("thinking") is False:
        raise ApiError(400, f'"{request.model}" does not support thinking')
    tools = isinstance(request, ChatRequest) and request.tools
    if tools and model.can("tools") is False:
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
    think = request.think if model.can("thinking") is not False else None
    return replace(request, model=model.name, think=think)
