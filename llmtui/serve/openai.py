"""The part of OpenAI's API that Ollama has too."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from llmtui.providers.errors import ProviderError
from llmtui.serve import openai_answers as answers
from llmtui.serve import openai_requests as requests
from llmtui.serve import reading
from llmtui.serve.backend import Backend, Reply
from llmtui.serve.errors import from_provider
from llmtui.serve.http_message import Request, Response
from llmtui.serve.json_body import body_of, encode, json_response


class OpenAIApi:
    """The handlers below ``/v1``. All raise ``ApiError``."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def models(self, request: Request) -> Response:
        found = [answers.listed(model) for model in await self._backend.models()]
        return json_response({"object": "list", "data": found})

    async def model(self, request: Request) -> Response:
        """One of them, by the rest of the path."""
        name = request.path.removeprefix("/v1/models/")
        return json_response(answers.listed(await self._backend.find(name)))

    async def chat(self, request: Request) -> Response:
        data = await body_of(request)
        asked = requests.chat_request(data)
        streamed = reading.switch(data, "stream", False)
        completion = answers.Completion(asked.model)
        reply = await self._backend.reply(asked)
        if not streamed:
            return json_response(completion.whole(await reply.whole()))
        usage = requests.wants_usage(data)
        events = _events(reply, completion, asked.model, usage)
        return Response(events, kind="text/event-stream")


async def _events(
    reply: Reply, completion: answers.Completion, asked: str, usage: bool
) -> AsyncGenerator[bytes, None]:
    """Server-sent events, ``[DONE]`` after the last; or an error instead."""
    try:
        async with aclosing(reply.events()) as events:
            async for event in events:
                for chunk in completion.chunks(event, usage=usage):
                    yield b"data: " + encode(chunk) + b"\n\n"
    except ProviderError as error:
        fault = answers.error(from_provider(error, asked))
        yield b"data: " + encode(fault) + b"\n\n"
        return
    yield b"data: [DONE]\n\n"
