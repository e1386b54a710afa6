"""From a host to its provider; each vendor is imported when it is first needed."""

from __future__ import annotations

from llmtui.hosts import Host
from llmtui.local_settings import DEFAULTS, LocalSettings
from llmtui.providers.protocol import Provider


def open_provider(host: Host, local: LocalSettings = DEFAULTS) -> Provider:
    """The provider for a host. It connects with the first request, not before.

    ``local`` is for the models that this program runs itself.

    The first call for each kind of host takes long enough (httpx) to be made
    off the loop. Raises ``ValueError`` for a kind that there is not.
    """
    if host.kind == "ollama":
        from llmtui.providers.ollama import Ollama

        return Ollama(host)
    if host.kind == "openai":
        from llmtui.providers.openai import OpenAI

        return OpenAI(host)
    if host.kind == "local":
        from llmtui.providers.local.provider import Local, LocalLibrary

        return (Local if host.url else LocalLibrary)(host, settings=local)
    raise ValueError(f"there is no provider for hosts of the kind {host.kind!r}")
