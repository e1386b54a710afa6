"""The models that this program runs itself, without a server.

They are found and fetched here, and run by the engine.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

from llmtui.chat.events import Event, Preparing, PullProgress
from llmtui.chat.models import Model, ModelDetails, NewModel, RunningModel
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn
from llmtui.hosts import Host
from llmtui.local_settings import DEFAULTS, LocalSettings
from llmtui.places import Places, user_places
from llmtui.providers.errors import ProviderError, Unreachable, Unsupported
from llmtui.providers.local import describe, offer, truncation
from llmtui.providers.local.catalog import Catalog
from llmtui.providers.local.engine import Engine
from llmtui.providers.local.entries import Entry, Models, OneFile
from llmtui.providers.local.launch import LOAD_OPTIONS
from llmtui.providers.local.model_changes import ModelChanges
from llmtui.providers.local.model_file import ModelFile
from llmtui.providers.local.model_files import ModelFiles
from llmtui.providers.local.process import PROGRAM
from llmtui.providers.local.weights import SMOLLM2, Fetcher, Weights
from llmtui.providers.openai_json import OPTIONS


class Local:
    """Runs the models of this machine, or the weights that ``host.url`` is the path of.

    Of this machine are the built-in one, those that were fetched, and those that
    other programs keep here.
    """

    def __init__(
        self,
        host: Host,
        places: Places | None = None,
        settings: LocalSettings = DEFAULTS,
        *,
        weights: Weights = SMOLLM2,
        fetcher: Fetcher | None = None,
        program: Sequence[str] = PROGRAM,
        extra_installed: Callable[[], bool] = offer.extra_installed,
    ) -> None:
        """Nothing happens yet. What follows ``settings`` is for tests."""
        places = places or user_places()
        self._path = Path(host.url) if host.url else None
        self._weights = weights
        self._catalog = Catalog(places, builtin=weights)
        self._changes = ModelChanges(self._catalog)
        self._models: Models = OneFile(self._path) if self._path else self._catalog
        log = places.logs / "fetch-weights.log"
        self._fetcher = fetcher or Fetcher(places.models, log)
        self._extra_installed = extra_installed
        self._engine = Engine(
            places.logs / "local-model.log", settings, program=program
        )

    @property
    def name(self) -> str:
        return self._path.name if self._path else "this computer"

    @property
    def options(self) -> frozenset[str]:
        return OPTIONS | LOAD_OPTIONS

    async def version(self) -> str:
        """ "", if a chat could begin; raises ``Unreachable`` if not."""
        await self.models()
        return ""

    async def models(self) -> Sequence[Model]:
        """All of them, the built-in one also before it has been fetched."""
        self._check_extra()
        return [await self._described(x) for x in await self._models.entries()]

    async def show(self, model: str) -> ModelDetails:
        self._check_extra()
        entry = await self._models.entry(model)
        info: Mapping[str, Any] = {}
        if self._is_there(entry.files):
            info = await ModelFile(entry.files.weights, entry.files.name).read()
        details = describe.details(entry.files, entry.facts, info)
        return replace(details, model=await self._described(entry))

    async def prepare(self) -> AsyncGenerator[Preparing, None]:
        """Fetch the built-in weights, if no other model is here."""
        async with aclosing(self._prepare(await self._files(""))) as steps:
            async for step in steps:
                yield step

    def chat(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        return self._prepared(
            request.model, lambda files: self._engine.chat(files, request)
        )

    async def body(self, request: ChatRequest) -> bytes:
        return await self._engine.body(await self._files(request.model), request)

    async def count(self, request: ChatRequest) -> int:
        return await self._engine.count(await self._files(request.model), request)

    async def rendered(self, request: ChatRequest) -> str:
        return await self._engine.rendered(await self._files(request.model), request)

    def kept(
        self, turns: Sequence[Turn], sizes: Sequence[int], window: int
    ) -> Sequence[int]:
        return truncation.kept(turns, sizes, window)

    def generate(self, request: GenerateRequest) -> AsyncGenerator[Event, None]:
        return self._prepared(
            request.model, lambda files: self._engine.generate(files, request)
        )

    async def running(self) -> Sequence[RunningModel]:
        """What this program has in memory; another window has its own."""
        return self._engine.running()

    async def load(
        self,
        model: str,
        options: dict[str, Any] | None = None,
        keep_alive: float | None = None,
    ) -> None:
        files = await self._files(model)
        async with aclosing(self._prepare(files)) as preparing:
            async for _ in preparing:
                pass
        await self._engine.load(files, options or {}, keep_alive)

    async def unload(self, model: str) -> None:
        await self._engine.unload((await self._files(model)).name)

    async def aclose(self) -> None:
        """End the child processes; safe to call twice."""
        await self._engine.aclose()
        await self._changes.aclose()

    async def _prepared(
        self, model: str, answer: Callable[[ModelFiles], AsyncGenerator[Event, None]]
    ) -> AsyncGenerator[Event, None]:
        files = await self._files(model)
        async with aclosing(self._prepare(files)) as preparing:
            async for step in preparing:
                yield step
        async with aclosing(answer(files)) as events:
            async for event in events:
                yield event

    async def _prepare(self, files: ModelFiles) -> AsyncGenerator[Preparing, None]:
        """Fetch what is to be run, if it is not there yet."""
        if files.source == "builtin":
            async with aclosing(self._fetcher.fetch(self._weights)) as steps:
                async for step in steps:
                    yield step

    async def _files(self, model: str) -> ModelFiles:
        self._check_extra()
        entry = await self._models.entry(model)
        if entry.facts.only_ollama:
            raise Unsupported(
                f"{entry.files.name} is in a form that only Ollama's own engine reads",
                advice="Ask it through Ollama, or fetch one that llama.cpp reads, like "
                "hf.co/OWNER/REPOSITORY:Q4_K_M.",
            )
        return entry.files

    async def _described(self, entry: Entry) -> Model:
        """As lists have it, with the context that it gets here."""
        described = describe.model(entry.files, entry.facts)
        if not self._is_there(entry.files):
            return described
        context = await self._engine.usual_context(entry.files, entry.facts.sizes)
        return replace(described, context_length=context)

    def _is_there(self, files: ModelFiles) -> bool:
        """Whether it needs not be fetched first, as only the built-in one may."""
        return files.source != "builtin" or self._weights.in_place(files.weights.parent)

    def _check_extra(self) -> None:
        if not self._extra_installed():
            raise Unreachable(
                "running a model without a server needs an extra that is not installed",
                advice=f"Add it with: {offer.extra_command()}",
            )
        if not sys.executable:
            raise ProviderError("this Python does not know its own program file")


class LocalLibrary(Local):
    """The models of this machine; it also fetches and removes them.

    That needs no engine: a model can be fetched before the extra is installed.
    """

    def pull(
        self, model: str, *, insecure: bool = False
    ) -> AsyncGenerator[PullProgress, None]:
        return self._changes.pull(model, insecure=insecure)

    async def delete(self, model: str) -> None:
        await self._engine.unload(await self._changes.delete(model))

    async def copy(self, source: str, destination: str) -> None:
        await self._changes.copy(source, destination)

    def create(self, new: NewModel) -> AsyncGenerator[PullProgress, None]:
        return self._changes.create(new)
