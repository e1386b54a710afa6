"""All models that this machine can run by itself, by their names.

Those that were fetched by name come first, then the built-in one, then what other
programs keep here. Of two with one name the first is meant. As long as the built-in
one would have to be fetched it is the last.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path

from llmtui.chat.events import PullProgress
from llmtui.chat.models import NewModel
from llmtui.files.errors import why
from llmtui.places import Places
from llmtui.providers.errors import (
    ModelMissing,
    NotUnderstood,
    ProviderError,
    Unsupported,
)
from llmtui.providers.local import describe, found, gguf, go_template, offer
from llmtui.providers.local.catalog_errors import (
    check_scheme,
    missing,
    not_ours,
    read_name,
    read_url,
)
from llmtui.providers.local.entries import Entry, name_key
from llmtui.providers.local.facts import Facts, FactsCache
from llmtui.providers.local.file_pull import FilePulling
from llmtui.providers.local.making import make
from llmtui.providers.local.manifest import Manifest
from llmtui.providers.local.model_files import ModelFiles
from llmtui.providers.local.model_name import BadName, ModelName, parse_name
from llmtui.providers.local.model_store import ModelStore, Stored, StoredModels
from llmtui.providers.local.pulling import Pulling
from llmtui.providers.local.registry import Registry
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
        registry: Registry | None = None,
    ) -> None:
        """Nothing is read yet. What follows ``places`` is for tests."""
        self.store = ModelStore(places.models)
        self._folder = places.models
        self._builtin = builtin
        self._environ = os.environ if environ is None else environ
        self._home = home
        self._registry = registry
        self._facts = FactsCache(places.cache / "weights.json")
        self._reading = asyncio.Lock()

    async def entries(self) -> Sequence[Entry]:
        async with self._reading:
            return await asyncio.to_thread(self._entries)

    async def entry(self, name: str) -> Entry:
        if not name:
            entries = await self.entries()
            return next(x for x in entries if "completion" in x.facts.capabilities)
        async with self._reading:
            try:
                return await asyncio.to_thread(self._find, name)
            finally:
                await asyncio.to_thread(self._facts.save)

    async def pull(
        self, name: str, *, insecure: bool = False
    ) -> AsyncGenerator[PullProgress, None]:
        """Fetch a model; ends after ``success``. Raises ``ProviderError``."""
        if self._registry is None:
            self._registry = Registry(environ=self._environ)
        pulling: Pulling | FilePulling
        if url := read_url(name):
            check_scheme(url.name, insecure=insecure)
            pulling = FilePulling(url, self.store, self._registry)
        else:
            parsed = read_name(name, insecure=insecure)
            check_scheme(parsed, insecure=insecure)
            pulling = Pulling(parsed, self.store, self._registry)
        async with aclosing(pulling.run()) as steps:
            async for step in steps:
                yield step

    async def delete(self, name: str) -> str:
        """Remove a model that this program fetched; returns its whole name.

        Raises ``ProviderError``.
        """
        return await self._write(lambda: self._delete(name), f"{name} was not removed")

    async def copy(self, source: str, destination: str) -> None:
        """Give a fetched model a second name. Raises ``ProviderError``."""
        await self._write(
            lambda: self._copy(source, read_name(destination)),
            f"{source} was not copied to {destination}",
        )

    async def create(self, new: NewModel) -> AsyncGenerator[PullProgress, None]:
        """Make a model of a fetched one; ends after ``success``.

        Raises ``ProviderError``.
        """
        if new.files or new.adapters or new.quantise:
            raise Unsupported(
                "weights of a file are not made a model here",
                advice="llmtui --local FILE.gguf runs them as they are.",
            )
        yield PullProgress("writing manifest")
        await self._write(
            lambda: self._make(new, read_name(new.name)), f"{new.name} was not made"
        )
        yield PullProgress("success")

    async def aclose(self) -> None:
        """Close connections; safe to call twice."""
        if self._registry is not None:
            await self._registry.aclose()

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
        fetched = self._builtin.in_place(self._folder)
        yield from _newest_first(self.store)
        if fetched:
            yield builtin
        where = self._folders()
        for theirs in found.ollama_models(where):
            yield from _newest_first(theirs)
        yield from found.loose_files(where)
        if not fetched:
            yield builtin

    def _find(self, name: str) -> Entry:
        where, key = self._folders(), name_key(name)
        if stored := _stored(self.store, name):
            return self._read(self.store, stored)
        if key == name_key(offer.NAME):
            return self._checked(self._builtin_files())
        for theirs in found.ollama_models(where):
            if stored := _stored(theirs, name):
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
                f"{name} cannot be read: {error}", advice=_PULL_AGAIN
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
                advice=_PULL_AGAIN,
            ) from error
        except OSError as error:
            raise NotUnderstood(
                f"{files.weights} cannot be read: {error.strerror or error}"
            ) from error

    def _with_facts(self, files: ModelFiles) -> Entry:
        """Raises ``NotGguf`` and ``OSError``."""
        if files.source == "builtin" and not self._builtin.in_place(self._folder):
            return Entry(files, _UNFETCHED)
        facts = self._facts.read(files.weights)
        if not describe.uses_own_template(files, facts):
            jinja = go_template.to_jinja(files.template)
            files = replace(files, chat_template=jinja)
        return Entry(files, facts)

    def _delete(self, name: str) -> str:
        if stored := _stored(self.store, name):
            self.store.remove(stored)
            return stored.name.shown
        files = self._found(name)
        if files.source != "builtin":
            raise not_ours(files, "removed")
        files.weights.unlink(missing_ok=True)
        return files.name

    def _copy(self, source: str, destination: ModelName) -> str:
        if stored := _stored(self.store, source):
            self.store.copy(stored, destination)
            return destination.shown
        raise not_ours(self._found(source), "copied")

    def _make(self, new: NewModel, name: ModelName) -> str:
        try:
            make(self.store, self._base(new.base), name, new)
        except ValueError as error:
            raise NotUnderstood(
                f"{new.base} cannot be read: {error}", advice=_PULL_AGAIN
            ) from error
        return name.shown

    def _base(self, name: str) -> Manifest:
        """What a model is made of from which another one is made."""
        if stored := _stored(self.store, name):
            return stored.manifest
        files = self._found(name)
        if files.source != "builtin":
            raise not_ours(files, "changed")
        if not self._builtin.in_place(self._folder):
            raise Unsupported(
                f"{files.name} is not fetched yet",
                advice=f"Ask it something first, or: llmtui pull --local {files.name}",
            )
        return self.store.adopt(files)

    def _found(self, name: str) -> ModelFiles:
        """A model to do something with; that it could be fetched is no help then."""
        try:
            return self._find(name).files
        except ModelMissing as error:
            advice = "llmtui list --local shows all."
            raise ModelMissing(str(error), model=name, advice=advice) from None

    async def _write(self, work: Callable[[], str], failed: str) -> str:
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            raise ProviderError(f"{failed}: {why(error, self._folder)}") from error

    def _builtin_files(self) -> ModelFiles:
        return ModelFiles(
            offer.NAME,
            self._folder / self._builtin.file,
            parameters=self._builtin.parameters,
            digest=self._builtin.sha256,
            source="builtin",
            size=self._builtin.size,
        )

    def _folders(self) -> found.Folders:
        return found.folders(self._environ, self._home or Path.home())


_PULL_AGAIN = "Remove it and pull it again."

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


def _stored(models: StoredModels, name: str) -> Stored | None:
    try:
        return models.find(parse_name(name))
    except BadName:
        return None


def _newest_first(models: StoredModels) -> Iterator[ModelFiles]:
    for stored in sorted(models.models(), key=lambda x: x.modified, reverse=True):
        with suppress(OSError, ValueError):
            if files := models.files(stored):
                yield files
