"""A provider that answers, and can do nothing else."""

from __future__ import annotations

from collections.abc import Collection

from llmtui.providers.scripted import Scripted


class ChatOnly:
    """Plays the script of another one, with no more than ``Provider`` asks for."""

    def __init__(self, scripted: Scripted, options: Collection[str] = ()) -> None:
        self.name = scripted.name
        self.options = frozenset(options)
        self.version = scripted.version
        self.models = scripted.models
        self.chat = scripted.chat
        self.generate = scripted.generate
        self.aclose = scripted.aclose
