"""Which model ``ask`` asks."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from llmtui.chat.capabilities import images_refusal, think_refusal
from llmtui.chat.context import text_tokens, window_of
from llmtui.chat.models import in_memory
from llmtui.chat.names import canonical
from llmtui.cli.context import Context, complain
from llmtui.hosts import BUILTIN
from llmtui.jobs.routing import choose, listed, wishes
from llmtui.providers.errors import ModelMissing, ProviderError, Unsupported
from llmtui.providers.protocol import Pulls, Runs, capabilities

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.models import Model
    from llmtui.chat.session import Session
    from llmtui.cli.question import Question
    from llmtui.hosts import Host
    from llmtui.providers.protocol import Provider

_SURELY_FITS = 1000
"""Tokens that any model keeps."""


async def pick_model(
    context: Context, host: Host, provider: Provider, session: Session | None = None
) -> str:
    """The model that answers in a session; raises ``ProviderError``.

    Of the built-in one it is said once how small it is.
    """
    model = await _picked(context, host, provider, session)
    if host == BUILTIN:
        _note(context, model)
    return model


async def _picked(
    context: Context, host: Host, provider: Provider, session: Session | None
) -> str:
    """The host is only asked for its models where nothing else says which one."""
    if asked := context.asked_model:
        return asked
    among = wishes(session, host, context.settings, context.state)
    if known := choose(among, None):
        return known
    models = await provider.models()
    if found := choose(among, models):
        return found
    what = "no model that chats" if models else "no models"
    raise ModelMissing(
        f"{provider.name} has {what}", model="", advice=how_to_get_one(provider)
    )


def _note(context: Context, model: str) -> None:
    from llmtui.providers.local.offer import NAME, NOTE

    if canonical(model) == NAME and not context.state.local_noted:
        complain(NOTE)
        context.state.local_noted = True
        context.state.save()


def how_to_get_one(provider: Provider) -> str:
    """What helps where there is no model, "" where nothing of this program does."""
    if not isinstance(provider, Pulls):
        return ""
    return "llmtui pull NAME gets one, like llmtui pull smollm2"


def check_options(provider: Provider, options: Mapping[str, Any]) -> None:
    """Say which options mean nothing to the host; they are sent nowhere."""
    able = capabilities(provider)
    for name in options:
        if refusal := able.refusal(name, provider.name):
            complain(refusal)


def check_question(listed: Model | None, question: Question) -> None:
    """What a model cannot do of what it is asked: it is told what it does without.

    Raises ``Unsupported`` for images that it cannot look at.
    """
    if question.images and (refusal := images_refusal(listed)):
        raise Unsupported(refusal)
    if refusal := think_refusal(listed, question.think):
        complain(refusal)


async def about(provider: Provider, name: str) -> Model | None:
    """What the host says about a model, None if it does not list it.

    Raises ``ProviderError``.
    """
    try:
        return listed(name, await provider.models())
    except Unsupported:
        return None


async def window_now(
    provider: Provider,
    name: str,
    options: Mapping[str, Any],
    text: str,
    listed: Model | None = None,
    answer: Message | None = None,
) -> int:
    """How many tokens a model keeps, 0 if that is not known; ``answer`` is its last.

    A server is asked for what it has loaded only where the ``text`` may be too long.
    """
    loaded = None
    if text_tokens(text) > _SURELY_FITS:
        with suppress(ProviderError):
            if isinstance(provider, Runs):
                loaded = in_memory(name, "", await provider.running())
            listed = listed or await about(provider, name)
    return window_of(name, options, answer=answer, loaded=loaded, listed=listed)
