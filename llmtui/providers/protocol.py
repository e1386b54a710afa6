"""The seam to models: what every provider can do, and what only some can.

Nothing of httpx, Textual or a vendor's types crosses it. What only some
providers can do is a protocol of its own, asked for by ``isinstance``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any, Protocol, runtime_checkable

from llmtui.chat.capabilities import Capabilities
from llmtui.chat.events import Event, Preparing, PullProgress
from llmtui.chat.models import (
    Account,
    Model,
    ModelDetails,
    NewModel,
    Recommendation,
    RunningModel,
)
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn


@runtime_checkable
class Provider(Protocol):
    """A server (or a program, or a script) that answers prompts.

    Every method raises ``ProviderError`` of ``providers/errors.py`` and
    nothing else. The streams are async generators: closing one (``aclosing``,
    or cancelling the task) closes its connection, which is how a reply is
    stopped.
    """

    @property
    def name(self) -> str:
        """What errors and the status line call it, fit for a person: ``localhost``."""
        ...

    @property
    def options(self) -> frozenset[str]:
        """The options, by Ollama's names, that mean something to it."""
        ...

    async def version(self) -> str:
        """The server's version, "" where it has none, and then without asking."""
        ...

    async def models(self) -> Sequence[Model]:
        """The models that can be chosen, in the server's order.

        The sign of life too. Raises ``Unsupported`` if the server can chat, but
        has no list.
        """
        ...

    def chat(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """Stream the answer to a conversation; the last event is ``Finished``.

        Raises ``BrokenStream`` if the stream ends without it.
        """
        ...

    def generate(self, request: GenerateRequest) -> AsyncGenerator[Event, None]:
        """Stream the answer to one prompt, without memory."""
        ...

    async def aclose(self) -> None:
        """Close connections; safe to call twice."""
        ...


@runtime_checkable
class Prepares(Protocol):
    """Has something to fetch before its first answer."""

    def prepare(self) -> AsyncGenerator[Preparing, None]:
        """Do now what the first prompt would wait for; nothing if it is done."""
        ...


@runtime_checkable
class Describes(Protocol):
    """Can describe one model in full (``/api/show``)."""

    async def show(self, model: str) -> ModelDetails: ...


@runtime_checkable
class Runs(Protocol):
    """Knows which models are in memory, and can load and unload them."""

    async def running(self) -> Sequence[RunningModel]: ...

    async def load(
        self,
        model: str,
        options: dict[str, Any] | None = None,
        keep_alive: float | None = None,
    ) -> None: ...

    async def unload(self, model: str) -> None: ...


@runtime_checkable
class Pulls(Protocol):
    """Can fetch a model."""

    def pull(
        self, model: str, *, insecure: bool = False
    ) -> AsyncGenerator[PullProgress, None]:
        """Stream the progress; returns normally only after success was reported.

        ``insecure`` takes a registry without a certificate too.
        """
        ...


@runtime_checkable
class Manages(Protocol):
    """Can delete and copy models."""

    async def delete(self, model: str) -> None:
        """Delete it from the disk; in memory it may stay as long as it would."""
        ...

    async def copy(self, source: str, destination: str) -> None: ...


@runtime_checkable
class Creates(Protocol):
    """Can make a model from another one, with words and options of its own."""

    def create(self, new: NewModel) -> AsyncGenerator[PullProgress, None]:
        """Make it, and stream how far it is; returns normally only after success.

        A model of that name is overwritten, without a question.
        """
        ...


@runtime_checkable
class Previews(Protocol):
    """Can say beforehand what a chat sends, and what a model gets to read of it."""

    async def body(self, request: ChatRequest) -> bytes:
        """What ``chat`` would send for ``request``, byte for byte. Sends nothing."""
        ...

    async def rendered(self, request: ChatRequest) -> str:
        """The prompt that the server's template makes of it, with what it leaves out
        left out.

        The model may have to be loaded for that. Raises ``Unsupported`` where the
        server does not tell.
        """
        ...


@runtime_checkable
class Counts(Protocol):
    """Can have the tokens of a chat counted by whoever reads them."""

    async def count(self, request: ChatRequest) -> int:
        """How many tokens the prompt of ``request`` has, the template's included.

        Raises ``Unsupported`` where the server does not count.
        """
        ...


@runtime_checkable
class Truncates(Protocol):
    """Leaves turns out where not all of them fit, and says nothing of it."""

    def kept(
        self, turns: Sequence[Turn], sizes: Sequence[int], window: int
    ) -> Sequence[int]:
        """Which of ``turns`` are read by a server that keeps ``window`` tokens, by
        their places; ``sizes`` are their tokens, about."""
        ...


@runtime_checkable
class Recommends(Protocol):
    """Says which models are worth having."""

    async def recommendations(self) -> Sequence[Recommendation]:
        """The best first. An old server does not know the question, and refuses it."""
        ...


@runtime_checkable
class SignsIn(Protocol):
    """Has an account, whose models it passes prompts on to."""

    async def account(self) -> Account:
        """Who is signed in. Raises ``SignInNeeded`` with a link if nobody is.

        The server asks its maker for that: not to be called without need.
        """
        ...


def kept_by(
    provider: Provider,
) -> Callable[[Sequence[Turn], Sequence[int], int], Sequence[int]] | None:
    """The rule by which a provider leaves turns out; None if it refuses instead."""
    return provider.kept if isinstance(provider, Truncates) else None


def capabilities(provider: Provider) -> Capabilities:
    """What a provider can do, by the protocols it has."""
    return Capabilities(
        describes=isinstance(provider, Describes),
        runs=isinstance(provider, Runs),
        pulls=isinstance(provider, Pulls),
        manages=isinstance(provider, Manages),
        creates=isinstance(provider, Creates),
        prepares=isinstance(provider, Prepares),
        recommends=isinstance(provider, Recommends),
        previews=isinstance(provider, Previews),
        counts=isinstance(provider, Counts),
        truncates=isinstance(provider, Truncates),
        options=provider.options,
    )
