"""Fetching, making, copying and deleting models, as Ollama's API has it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from llmtui.chat.events import PullProgress
from llmtui.providers.errors import ModelMissing, ProviderError
from llmtui.providers.protocol import Creates, Manages, Pulls
from llmtui.serve import ollama_requests as requests
from llmtui.serve import reading
from llmtui.serve.backend import Backend
from llmtui.serve.errors import ApiError, from_provider, missing
from llmtui.serve.http_message import Request, Response
from llmtui.serve.json_body import body_of, encode, json_response


class ManagingApi:
    """The handlers that change which models there are. All raise ``ApiError``."""

    def __init__(self, backend: Backend) -> None:
        self._provider = backend.provider

    async def pull(self, request: Request) -> Response:
        data = await body_of(request)
        name = reading.model_name(data)
        if not isinstance(self._provider, Pulls):
            raise ApiError(501, "this server cannot fetch models")
        insecure = reading.switch(data, "insecure", False)
        progress = self._provider.pull(name, insecure=insecure)
        return await self._progress(progress, name, data)

    async def create(self, request: Request) -> Response:
        data = await body_of(request)
        new = requests.new_model(data)
        if not isinstance(self._provider, Creates):
            raise ApiError(501, "this server cannot make models")
        return await self._progress(self._provider.create(new), new.base, data)

    async def _progress(
        self,
        progress: AsyncGenerator[PullProgress, None],
        name: str,
        data: Mapping[str, Any],
    ) -> Response:
        """The steps a line each, or their end alone, as it is asked for."""
        streamed = reading.switch(data, "stream", True)
        first = await _first(progress, name)
        if streamed:
            return Response(_lines(first, progress), kind="application/x-ndjson")
        try:
            async with aclosing(progress):
                async for _ in progress:
                    pass
        except ProviderError as error:
            raise from_provider(error, name) from error
        return json_response({"status": "success"})

    async def delete(self, request: Request) -> Response:
        name = reading.model_name(await body_of(request))
        provider = self._manager()
        try:
            await provider.delete(name)
        except ProviderError as error:
            raise from_provider(error, name) from error
        return Response()

    async def copy(self, request: Request) -> Response:
        data = await body_of(request)
        source = reading.text(data, "source")
        destination = reading.text(data, "destination")
        if not source or not destination:
            raise missing(source)
        provider = self._manager()
        try:
            await provider.copy(source, destination)
        except ModelMissing as error:
            # The one place where Ollama quotes a name in another way.
            raise ApiError(404, f'model "{source}" not found') from error
        except ProviderError as error:
            raise from_provider(error, source) from error
        return Response()

    def _manager(self) -> Manages:
        if not isinstance(self._provider, Manages):
            raise ApiError(501, "this server cannot change its models")
        return self._provider


async def _first(
    progress: AsyncGenerator[PullProgress, None], name: str
) -> PullProgress:
    """The first step; raises ``ApiError`` for what is refused before it."""
    try:
        return await anext(progress)
    except ModelMissing as error:
        raise ApiError(400, "invalid model name") from error
    except ProviderError as error:
        raise from_provider(error, name) from error


async def _lines(
    first: PullProgress, progress: AsyncGenerator[PullProgress, None]
) -> AsyncGenerator[bytes, None]:
    """A line for each step; what goes wrong is the last one."""
    try:
        async with aclosing(progress):
            yield encode(_line(first)) + b"\n"
            async for step in progress:
                yield encode(_line(step)) + b"\n"
    except ProviderError as error:
        yield encode({"error": error.sentence}) + b"\n"


def _line(step: PullProgress) -> dict[str, Any]:
    """Zeros are left out, as everywhere in this API."""
    counts = {"digest": step.digest, "total": step.total, "completed": step.completed}
    known = {name: value for name, value in counts.items() if value}
    return {"status": step.status, **known}
