"""Fetching, removing, copying and making models of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from llmtui.chat.events import PullProgress
from llmtui.chat.models import NewModel
from llmtui.files.errors import why
from llmtui.providers.errors import (
    ModelMissing,
    NotUnderstood,
    ProviderError,
    Unsupported,
)
from llmtui.providers.local.catalog import PULL_AGAIN, Catalog, stored_of
from llmtui.providers.local.catalog_errors import (
    check_scheme,
    not_ours,
    read_name,
    read_url,
)
from llmtui.providers.local.file_pull import FilePulling
from llmtui.providers.local.making import make
from llmtui.providers.local.manifest import Manifest
from llmtui.providers.local.model_files import ModelFiles
from llmtui.providers.local.model_name import ModelName
from llmtui.providers.local.pulling import Pulling
from llmtui.providers.local.registry import Registry


class ModelChanges:
    """Changes what a catalog finds: only models that this program fetched or made."""

    def __init__(self, catalog: Catalog, registry: Registry | None = None) -> None:
        """Nothing is connected yet; ``registry`` is for tests."""
        self._catalog = catalog
        self._store = catalog.store
        self._registry = registry

    async def pull(
        self, name: str, *, insecure: bool = False
    ) -> AsyncGenerator[PullProgress, None]:
        """Fetch a model; ends after ``success``. Raises ``ProviderError``."""
        if self._registry is None:
            self._registry = Registry()
        pulling: Pulling | FilePulling
        if url := read_url(name):
            check_scheme(url.name, insecure=insecure)
            pulling = FilePulling(url, self._store, self._registry)
        else:
            parsed = read_name(name, insecure=insecure)
            check_scheme(parsed, insecure=insecure)
            pulling = Pulling(parsed, self._store, self._registry)
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

    def _delete(self, name: str) -> str:
        if stored := stored_of(self._store, name):
            self._store.remove(stored)
            return stored.name.shown
        files = self._found(name)
        if files.source != "builtin":
            raise not_ours(files, "removed")
        files.weights.unlink(missing_ok=True)
        return files.name

    def _copy(self, source: str, destination: ModelName) -> str:
        if stored := stored_of(self._store, source):
            self._store.copy(stored, destination)
            return destination.shown
        raise not_ours(self._found(source), "copied")

    def _make(self, new: NewModel, name: ModelName) -> str:
        try:
            make(self._store, self._base(new.base), name, new)
        except ValueError as error:
            raise NotUnderstood(
                f"{new.base} cannot be read: {error}", advice=PULL_AGAIN
            ) from error
        return name.shown

    def _base(self, name: str) -> Manifest:
        """What a model is made of from which another one is made."""
        if stored := stored_of(self._store, name):
            return stored.manifest
        files = self._found(name)
        if files.source != "builtin":
            raise not_ours(files, "changed")
        if not self._catalog.has_builtin:
            raise Unsupported(
                f"{files.name} is not fetched yet",
                advice=f"Ask it something first, or: llmtui pull --local {files.name}",
            )
        return self._store.adopt(files)

    def _found(self, name: str) -> ModelFiles:
        """A model to do something with; that it could be fetched is no help then."""
        try:
            return self._catalog.find(name).files
        except ModelMissing as error:
            advice = "llmtui list --local shows all."
            raise ModelMissing(str(error), model=name, advice=advice) from None

    async def _write(self, work: Callable[[], str], failed: str) -> str:
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            said = why(error, self._catalog.folder)
            raise ProviderError(f"{failed}: {said}") from error
