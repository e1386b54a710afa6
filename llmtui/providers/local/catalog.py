"""All models that this machine can run by itself, by their names.

Those that were fetched by name come first, then the built-in one, then what other
programs keep here. Of two with one name the first is meant. As long as the built-in
one would have to be fetched it is the last.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from llmtui.places import Places
from llmtui.providers.errors import (
    NotUnderstood,
    Unsupported,
)
from llmtui.providers.local import describe, found, gguf, go_template, offer
from llmtui.providers.local.catalog_errors import (
    missing,
)
from llmtui.providers.local.entries import Entry, name_key
from llmtui.providers.local.facts import Facts, FactsCache
from llmtui.providers.local.model_files import ModelFiles
from llmtui.providers.local.model_name import BadName, parse_name
from llmtui.providers.local.model_store import ModelStore, Stored, StoredModels
from llmtui.providers.local.weights import SMOLLM2, Weights


class Catalog:
    """The models of this machine."""

    def __init__(
        self,
        places: Places,
        *,
        builtin: Weights = SMOLLM2,
        environ: Mapping[str, str] | None = None,
        home: Path | None = None,
    ) -> None:
        """Nothing is read yet. What follows ``places`` is for tests."""
        self.store = ModelStore(places.models)
        self.folder = places.models
        """Where models are fetched to."""
        self._builtin = builtin
        self._environ = os.environ if environ is None else environ
        self._home = home
        self._facts = FactsCache(places.cache / "weights.json")
        self._reading = asyncio.Lock()

    @property
    def has_builtin(self) -> bool:
        """Whether the built-in model was fetched."""
        return self._builtin.in_place(self.folder)

    async def entries(self) -> Sequence[Entry]:
        """All that can be run, in the order in which they are meant."""
        async with self._reading:
            return await asyncio.to_thread(self._entries)

    async def entry(self, name: str) -> Entry:
        """The model of a name, "" for the first one that chats.

        Raises ``ProviderError``.
        """
        if not name:
            entries = await self.entries()
            return next(x for x in entries if "completion" in x.facts.capabilities)
        async with self._reading:
            try:
                return await asyncio.to_thread(self.find, name)
            finally:
                await asyncio.to_thread(self._facts.save)

    def _entries(self) -> list[Entry]:
        entries: dict[object, Entry] = {}
        for files in self._all():
            if name_key(files.name) in entries:
                continue
            # What cannot be read or run, or is no language model, is nobody's choice.
            with suppress(OSError, ValueError):
                entry = self._with_facts(files)
                ours = files.source == "store" or not entry.facts.only_ollama
                if entry.facts.is_model and ours:
                    entries[name_key(files.name)] = entry
        self._facts.save()
        return list(entries.values())

    def _all(self) -> Iterator[ModelFiles]:
        builtin = self._builtin_files()
        fetched = self.has_builtin
        yield from _newest_first(self.store)
        if fetched:
            yield builtin
        where = self._folders()
        for theirs in found.ollama_models(where):
            yield from _newest_first(theirs)
        yield from found.loose_files(where)
        if not fetched:
            yield builtin

    def find(self, name: str) -> Entry:
        """The model of a name. Blocking; raises ``ProviderError``."""
        where, key = self._folders(), name_key(name)
        if stored := stored_of(self.store, name):
            return self._read(self.store, stored)
        if key == name_key(offer.NAME):
            return self._checked(self._builtin_files())
        for theirs in found.ollama_models(where):
            if stored := stored_of(theirs, name):
                return self._read(theirs, stored)
        for files in found.loose_files(where):
            if name_key(files.name) == key:
                return self._checked(files)
        raise missing(name)

    def _read(self, models: StoredModels, stored: Stored) -> Entry:
        name = stored.name.shown
        try:
            files = models.files(stored)
        except (OSError, ValueError) as error:
            raise NotUnderstood(
                f"{name} cannot be read: {error}", advice=PULL_AGAIN
            ) from error
        if files is None:
            raise Unsupported(f"{name} has no weights in GGUF, which llama.cpp needs")
        return self._checked(files)

    def _checked(self, files: ModelFiles) -> Entry:
        try:
            return self._with_facts(files)
        except gguf.NotGguf as error:
            raise NotUnderstood(
                f"the weights of {files.name} cannot be read: {error}",
                advice=PULL_AGAIN,
            ) from error
        except OSError as error:
            raise NotUnderstood(
                f"{files.weights} cannot be read: {error.strerror or error}"
            ) from error

    def _with_facts(self, files: ModelFiles) -> Entry:
        """Raises ``NotGguf`` and ``OSError``."""
        if files.source == "builtin" and not self.has_builtin:
            return Entry(files, _UNFETCHED)
        facts = self._facts.read(files.weights)
        if not describe.uses_own_template(files, facts):
            jinja = go_template.to_jinja(files.template)
            files = replace(files, chat_template=jinja)
        return Entry(files, facts)

    def _builtin_files(self) -> ModelFiles:
        return ModelFiles(
            offer.NAME,
            self.folder / self._builtin.file,
            parameters=self._builtin.parameters,
            digest=self._builtin.sha256,
            source="builtin",
            size=self._builtin.size,
        )

    def _folders(self) -> found.Folders:
        return found.folders(self._environ, self._home or Path.home())


PULL_AGAIN = "Remove it and pull it again."

_UNFETCHED = Facts(
    family="llama",
    parameters="135M",
    quantisation="Q4_1",
    context_length=8192,
    capabilities=frozenset({"completion"}),
    is_model=True,
    sizes={
        "general.architecture": "llama",
        "llama.context_length": 8192,
        "llama.block_count": 30,
        "llama.embedding_length": 576,
        "llama.attention.head_count": 9,
        "llama.attention.head_count_kv": 3,
    },
)
"""What the built-in model will be once it was fetched."""


def stored_of(models: StoredModels, name: str) -> Stored | None:
    """The model of a name among those of a store, None if it is not there."""
    try:
        return models.find(parse_name(name))
    except BadName:
        return None


def _newest_first(models: StoredModels) -> Iterator[ModelFiles]:
    for stored in sorted(models.models(), key=lambda x: x.modified, reverse=True):
        with suppress(OSError, ValueError):
            if files := models.files(stored):
                yield files
