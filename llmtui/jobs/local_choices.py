"""What somebody without a server can do on this machine."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmtui.chat.suggestions import Fit, Suggestion, fit, suggestions
from llmtui.human import size
from llmtui.providers.errors import ProviderError
from llmtui.providers.local import machine, offer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmtui.chat.models import Model
    from llmtui.local_settings import LocalSettings
    from llmtui.providers.protocol import Provider

_MAC_APP = "/Applications/Ollama.app"


@dataclass(frozen=True, slots=True)
class LocalChoices:
    """What there is, for the welcome page and the picker. All of it is untrusted."""

    start_ollama: str = ""
    """The command that starts the Ollama that is installed, "" if none is."""
    on_disk: tuple[Model, ...] = ()
    """Models that can be run now, without the built-in one."""
    to_fetch: tuple[tuple[Suggestion, Fit], ...] = ()
    """Models that could be fetched and are not here, and how they would run."""
    memory: int = 0
    """Bytes of this machine, 0 where it is not known."""
    cores: int = 0
    problem: str = ""
    """What is missing to run any of them, and the command that adds it."""

    @property
    def machine(self) -> str:
        """The machine in a few words; "" where nothing is known.

        >>> LocalChoices(memory=16_700_000_000, cores=8).machine
        '17 GB of memory, 8 cores'
        """
        cores = {0: "", 1: "1 core"}.get(self.cores, f"{self.cores} cores")
        memory = f"{size(self.memory)} of memory" if self.memory else ""
        return ", ".join(filter(None, (memory, cores)))


async def local_choices(provider: Provider, settings: LocalSettings) -> LocalChoices:
    """Look at this machine; ``provider`` is the one of this program's own host.

    Reads folders and may take some tenths of a second, off the loop. Never raises.
    """
    try:
        models: Sequence[Model] = await provider.models()
    except ProviderError:
        models = ()
    memory, cores, ollama = await asyncio.to_thread(_machine)
    names = {model.name for model in models}
    return LocalChoices(
        start_ollama=ollama,
        on_disk=tuple(m for m in models if m.name != offer.NAME and m.chats),
        to_fetch=tuple(
            (found, fit(found.size, memory, cores))
            for found in suggestions(settings.suggestions)
            if found.name not in names
        ),
        memory=memory,
        cores=cores,
        problem="" if offer.extra_installed() else offer.extra_command(),
    )


def _machine() -> tuple[int, int, str]:
    cores = machine.cores() or os.cpu_count() or 0
    return machine.memory().total, cores, start_ollama()


def start_ollama(path: str | None = None, platform: str = sys.platform) -> str:
    """The command that starts Ollama where it is installed, "" where it is not.

    ``path`` is where programs are looked for, if not in ``PATH``.
    """
    if shutil.which("ollama", path=path):
        return "ollama serve"
    if platform == "darwin" and os.path.isdir(_MAC_APP):
        return "open -a Ollama"
    return ""
