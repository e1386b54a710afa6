"""An Ollama server, through its native API (``docs/api.md``), never ``/v1``."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing, contextmanager, suppress
from typing import Any

import httpx

from llmtui.chat.events import Event, Finished, PullProgress
from llmtui.chat.models import (
    Account,
    Model,
    ModelDetails,
    NewModel,
    Recommendation,
    RunningModel,
)
from llmtui.chat.names import is_cloud
from llmtui.chat.options import OPTIONS
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn
from llmtui.hosts import Host
from llmtui.providers import ollama_http, ollama_json, ollama_truncation
from llmtui.providers.errors import (
    BrokenStream,
    ModelMissing,
    ProviderError,
    Unsupported,
)
from llmtui.providers.grace_period import grace_ends, until
from llmtui.providers.http import LOOK_SECONDS, Link, encode
from llmtui.providers.ollama_blobs import send_file
from llmtui.providers.ollama_http import broken, look, not_ollama, request, stream

_LIST = "`llmtui list` tells what there is."

_DRAIN_SECONDS = 0.25
"""How long the end of a finished answer may take, so that the connection can be
used again; after that it is closed."""


class Ollama:
    """A ``Provider`` that also ``Describes``, ``Runs``, ``Pulls``, ``Manages``,
    ``Creates``, ``Recommends``, ``Previews``, ``Truncates`` and ``SignsIn``."""

    def __init__(
        self,
        host: Host,
        *,
        environ: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        patience: float = LOOK_SECONDS,
    ) -> None:
        """Nothing is connected yet. What follows ``host`` is for tests."""
        self._link = Link(
            host, "Ollama", environ=environ, transport=transport, patience=patience
        )

    @property
    def name(self) -> str:
        return self._link.host.label

    @property
    def options(self) -> frozenset[str]:
        return frozenset(OPTIONS)

    async def version(self) -> str:
        version = (await look(self._link, "GET", "/api/version")).get("version")
        if not isinstance(version, str):
            raise not_ollama(self._link)
        return version

    async def models(self) -> Sequence[Model]:
        data = await look(self._link, "GET", "/api/tags")
        if "models" not in data:
            raise not_ollama(self._link)
        return ollama_json.models(data)

    async def show(self, model: str) -> ModelDetails:
        data = await look(self._link, "POST", "/api/show", {"model": model}, model)
        return ollama_json.details(data, model)

    async def recommendations(self) -> Sequence[Recommendation]:
        """Without cloud models where the server may not use them."""
        path = "/api/experimental/model-recommendations"
        found = ollama_json.recommendations(await look(self._link, "GET", path))
        if any(one.cloud for one in found) and not await self.has_cloud():
            found = tuple(one for one in found if not one.cloud)
        return found

    async def has_cloud(self) -> bool:
        """Whether cloud models are allowed, as they are where nothing is said of it."""
        try:
            status = await look(self._link, "GET", "/api/status")
        except ProviderError:
            return True
        return ollama_json.has_cloud(status)

    async def running(self) -> Sequence[RunningModel]:
        return ollama_json.running(await look(self._link, "GET", "/api/ps"))

    async def load(
        self,
        model: str,
        options: dict[str, Any] | None = None,
        keep_alive: float | None = None,
    ) -> None:
        """Load it with the options of the later chat, or that loads it again.

        A cloud model is left alone: the request would be passed on and counted.
        """
        if not is_cloud(model):
            body = ollama_json.load_body(model, options, keep_alive)
            await request(self._link, "POST", "/api/generate", body, model)

    async def unload(self, model: str) -> None:
        with _advising("`llmtui ps` tells what is in memory."):
            await self.load(model, keep_alive=0)

    async def delete(self, model: str) -> None:
        body = {"model": model}
        with _advising(_LIST):
            await request(self._link, "DELETE", "/api/delete", body, model)

    async def copy(self, source: str, destination: str) -> None:
        """Copy a model; an existing destination is overwritten by the server."""
        body = {"source": source, "destination": destination}
        with _advising(_LIST):
            await request(self._link, "POST", "/api/copy", body, source)

    async def create(self, new: NewModel) -> AsyncGenerator[PullProgress, None]:
        """Make a model; the server fetches a base that it doesn't have."""
        digests: dict[str, str] = {}
        for path in (*new.files, *new.adapters):
            async with aclosing(send_file(self._link, path)) as sending:
                async for step in sending:
                    digests[path] = step.digest
                    yield step
        body = ollama_json.create_body(new, digests)
        cut = BrokenStream(f"making {new.name!r} was cut off", advice="Try again.")
        steps = self._progress("/api/create", body, new.base, cut)
        async with aclosing(steps):
            async for step in steps:
                yield step

    async def account(self) -> Account:
        """``WhoamiHandler`` of ``server/routes.go``."""
        found = ollama_json.account(await look(self._link, "POST", "/api/me"))
        if not str(found):
            raise not_ollama(self._link)
        return found

    def chat(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        pieces = ollama_json.chat_pieces(request)
        return self._answer("/api/chat", pieces, request.model, ollama_json.chat_events)

    async def body(self, request: ChatRequest) -> bytes:
        pieces = ollama_json.chat_pieces(request)
        return await asyncio.to_thread(b"".join, pieces)

    async def rendered(self, request: ChatRequest) -> str:
        """The prompt as the server makes it, truncation included; loads the model.

        A cloud model is left alone: the request would be passed on and counted.
        """
        if is_cloud(request.model):
            raise Unsupported("the prompt of a cloud model is made where it runs")
        asked = await asyncio.to_thread(ollama_json.render_body, request)
        data = await ollama_http.request(self._link, "POST", "/api/chat", asked)
        if found := ollama_json.rendered(data):
            return found
        raise Unsupported(f"{self.name} does not show the prompt that it makes")

    def kept(
        self, turns: Sequence[Turn], sizes: Sequence[int], window: int
    ) -> Sequence[int]:
        return ollama_truncation.kept(turns, sizes, window)

    def generate(self, request: GenerateRequest) -> AsyncGenerator[Event, None]:
        pieces = (encode(ollama_json.generate_body(request)),)
        events = ollama_json.generate_events
        return self._answer("/api/generate", pieces, request.model, events)

    async def pull(
        self, model: str, *, insecure: bool = False
    ) -> AsyncGenerator[PullProgress, None]:
        body: dict[str, Any] = {"model": model, "stream": True}
        body |= {"insecure": True} if insecure else {}
        cut = BrokenStream(
            f"fetching {model!r} was cut off",
            advice="Pull again; it goes on where it stopped.",
        )
        steps = self._progress("/api/pull", body, model, cut)
        async with aclosing(steps):
            async for step in steps:
                yield step

    async def aclose(self) -> None:
        await self._link.aclose()

    async def _progress(
        self, path: str, body: Mapping[str, Any], model: str, cut: BrokenStream
    ) -> AsyncGenerator[PullProgress, None]:
        """The steps of something long, to ``success``; ``cut`` if that never comes."""
        pieces = (encode(body),)
        async with aclosing(stream(self._link, path, pieces, model)) as batches:
            async for batch in batches:
                for line in batch:
                    step = ollama_json.progress(line)
                    yield step
                    if step.status == "success":
                        await _drain(batches)
                        return
        raise cut

    async def _answer(
        self,
        path: str,
        pieces: Iterable[bytes],
        model: str,
        events: Callable[[Mapping[str, Any]], Iterable[Event]],
    ) -> AsyncGenerator[Event, None]:
        """The events of one answer; raises ``BrokenStream`` if it has no end.

        A reason to be done without ``done`` is an end too, if nothing follows.
        """
        last: Mapping[str, Any] | None = None
        deadline: float | None = None
        async with (
            aclosing(stream(self._link, path, pieces, model)) as batches,
            aclosing(until(batches, lambda: deadline)) as timely,
        ):
            async for batch in timely:
                for line in batch:
                    for event in events(line):
                        yield event
                        if isinstance(event, Finished):
                            await _drain(batches)
                            return
                    if line.get("done_reason"):
                        last, deadline = line, grace_ends()
        if last is None:
            raise broken(self._link)
        yield ollama_json.finished(last)


@contextmanager
def _advising(advice: str) -> Iterator[None]:
    """Say what helps where fetching a model that is missing does not."""
    try:
        yield
    except ModelMissing as error:
        error.advice = advice
        raise


async def _drain(rest: AsyncIterator[object]) -> None:
    """Read what follows the end: nothing but the end of the HTTP answer."""
    with suppress(TimeoutError, ProviderError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in rest:
                pass
