"""A provider that plays scripts: complete, deterministic, without a server.

It is the second implementation that keeps the seam honest, and what the tests
of the UI run on. A script is a sequence of

* ``str``: a piece of the answer; any ``Event`` (or, for a pull,
  ``PullProgress``): itself
* ``Gate``: the answer waits here until the test opens it
* an exception: raised here. ``BrokenStream(…)`` is an answer that was cut off

Where a script ends without ``Finished`` and without an exception, a
``Finished`` that counts the pieces is added.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from llmtui.chat.events import Event, Finished, PullProgress, Text, Thinking
from llmtui.chat.models import (
    Account,
    Model,
    ModelDetails,
    NewModel,
    Recommendation,
    RunningModel,
)
from llmtui.chat.names import canonical
from llmtui.chat.options import OPTIONS
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn
from llmtui.chat.usage import Usage
from llmtui.providers.errors import ModelMissing, ProviderError, SignInNeeded


class Gate:
    """A place in a script where the answer waits until somebody opens it."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        """Set when an answer has come here."""
        self._open = asyncio.Event()

    def open(self) -> None:
        """Let this answer, and all later ones, through."""
        self._open.set()

    async def wait(self) -> None:
        """Wait, as the answer does, until it is open."""
        self.reached.set()
        await self._open.wait()


Step = str | Event | PullProgress | Gate | Exception
Script = Sequence[Step]

_PULLED: Script = (
    PullProgress("pulling manifest"),
    PullProgress("pulling 0123456789ab", "sha256:0123456789ab", 1000),
    PullProgress("pulling 0123456789ab", "sha256:0123456789ab", 1000, 500),
    PullProgress("verifying sha256 digest"),
    PullProgress("writing manifest"),
    PullProgress("success"),
)


class Scripted:
    """Answers the nth ``chat`` or ``generate`` with the nth script.

    When the scripts are used up, ``default`` answers. With ``models`` given, a
    request for another one raises ``ModelMissing``, as a server would.
    """

    def __init__(
        self,
        models: Iterable[Model | str] = (),
        replies: Iterable[Script | str] = (),
        *,
        default: Script = ("ok",),
        pulls: Iterable[Script] = (),
        details: Mapping[str, ModelDetails] | None = None,
        name: str = "scripted",
        server_version: str = "0.0.0",
    ) -> None:
        self.name = name
        self.catalogue = [m if isinstance(m, Model) else Model(m) for m in models]
        self.replies: deque[Script] = deque(
            [script] if isinstance(script, str) else script for script in replies
        )
        """Scripts still to be played; more may be appended at any time."""
        self.default = default
        self.pulls: deque[Script] = deque(pulls)
        self.details = dict(details or {})
        self.server_version = server_version
        self.down: ProviderError | None = None
        """Set it, and every method raises it; running answers go on."""
        self.signed_in: Account | str = Account("me")
        """Who is; or where to sign in, if nobody is."""
        self.requests: list[ChatRequest | GenerateRequest] = []
        self.calls: list[tuple[str, ...]] = []
        """Every call with the models it named: ``("load", "mistral")``."""
        self.loaded: list[RunningModel] = []
        self.active = 0
        """Streams that are open now."""
        self.closed = 0
        """Streams that were closed before their end: stopped answers."""
        self.recommended: tuple[Recommendation, ...] = ()
        """What it says is worth having."""
        self.shut = False
        """Whether the provider itself was closed."""

    @property
    def options(self) -> frozenset[str]:
        return frozenset(OPTIONS)

    async def version(self) -> str:
        await self._called("version")
        return self.server_version

    async def models(self) -> Sequence[Model]:
        await self._called("models")
        return tuple(self.catalogue)

    def chat(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        return self._answer("chat", request)

    async def body(self, request: ChatRequest) -> bytes:
        """The request as an Ollama server would get it."""
        from llmtui.providers import ollama_json

        return b"".join(ollama_json.chat_pieces(request))

    async def rendered(self, request: ChatRequest) -> str:
        await self._called("rendered", request.model)
        return "".join(f"<{t.role}>{t.content}" for t in request.turns) + "<assistant>"

    async def count(self, request: ChatRequest) -> int:
        """A token is a word, and each turn has one more."""
        await self._called("count", request.model)
        return sum(len(turn.content.split()) + 1 for turn in request.turns)

    def kept(
        self, turns: Sequence[Turn], sizes: Sequence[int], window: int
    ) -> Sequence[int]:
        """As Ollama does."""
        from llmtui.providers import ollama_truncation

        return ollama_truncation.kept(turns, sizes, window)

    def generate(self, request: GenerateRequest) -> AsyncGenerator[Event, None]:
        return self._answer("generate", request)

    async def show(self, model: str) -> ModelDetails:
        await self._called("show", model)
        found = self.details.get(model) or self.details.get(canonical(model))
        return found or ModelDetails(_named(model, self.catalogue))

    async def recommendations(self) -> Sequence[Recommendation]:
        await self._called("recommendations")
        return self.recommended

    async def account(self) -> Account:
        await self._called("account")
        if isinstance(self.signed_in, str):
            raise SignInNeeded("nobody is signed in", url=self.signed_in)
        return self.signed_in

    async def running(self) -> Sequence[RunningModel]:
        await self._called("running")
        return tuple(self.loaded)

    async def load(
        self,
        model: str,
        options: dict[str, Any] | None = None,
        keep_alive: float | None = None,
    ) -> None:
        await self._called("load", model)
        found = _named(model, self.catalogue)
        context = int((options or {}).get("num_ctx") or found.context_length)
        self.loaded = [m for m in self.loaded if m.name != found.name]
        self.loaded.append(RunningModel(found.name, found.size, 0, context))

    async def unload(self, model: str) -> None:
        await self._called("unload", model)
        self.loaded = [m for m in self.loaded if canonical(m.name) != canonical(model)]

    async def pull(
        self, model: str, *, insecure: bool = False
    ) -> AsyncGenerator[PullProgress, None]:
        await self._called("pull", model)
        script = self.pulls.popleft() if self.pulls else _PULLED
        async with aclosing(self._play(script)) as steps:
            async for step in steps:
                if isinstance(step, PullProgress):
                    yield step
        if all(canonical(m.name) != canonical(model) for m in self.catalogue):
            self.catalogue.append(Model(canonical(model)))

    async def delete(self, model: str) -> None:
        await self._called("delete", model)
        self.catalogue.remove(_named(model, self.catalogue))

    async def copy(self, source: str, destination: str) -> None:
        await self._called("copy", source, destination)
        self.catalogue.append(
            replace(_named(source, self.catalogue), name=canonical(destination))
        )

    async def create(self, new: NewModel) -> AsyncGenerator[PullProgress, None]:
        await self._called("create", new.name, new.base)
        yield PullProgress("writing manifest")
        base = _named(new.base, self.catalogue)
        made = replace(base, name=canonical(new.name))
        self.catalogue = [m for m in self.catalogue if m.name != made.name]
        self.catalogue.append(made)
        self.details[made.name] = ModelDetails(
            made,
            system=new.system or "",
            parameters="\n".join(f"{k} {v}" for k, v in new.parameters.items()),
            parent=base.name,
            messages=new.messages,
        )
        yield PullProgress("success")

    async def aclose(self) -> None:
        self.shut = True

    async def _called(self, what: str, *models: str) -> None:
        self.calls.append((what, *models))
        await asyncio.sleep(0)
        if self.down is not None:
            raise self.down

    async def _answer(
        self, what: str, request: ChatRequest | GenerateRequest
    ) -> AsyncGenerator[Event, None]:
        self.requests.append(request)
        await self._called(what, request.model)
        if self.catalogue:
            _named(request.model, self.catalogue)
        script = self.replies.popleft() if self.replies else self.default
        pieces = 0
        async with aclosing(self._play(script)) as steps:
            async for step in steps:
                if isinstance(step, PullProgress):
                    continue
                yield step
                if isinstance(step, Finished):
                    return
                pieces += isinstance(step, Text | Thinking)
        yield Finished(Usage(eval_count=pieces), model=request.model)

    async def _play(self, script: Script) -> AsyncGenerator[Event | PullProgress, None]:
        """What is to be seen of a script; other tasks run in between."""
        self.active += 1
        stopped = True
        try:
            for step in script:
                await asyncio.sleep(0)
                if isinstance(step, Gate):
                    await step.wait()
                    continue
                stopped = not isinstance(step, Finished | Exception)
                if isinstance(step, Exception):
                    raise step
                yield Text(step) if isinstance(step, str) else step
            stopped = False
        finally:
            self.active -= 1
            self.closed += stopped


def _named(name: str, models: Sequence[Model]) -> Model:
    """The model of that name; raises ``ModelMissing``."""
    for model in models:
        if canonical(model.name) == canonical(name):
            return model
    raise ModelMissing(
        f"there is no model {name!r}",
        model=name,
        advice="Choose another one.",
        fetchable=True,
    )
