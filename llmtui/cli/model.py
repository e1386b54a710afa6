"""Which model ``ask`` asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmtui.chat.names import canonical
from llmtui.cli.context import Context
from llmtui.providers.errors import ModelMissing, Unsupported

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.hosts import Host
    from llmtui.providers.protocol import Provider


async def pick_model(
    context: Context, host: Host, provider: Provider, session_model: str = ""
) -> str:
    """``-m``, the session's, the settings', the one last used, the first listed.

    A host that runs one file of weights has no other model than that, whatever
    was used elsewhere. Raises ``ProviderError``.
    """
    known = context.parsed.text("model")
    if not known and host.has_server:
        known = (
            session_model
            or context.settings.model
            or context.state.last_model(host.stored)
        )
    if known:
        return known
    models = await provider.models()
    if found := _first_to_chat(models):
        return found
    raise ModelMissing(
        f"{provider.name} has no models",
        model="",
        advice="llmtui pull NAME gets one, like llmtui pull smollm2",
    )


async def about(provider: Provider, name: str) -> Model | None:
    """What the host says about a model, None if it does not list it.

    Raises ``ProviderError``.
    """
    wanted = canonical(name)
    try:
        models = await provider.models()
    except Unsupported:
        return None
    return next((m for m in models if canonical(m.name) == wanted), None)


def _first_to_chat(models: Sequence[Model]) -> str:
    """The first model that can answer; older servers do not tell which can."""
    return next((m.name for m in models if m.can("completion") is not False), "")
