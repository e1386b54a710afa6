"""Runs the models of this disk: a child process with llama.cpp for each in memory.

What a child says comes through the OpenAI provider, since llama.cpp's own
server speaks that. The first prompt starts it, and so does the one after a
crash.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from llmtui.access import Access
from llmtui.chat.events import Event, Finished, Preparing
from llmtui.chat.models import RunningModel
from llmtui.chat.request import ChatRequest, GenerateRequest
from llmtui.hosts import Host
from llmtui.local_settings import DEFAULTS, LocalSettings
from llmtui.providers.errors import (
    BrokenStream,
    ProviderError,
    Unreachable,
    Unsupported,
)
from llmtui.providers.local import gguf, machine
from llmtui.providers.local.footprint import footprint, misfit, tight, usual_context
from llmtui.providers.local.launch import launch
from llmtui.providers.local.model_file import ModelFile
from llmtui.providers.local.model_files import ModelFiles
from llmtui.providers.local.own_turns import with_own
from llmtui.providers.local.process import PROGRAM, Child, start
from llmtui.providers.local.process_errors import crashed
from llmtui.providers.local.sampling import options_of
from llmtui.providers.local.scheduler import Scheduler, Wanted
from llmtui.providers.local.silence import tokens_made, until_silent
from llmtui.providers.local.truncation import fitting
from llmtui.providers.openai import OpenAI, body_of
from llmtui.providers.openai_json import chat_body

_KEY = "KEY"


class Engine:
    """The models in memory and how they are asked. Nothing happens before a request."""

    def __init__(
        self,
        log: Path,
        settings: LocalSettings = DEFAULTS,
        *,
        program: Sequence[str] = PROGRAM,
        memory: Callable[[], machine.Memory] = machine.memory,
    ) -> None:
        """``log`` gets what llama.cpp says; what follows ``settings`` is for tests."""
        self._log = log
        self._settings = settings
        self._program = program
        self._memory = memory
        self._heads: dict[Path, ModelFile] = {}
        self._usual: dict[str, int] = {}
        """Context of a model when none is asked for, decided at its first use: the
        free memory changes, and with another context it would be loaded anew."""
        self._scheduler = Scheduler(
            self._start, self._fits, settings.max_loaded, settings.keep_alive
        )

    def chat(
        self, files: ModelFiles, request: ChatRequest
    ) -> AsyncGenerator[Event, None]:
        """Stream the answer; raises ``ProviderError``."""
        request = with_own(files, request)

        def ask(server: OpenAI, options: Mapping[str, Any]) -> _Events:
            return fitting(server, replace(request, options=options))

        return self._talk(files, request, ask)

    async def body(self, files: ModelFiles, request: ChatRequest) -> bytes:
        """What the child is sent for a chat; starts none."""
        sent = await self._as_sent(files, request)
        return await asyncio.to_thread(body_of, chat_body(sent))

    async def count(self, files: ModelFiles, request: ChatRequest) -> int:
        """The tokens of a chat; raises ``Unsupported`` where it is not in memory."""
        async with self._in_memory(files, request) as (server, sent):
            return await server.count(sent)

    async def rendered(self, files: ModelFiles, request: ChatRequest) -> str:
        """The prompt that a chat becomes; raises as ``count``."""
        async with self._in_memory(files, request) as (server, sent):
            return await server.rendered(sent)

    def generate(
        self, files: ModelFiles, request: GenerateRequest
    ) -> AsyncGenerator[Event, None]:
        """Stream the answer to one prompt; raises ``ProviderError``."""
        system = request.system or (files.system if not request.raw else "")
        request = replace(request, model=files.name, system=system or None)

        def ask(server: OpenAI, options: Mapping[str, Any]) -> _Events:
            return server.generate(replace(request, options=options))

        return self._talk(files, request, ask)

    async def load(
        self, files: ModelFiles, options: Mapping[str, Any], keep_alive: float | None
    ) -> None:
        """Have a model in memory; raises ``ProviderError``."""
        async with self._scheduler.hold(await self._wanted(files, options, keep_alive)):
            pass

    async def unload(self, name: str) -> bool:
        """Put a model out of memory once its replies are done; False if not there."""
        return await self._scheduler.unload(name)

    def running(self) -> list[RunningModel]:
        """What is in memory."""
        return [loaded.described for loaded in self._scheduler.loaded]

    async def usual_context(
        self, files: ModelFiles, sizes: Mapping[str, Any] | None = None
    ) -> int:
        """Tokens of context when none are asked for; raises ``Unreachable``.

        ``sizes`` is the part of the metadata that tells, where it is known already.
        """
        if files.name not in self._usual:
            info = await self._head(files).read() if sizes is None else sizes
            self._usual[files.name] = usual_context(
                info,
                files.size,
                gguf.context_length(info),
                await asyncio.to_thread(self._memory),
                self._settings.kv_cache,
            )
        return self._usual[files.name]

    async def aclose(self) -> None:
        """End the child processes; safe to call twice."""
        await self._scheduler.aclose()

    async def _as_sent(self, files: ModelFiles, request: ChatRequest) -> ChatRequest:
        options = options_of(files, await self._head(files).read(), request.options)
        return replace(with_own(files, request), options=options)

    @asynccontextmanager
    async def _in_memory(
        self, files: ModelFiles, request: ChatRequest
    ) -> AsyncIterator[tuple[OpenAI, ChatRequest]]:
        """The server of a model that is loaded, and the request as it gets it."""
        sent = await self._as_sent(files, request)
        wanted = await self._wanted(files, sent.options, None)
        if not self._scheduler.ready(wanted):
            raise Unsupported(
                f"{files.name} is not in memory",
                advice="Its next answer brings it there.",
            )
        async with self._scheduler.hold(wanted) as child:
            server = _server(child)
            try:
                yield server, sent
            finally:
                await server.aclose()

    async def _talk(
        self,
        files: ModelFiles,
        request: ChatRequest | GenerateRequest,
        ask: Callable[[OpenAI, Mapping[str, Any]], _Events],
    ) -> AsyncGenerator[Event, None]:
        options = options_of(files, await self._head(files).read(), request.options)
        wanted = await self._wanted(files, options, request.keep_alive)
        asked, ready = time.monotonic_ns(), self._scheduler.ready(wanted)
        if not ready:
            yield Preparing(await self._announced(wanted))
        async with self._scheduler.hold(wanted) as child:
            loading = 0 if ready else time.monotonic_ns() - asked
            server = _server(child)
            try:
                async with (
                    aclosing(ask(server, options)) as said,
                    aclosing(self._watched(files, request, server, said)) as events,
                ):
                    async for event in events:
                        yield _with_load(event, loading)
            except (BrokenStream, Unreachable) as error:
                status = await child.fate()
                if status is None:
                    raise
                raise crashed(
                    status, files.name, "while it wrote", self._log, BrokenStream
                ) from error
            finally:
                await server.aclose()

    def _watched(
        self,
        files: ModelFiles,
        request: ChatRequest | GenerateRequest,
        server: OpenAI,
        events: _Events,
    ) -> _Events:
        """``events``, ended where the model makes tokens that are no text."""
        if isinstance(request, ChatRequest) and request.tools:
            return events  # the arguments of a call are long, and come as a whole

        async def made() -> int | None:
            loaded = self._scheduler.find(files.name)
            if loaded is None or loaded.users != 1:
                return None  # the tokens may be another reply's
            try:
                return tokens_made(await server.slots())
            except ProviderError:
                return None

        return until_silent(events, made)

    async def _wanted(
        self, files: ModelFiles, options: Mapping[str, Any], keep_alive: float | None
    ) -> Wanted:
        info = await self._head(files).read()
        settings = self._settings
        chosen = launch(
            {**files.parameters, **options},
            settings,
            usual=await self.usual_context(files),
            trained=gguf.context_length(info),
            cores=await asyncio.to_thread(machine.cores),
        )
        needed = footprint(info, files.size, chosen.context, chosen.kv_cache)
        return Wanted(files, chosen, needed, keep_alive)

    async def _announced(self, wanted: Wanted) -> str:
        """What is said before a load."""
        words = f"loading {wanted.files.name}"
        # Those that are idle would make room for it.
        going = sum(
            one.wanted.footprint.total
            for one in self._scheduler.loaded
            if not one.users
        )
        memory = await asyncio.to_thread(self._memory)
        if memory.free:
            memory = memory._replace(free=memory.free + going)
        said = tight(wanted.footprint, memory)
        return f"{words}: {said}" if said else words

    async def _fits(self, wanted: Wanted) -> bool:
        """Whether there is room for one more model; no where nothing is known."""
        memory = await asyncio.to_thread(self._memory)
        # Weights that are mapped from a file count as free memory.
        mapped = sum(
            one.wanted.footprint.weights
            for one in self._scheduler.loaded
            if one.wanted.launch.mmap
        )
        return wanted.footprint.total <= memory.free - mapped

    async def _start(self, wanted: Wanted) -> Child:
        memory = await asyncio.to_thread(self._memory)

        def refusal(vram: int) -> str:
            found = memory
            if memory.total:
                found = memory._replace(total=memory.total + vram)
            name, context = wanted.files.name, wanted.launch.context
            return misfit(name, wanted.footprint, context, found)

        return await start(
            wanted.launch.order(wanted.files),
            self._log,
            self._program,
            refusal=refusal,
        )

    def _head(self, files: ModelFiles) -> ModelFile:
        if files.weights not in self._heads:
            self._heads[files.weights] = ModelFile(files.weights, files.name)
        return self._heads[files.weights]


_Events = AsyncGenerator[Event, None]


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
    host = Host(
        "openai", f"{child.address}/v1", name="the local model", access=Access(_KEY)
    )
    return OpenAI(host, environ={_KEY: child.key})
