"""A model made of a conversation, as ``/save`` of ``ollama run`` does, and back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from llmtui.chat.message import Message, Sent
from llmtui.chat.models import NewModel
from llmtui.clock import new_id, now
from llmtui.jobs.chat_request import turns
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Creates, Describes

if TYPE_CHECKING:
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.core import Core


class MakingError(Exception):
    """It could not be made; ``str()`` says why and what to do."""


async def save_as_model(
    core: Core, session: Session, host: Host, base: str, name: str
) -> None:
    """Make a model of a session's branch, system prompt and options.

    A model of that name is overwritten. Raises ``MakingError``.
    """
    path = session.path()
    messages = await asyncio.to_thread(turns, path)
    new = NewModel(name, base, session.system, dict(session.options), messages)
    try:
        provider = await asyncio.to_thread(core.providers.open, host)
        if not isinstance(provider, Creates):
            raise MakingError(f"{host.label} cannot make models")
        await provider.create(new)
    except ProviderError as error:
        raise MakingError(error.sentence) from error


async def messages_of(core: Core, host: Host, model: str) -> list[Message]:
    """The conversation that a model was made with, [] if there is none.

    The server puts it before every prompt itself, so they are left out of what is
    sent. Never raises: a model that says nothing of itself has none.
    """
    try:
        provider = await asyncio.to_thread(core.providers.open, host)
        if not isinstance(provider, Describes):
            return []
        details = await provider.show(model)
    except ProviderError:
        return []
    found: list[Message] = []
    for turn in details.messages:
        if turn.role == "system":
            continue
        found.append(
            Message(
                id=new_id(),
                parent=found[-1].id if found else None,
                role=turn.role,
                text=turn.content,
                created=now(),
                request=Sent(model, host.stored) if turn.role == "assistant" else None,
                excluded=True,
            )
        )
    return found
