"""A model that can be run, and where the local provider has its models from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from llmtui.providers.errors import ModelMissing
from llmtui.providers.local.facts import Facts, facts_of
from llmtui.providers.local.model_file import ModelFile
from llmtui.providers.local.model_files import ModelFiles
from llmtui.providers.local.model_name import BadName, parse_name


class Entry(NamedTuple):
    """A model that can be run."""

    files: ModelFiles
    facts: Facts


class Models(Protocol):
    """Where the local provider has its models from. Raises ``ProviderError``."""

    async def entries(self) -> Sequence[Entry]:
        """All of them, the one that is meant when nobody names one first."""
        ...

    async def entry(self, name: str) -> Entry:
        """The one of this name, "" for the first; raises ``ModelMissing``."""
        ...


class OneFile:
    """A file that somebody named is all there is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._head = ModelFile(path, path.stem)

    async def entries(self) -> Sequence[Entry]:
        info = await self._head.read()
        try:
            size = self._path.stat().st_size
        except OSError:
            size = 0  # it went away since it was read; a chat will tell
        return [
            Entry(ModelFiles(self._path.stem, self._path, size=size), facts_of(info))
        ]

    async def entry(self, name: str) -> Entry:
        (only,) = await self.entries()
        if name and name_key(name) != name_key(only.files.name):
            raise ModelMissing(
                f"{self._path.name} is {only.files.name}, not {name}",
                model=name,
                advice=f"Choose {only.files.name}, or a host that has {name}.",
            )
        return only


def name_key(name: str) -> object:
    """For comparing names, also those that are none of a registry."""
    try:
        return parse_name(name).key
    except BadName:
        return name.strip().lower()
