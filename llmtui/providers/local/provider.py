"""The models that this program runs itself, without a server.

They are found and fetched here, and run by the engine.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from llmtui.chat.events import Event, Preparing
from llmtui.chat.models import Model, ModelDetails, RunningModel
from llmtui.chat.names import canonical
from llmtui.chat.request import ChatRequest, GenerateRequest
from llmtui.hosts import Host
from llmtui.local_settings import DEFAULTS, LocalSettings
from llmtui.places import Places, user_places
from llmtui.providers.errors import ModelMissing, ProviderError, Unreachable
from llmtui.providers.local import gguf, offer
from llmtui.providers.local.engine import Engine
from llmtui.providers.local.launch import LOAD_OPTIONS
from llmtui.providers.local.model_file import CONTEXT, ModelFile
from llmtui.providers.local.model_files import ModelFiles
from llmtui.providers.local.process import PROGRAM
from llmtui.providers.local.weights import SMOLLM2, Fetcher, Weights
from llmtui.providers.openai_json import OPTIONS


class Local:
    """The built-in model, or the weights that ``host.url`` is the path of."""

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
        self._builtin = not host.url
        self._weights = weights
        self._files = _single(Path(host.url)) if host.url else _builtin(weights, places)
        self._file = ModelFile(self._files.weights, self._files.name)
        self._model = self._files.name
        log = places.logs / "fetch-weights.log"
        self._fetcher = fetcher or Fetcher(places.models, log)
        self._extra_installed = extra_installed
        self._engine = Engine(
            places.logs / "local-model.log", settings, program=program
        )

    @property
    def name(self) -> str:
        return "the built-in model" if self._builtin else self._file.path.name

    @property
    def options(self) -> frozenset[str]:
        return OPTIONS | LOAD_OPTIONS

    async def version(self) -> str:
        """ "", if a chat could begin; raises ``Unreachable`` if not."""
        await self.models()
        return ""

    async def models(self) -> Sequence[Model]:
        """The one model, the built-in one also before it has been fetched."""
        self._check_extra()
        return [await self._describe()]

    async def show(self, model: str) -> ModelDetails:
        self._check(model)
        described = await self._describe()
        if not self._fetched():
            return ModelDetails(described)
        info = await self._file.read()
        return ModelDetails(
            described,
            template=gguf.template(info),
            license=gguf.text(info, "general.license"),
            info=info,
            raw=info,
        )

    async def prepare(self) -> AsyncGenerator[Preparing, None]:
        """Fetch the built-in weights, if they are wanted and not there."""
        self._check_extra()
        if self._builtin:
            async with aclosing(self._fetcher.fetch(self._weights)) as events:
                async for event in events:
                    yield event

    def chat(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        return self._prepared(
            request.model, lambda: self._engine.chat(self._files, request)
        )

    def generate(self, request: GenerateRequest) -> AsyncGenerator[Event, None]:
        return self._prepared(
            request.model, lambda: self._engine.generate(self._files, request)
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
        self._check(model)
        async with aclosing(self.prepare()) as preparing:
            async for _ in preparing:
                pass
        await self._engine.load(self._files, options or {}, keep_alive)

    async def unload(self, model: str) -> None:
        self._check(model)
        await self._engine.unload(self._files.name)

    async def aclose(self) -> None:
        """End the child processes; safe to call twice."""
        await self._engine.aclose()

    async def _prepared(
        self, model: str, answer: Callable[[], AsyncGenerator[Event, None]]
    ) -> AsyncGenerator[Event, None]:
        self._check(model)
        async with aclosing(self.prepare()) as preparing:
            async for step in preparing:
                yield step
        async with aclosing(answer()) as events:
            async for event in events:
                yield event

    async def _describe(self) -> Model:
        if self._fetched():
            return await self._file.describe(
                await self._engine.usual_context(self._files)
            )
        return Model(
            self._model,
            size=self._weights.size,
            parameters="135M",
            quantisation="Q4_1",
            family="llama",
            context_length=CONTEXT,
            capabilities=frozenset({"completion"}),
        )

    def _fetched(self) -> bool:
        return not self._builtin or self._weights.in_place(self._file.path.parent)

    def _check(self, model: str) -> None:
        """Refuse what this cannot run; raises ``ProviderError``."""
        self._check_extra()
        if model and canonical(model) != canonical(self._model):
            raise ModelMissing(
                f"{self.name} is {self._model}, not {model}",
                model=model,
                advice=f"Choose {self._model}, or a host that has {model}.",
            )

    def _check_extra(self) -> None:
        if not self._extra_installed():
            raise Unreachable(
                "running a model without a server needs an extra that is not installed",
                advice=f"Add it with: {offer.extra_command()}",
            )
        if not sys.executable:
            raise ProviderError("this Python does not know its own program file")


def _single(path: Path) -> ModelFiles:
    """A file that somebody named."""
    try:
        size = path.stat().st_size
    except OSError:
        size = 0  # reading it will tell
    return ModelFiles(path.stem, path, size=size)


def _builtin(weights: Weights, places: Places) -> ModelFiles:
    return ModelFiles(
        offer.NAME,
        places.models / weights.file,
        parameters=weights.parameters,
        digest=weights.sha256,
        source="builtin",
        size=weights.size,
    )
