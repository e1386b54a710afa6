"""The model that this program runs itself, without a server.

A child process has llama.cpp and the weights; what it says comes through the
OpenAI provider, since llama.cpp's own server speaks that. The first prompt
starts it (and fetches the built-in weights before), and so does the one after a
crash.
"""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

from llmtui.chat.events import Event, Finished, Preparing
from llmtui.chat.models import Model, ModelDetails
from llmtui.chat.names import canonical
from llmtui.chat.request import ChatRequest, GenerateRequest
from llmtui.hosts import Host
from llmtui.places import Places, user_places
from llmtui.providers.errors import (
    BrokenStream,
    ModelMissing,
    ProviderError,
    Unreachable,
)
from llmtui.providers.local import gguf, offer
from llmtui.providers.local.model_file import CONTEXT, ModelFile
from llmtui.providers.local.process import PROGRAM, Child, Keeper, crashed, start
from llmtui.providers.local.weights import SMOLLM2, Fetcher, Weights
from llmtui.providers.openai import OpenAI
from llmtui.providers.openai_json import OPTIONS

_KEY = "KEY"


class Local:
    """The built-in model, or the weights that ``host.url`` is the path of."""

    def __init__(
        self,
        host: Host,
        places: Places | None = None,
        *,
        weights: Weights = SMOLLM2,
        fetcher: Fetcher | None = None,
        program: Sequence[str] = PROGRAM,
        extra_installed: Callable[[], bool] = offer.extra_installed,
    ) -> None:
        """Nothing happens yet. What follows ``places`` is for tests."""
        places = places or user_places()
        self._builtin = not host.url
        self._weights = weights
        self._file = (
            ModelFile(Path(host.url), Path(host.url).stem)
            if host.url
            else ModelFile(places.models / weights.file, offer.NAME)
        )
        self._model = self._file.name
        log = places.logs / "fetch-weights.log"
        self._fetcher = fetcher or Fetcher(places.models, log)
        self._program = program
        self._extra_installed = extra_installed
        self._log = places.logs / "local-model.log"
        self._keeper = Keeper(self._start)

    @property
    def name(self) -> str:
        return "the built-in model" if self._builtin else self._file.path.name

    @property
    def options(self) -> frozenset[str]:
        return OPTIONS | {"num_ctx"}

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
        return self._talk(
            request.model, request.options, lambda server: server.chat(request)
        )

    def generate(self, request: GenerateRequest) -> AsyncGenerator[Event, None]:
        return self._talk(
            request.model, request.options, lambda server: server.generate(request)
        )

    async def aclose(self) -> None:
        """End the child process; safe to call twice."""
        await self._keeper.aclose()

    async def _talk(
        self,
        model: str,
        options: Mapping[str, Any],
        ask: Callable[[OpenAI], AsyncGenerator[Event, None]],
    ) -> AsyncGenerator[Event, None]:
        self._check(model)
        async with aclosing(self.prepare()) as preparing:
            async for step in preparing:
                yield step
        context = await self._file.context(options)
        asked, ready = time.monotonic_ns(), self._keeper.ready(context)
        if not ready:
            yield Preparing(f"loading {self._model}")
        async with self._keeper.hold(context) as child:
            loading = 0 if ready else time.monotonic_ns() - asked
            server = _server(child)
            try:
                async with aclosing(ask(server)) as events:
                    async for event in events:
                        yield _with_load(event, loading)
            except (BrokenStream, Unreachable) as error:
                status = await child.fate()
                if status is None:
                    raise
                raise crashed(
                    status, self._model, "while it wrote", self._log, BrokenStream
                ) from error
            finally:
                await server.aclose()

    async def _start(self, context: int) -> Child:
        return await start(
            {
                "weights": str(self._file.path),
                "name": self._model,
                "context": context,
                "threads": 0,
                "key": "",
            },
            self._log,
            self._program,
        )

    async def _describe(self) -> Model:
        if self._fetched():
            return await self._file.describe()
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


def _with_load(event: Event, loading: int) -> Event:
    """``Finished`` with the nanoseconds that the load took, others as they are."""
    if not isinstance(event, Finished):
        return event
    usage = replace(
        event.usage,
        load_duration=loading,
        total_duration=event.usage.total_duration + loading,
        first_token_duration=event.usage.first_token_duration + loading,
    )
    return replace(event, usage=usage)


def _server(child: Child) -> OpenAI:
    """The child's server; its key goes in by an environment of its own."""
    host = Host("openai", f"{child.address}/v1", name="the local model", key_env=_KEY)
    return OpenAI(host, environ={_KEY: child.key})
