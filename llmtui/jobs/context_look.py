"""What the next request comes to, and what it is: looked at before it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from llmtui.chat.compacting import parts
from llmtui.chat.context import next_turn
from llmtui.chat.context_sizes import sizes_of
from llmtui.chat.context_view import ContextView, Sending, view_of
from llmtui.jobs.compaction import Compaction
from llmtui.jobs.context_meter import Estimate
from llmtui.jobs.outbox import NotSentError, Preview
from llmtui.providers.errors import ProviderError, Unsupported
from llmtui.providers.protocol import Counts, Previews, Provider, kept_by

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.session import Session
    from llmtui.jobs.core import Core
    from llmtui.jobs.outbox import Outbox


_MOST_COUNTED = 100_000
"""Tokens beyond which a server is not asked to count while somebody types."""


class ContextError(Exception):
    """What cannot be looked at; ``str()`` says why."""


@contextmanager
def _talking() -> Iterator[None]:
    """What cannot be sent, or the server refuses, is a ``ContextError``."""
    try:
        yield
    except NotSentError as error:
        raise ContextError(str(error)) from error
    except ProviderError as error:
        raise ContextError(error.sentence) from error


class ContextLook:
    """Sends no prompt. Raises ``ContextError``.

    ``text`` is always what stands in the input, ``edited`` the prompt in whose place
    it goes.
    """

    def __init__(self, core: Core, outbox: Outbox) -> None:
        self._core = core
        self._outbox = outbox

    async def view(
        self, session: Session, text: str = "", edited: Message | None = None
    ) -> ContextView:
        """Each message with its share, estimated."""
        preview = self._preview(session, text, edited)
        provider = await self._open(preview)
        return await asyncio.to_thread(_view, preview, provider)

    async def counted(
        self, session: Session, text: str = "", edited: Message | None = None
    ) -> ContextView | None:
        """The same by the server's own count; None where it does not count."""
        preview = self._preview(session, text, edited)
        provider = await self._open(preview)
        if not isinstance(provider, Counts):
            return None
        with _talking():
            request = await asyncio.to_thread(preview.draft.request)
            try:
                tokens = await provider.count(request)
            except Unsupported:
                return None
        return await asyncio.to_thread(_view, preview, provider, tokens)

    async def tokens(
        self, session: Session, text: str, edited: Message | None = None
    ) -> Estimate | None:
        """How many tokens the next request has; None where nobody can tell."""
        preview = self._preview(session, text, edited)
        provider = await self._open(preview)
        estimate = await asyncio.to_thread(_estimate, session.id, preview)
        if isinstance(provider, Counts) and estimate.tokens <= _MOST_COUNTED:
            with suppress(ProviderError):
                request = await asyncio.to_thread(preview.draft.request)
                tokens = await provider.count(request)
                return Estimate(session.id, tokens, exact=True)
        return estimate if estimate.tokens else None

    async def body(
        self, session: Session, text: str = "", edited: Message | None = None
    ) -> bytes:
        """The request as JSON, byte for byte as it goes out."""
        preview = self._preview(session, text, edited)
        provider = await self._previewing(preview)
        with _talking():
            return await provider.body(await asyncio.to_thread(preview.draft.request))

    async def rendered(
        self, session: Session, text: str = "", edited: Message | None = None
    ) -> str:
        """The prompt that the server makes of it for the model; may load the model."""
        preview = self._preview(session, text, edited)
        provider = await self._previewing(preview)
        with _talking():
            request = await asyncio.to_thread(preview.draft.request)
            return await provider.rendered(request)

    async def compaction(self, session: Session) -> Compaction:
        """A summary of the session, still to be run."""
        if any(message.is_living for message in session.path()):
            raise ContextError("a reply is being written: esc stops it")
        preview = self._preview(session, "", None)

        def cut() -> tuple[list[list[Message]], int]:
            system = preview.generation.system
            said = [m for m in preview.draft.path() if m.is_sent]
            sizes = sizes_of(said, system)
            window = preview.generation.window
            return parts(said, sizes.each, window), sizes.total

        found, tokens = await asyncio.to_thread(cut)
        if not found:
            raise ContextError("there is nothing to summarise yet")
        questions = self._core.side_questions
        return Compaction(questions, session, found, preview.generation, tokens)

    def _preview(self, session: Session, text: str, edited: Message | None) -> Preview:
        with _talking():
            return self._outbox.preview(session, text, edited)

    async def _open(self, preview: Preview) -> Provider:
        host = preview.generation.host
        with _talking():
            return await asyncio.to_thread(self._core.providers.open, host)

    async def _previewing(self, preview: Preview) -> Previews:
        provider = await self._open(preview)
        if isinstance(provider, Previews):
            return provider
        raise ContextError(f"{provider.name} does not tell what it is sent")


def _estimate(session_id: str, preview: Preview) -> Estimate:
    draft = preview.draft
    path = draft.path()
    last = path[-1:] if preview.prompt_id else ()
    above = path[: len(path) - len(last)]
    text, attached = (last[0].text, last[0].attachments) if last else ("", ())
    turn = next_turn(above, text, draft.sent.system, draft.sent.window, attached)
    return Estimate(session_id, turn.tokens)


def _view(
    preview: Preview, provider: Provider, counted: int | None = None
) -> ContextView:
    draft, sent = preview.draft, preview.draft.sent
    sending = Sending(
        draft.path(),
        frozenset(message.id for message in draft.fitted()),
        sent.system,
        sent.window,
        kept_by(provider) if sent.truncate else None,
        preview.prompt_id,
    )
    return view_of(sending, counted)
