"""Conversations kept in models, as ``ollama run`` does with ``/save`` and ``/load``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from llmtui.chat.attached import AttachmentGone
from llmtui.chat.models import NewModel
from llmtui.clock import new_id
from llmtui.jobs.chat_request import turns
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Creates, Describes

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.models import ModelDetails
    from llmtui.chat.session import Session
    from llmtui.jobs.core import Core
    from llmtui.providers.protocol import Provider


class ConversationError(Exception):
    """What cannot be kept in a model, or found there; ``str()`` says why."""


@contextmanager
def _talking() -> Iterator[None]:
    """What the server refuses is a ``ConversationError``."""
    try:
        yield
    except ProviderError as error:
        words = ". ".join(filter(None, (error.sentence, error.advice)))
        raise ConversationError(words) from error
    except AttachmentGone as error:
        raise ConversationError(str(error)) from error


class ModelConversations:
    """Speaks to the current host. Raises ``ConversationError``."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def save(self, session: Session, base: str, name: str) -> None:
        """Make a model that all prompts go on with this conversation.

        It has the session's system prompt and options too. A model of that name is
        overwritten.
        """
        with _talking():
            provider = await self._provider()
            if not isinstance(provider, Creates):
                raise ConversationError(
                    f"{provider.name} cannot make models: a server of Ollama's can"
                )
            before = await self._details(provider, base)
            path = [m for m in session.path() if not m.is_living]
            contents = self._core.replies.attachments.content
            said = await asyncio.to_thread(turns, path, None, contents)
            said = (*(before.messages if before else ()), *said)
            if not (said or session.system or session.options):
                raise ConversationError("there is nothing to save yet")
            system, options = session.system, dict(session.options)
            new = NewModel(name, base, system, options, said)
            async with aclosing(provider.create(new)) as steps:
                async for _ in steps:
                    pass
        self._core.monitor.poke()

    async def load(self, name: str, *, private: bool) -> Session | None:
        """A new session of the conversation that a model was made with; None if it
        was made without one. It is on disk already, unless it is ``private``.

        It is held with the model that the other one was made from: that one would
        put the conversation before itself. Where that model is gone, the messages are
        left out of what is sent.
        """
        session = await self._read(name)
        if session is None:
            return None
        session.id, session.host = new_id(), self._core.monitor.host.stored
        if not self._has(session.model):
            session.model, session.system, session.options = name, None, {}
            for message in _left_out(session):
                session.replace(message)
        if private:
            self._core.store.keep_private(session)
        try:
            await self._core.replies.save(session)
        except OSError as error:
            raise ConversationError(f"not saved: {error}") from error
        return session

    async def messages_of(self, name: str) -> list[Message]:
        """The conversation that a model puts before every prompt, left out of what is
        sent; empty for most models."""
        session = await self._read(name)
        return _left_out(session) if session is not None else []

    async def _read(self, name: str) -> Session | None:
        """The conversation in a model, None if there is none."""
        with _talking():
            details = await self._details(await self._provider(), name)
        if details is None or not details.messages:
            return None
        from llmtui.store.formats.model import session_of

        return session_of(name, details)

    def _has(self, model: str) -> bool:
        from llmtui.jobs.routing import listed

        return bool(model) and listed(model, self._core.monitor.models) is not None

    async def _provider(self) -> Provider:
        monitor = self._core.monitor
        return await asyncio.to_thread(self._core.providers.open, monitor.host)

    async def _details(self, provider: Provider, model: str) -> ModelDetails | None:
        """As the server knows it now: a model may be made anew under its name."""
        return await provider.show(model) if isinstance(provider, Describes) else None


def _left_out(session: Session) -> list[Message]:
    return [replace(message, excluded=True) for message in session.path()]
