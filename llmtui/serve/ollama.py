"""Ollama's own API, for a program that knows Ollama and nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from llmtui.chat.models import ModelDetails
from llmtui.chat.request import ChatRequest, GenerateRequest
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Describes, Runs
from llmtui.serve import ollama_answers as answers
from llmtui.serve import ollama_requests as requests
from llmtui.serve import reading
from llmtui.serve.backend import Backend, Reply
from llmtui.serve.errors import ApiError, from_provider
from llmtui.serve.http_message import Request, Response
from llmtui.serve.json_body import body_of, encode, json_response

SPOKEN = "0.33.0"
"""The version of Ollama whose API this is: clients look for it."""


class OllamaApi:
    """The handlers below ``/api``. All raise ``ApiError``."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def root(self, request: Request) -> Response:
        return Response(b"Ollama is running", 200, "text/plain; charset=utf-8")

    async def version(self, request: Request) -> Response:
        return json_response({"version": SPOKEN})

    async def tags(self, request: Request) -> Response:
        models = await self._backend.models()
        return json_response({"models": [answers.listed(model) for model in models]})

    async def ps(self, request: Request) -> Response:
        provider = self._backend.provider
        if not isinstance(provider, Runs):
            return json_response({"models": []})
        try:
            running = await provider.running()
        except ProviderError as error:
            raise from_provider(error, "") from error
        known = {model.name: model for model in await self._backend.models()}
        found = [answers.running(one, known.get(one.name)) for one in running]
        return json_response({"models": found})

    async def show(self, request: Request) -> Response:
        asked = reading.model_name(await body_of(request))
        try:
            model = await self._backend.find(asked)
        except ApiError as error:
            if error.status != 404:
                raise
            name = answers.full_name(asked)
            raise ApiError(404, f"model '{name}' not found") from None
        provider = self._backend.provider
        details = ModelDetails(model)
        if isinstance(provider, Describes):
            try:
                details = await provider.show(model.name)
            except ProviderError as error:
                raise from_provider(error, asked) from error
        return json_response(answers.shown(details))

    async def chat(self, request: Request) -> Response:
        data = await body_of(request)
        asked = requests.chat_request(data)
        lines = answers.Lines(asked.model, chat=True)
        if not asked.turns:
            return json_response(lines.state(await self._keep(asked)))
        return await self._answer(data, asked, lines)

    async def generate(self, request: Request) -> Response:
        data = await body_of(request)
        asked = requests.generate_request(data)
        lines = answers.Lines(asked.model, chat=False)
        if not asked.prompt and not asked.images:
            return json_response(lines.state(await self._keep(asked)))
        return await self._answer(data, asked, lines)

    async def embed(self, request: Request) -> Response:
        raise ApiError(501, "This server does not support embeddings.")

    async def _answer(
        self,
        data: dict[str, Any],
        asked: ChatRequest | GenerateRequest,
        lines: answers.Lines,
    ) -> Response:
        streamed = reading.switch(data, "stream", True)
        reply = await self._backend.reply(asked)
        if streamed:
            return Response(_ndjson(reply, lines), kind="application/x-ndjson")
        return json_response(lines.whole(await reply.whole()))

    async def _keep(self, asked: ChatRequest | GenerateRequest) -> str:
        """Load or unload a model, as the request says by ``keep_alive``."""
        model = await self._backend.find(asked.model)
        provider = self._backend.provider
        unload = asked.keep_alive == 0
        if isinstance(provider, Runs):
            try:
                if unload:
                    await provider.unload(model.name)
                else:
                    options = dict(asked.options)
                    await provider.load(model.name, options, asked.keep_alive)
            except ProviderError as error:
                raise from_provider(error, asked.model) from error
        return "unload" if unload else "load"


async def _ndjson(reply: Reply, lines: answers.Lines) -> AsyncGenerator[bytes, None]:
    """A line for each event; what goes wrong now is the last line."""
    try:
        async with aclosing(reply.events()) as events:
            async for event in events:
                for line in lines.of(event):
                    yield encode(line) + b"\n"
    except ProviderError as error:
        yield encode({"error": error.sentence}) + b"\n"
