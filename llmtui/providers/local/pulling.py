"""Fetching a whole model: its manifest, every file of it, checked, and then a name.

The progress is that of the whole model from the first byte on, and never falls.
The words are those of Ollama's ``server/images.go``, ``PullModel``.
"""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

from llmtui.chat.events import PullProgress
from llmtui.chat.lenient import as_text
from llmtui.files.disk import make_folder
from llmtui.files.partial import Partial, Stopped
from llmtui.providers.errors import ProviderError, Unreachable, Unsupported
from llmtui.providers.local import registry_errors
from llmtui.providers.local.download import Pause, disk_error, download, full_disk
from llmtui.providers.local.manifest import Layer, Manifest
from llmtui.providers.local.model_name import ModelName
from llmtui.providers.local.model_store import ModelStore
from llmtui.providers.local.registry import Found, Registry

POLL = 0.2
"""Seconds between two looks at another program's download."""
_ROOM = 20_000_000
"""Bytes that are left free beside a model."""


class Pulling:
    """One model on its way into the store."""

    def __init__(
        self,
        name: ModelName,
        store: ModelStore,
        registry: Registry,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._name = name
        self._store = store
        self._registry = registry
        self._pause = pause
        self._shown = 0
        self._manifest = Manifest(())

    async def run(self) -> AsyncGenerator[PullProgress, None]:
        """Fetch what is missing; ends after ``success``, or raises ``ProviderError``.

        However it is left, what came is kept, and the next one goes on from there.
        """
        yield PullProgress("pulling manifest")
        try:
            found = await self._registry.manifest(self._name)
            self._manifest = found.manifest
            await self._check(found.manifest)
            async with aclosing(self._bring(found)) as steps:
                async for step in steps:
                    yield step
        except Unreachable as error:
            raise registry_errors.offline(error) from error
        except OSError as error:
            what, folder = self._name.shown, str(self._store.folder)
            raise disk_error(error, what, folder, self._missing()) from error
        yield PullProgress("success")

    async def _bring(self, found: Found) -> AsyncGenerator[PullProgress, None]:
        files = found.manifest.files
        await asyncio.to_thread(self._prepare)
        yield self._progress(files[-1])
        while True:
            for layer in files:
                async with aclosing(self._layer(layer)) as steps:
                    async for step in steps:
                        yield step
            yield PullProgress("writing manifest")
            # Another program may have removed a file that two models had.
            if await asyncio.to_thread(
                self._store.add, self._name, found.data, found.manifest
            ):
                return

    async def _layer(self, layer: Layer) -> AsyncGenerator[PullProgress, None]:
        """Fetch one file, or wait while another program does."""
        blobs = self._store.blobs
        while not blobs.has(layer):
            partial = blobs.open_partial(layer.digest)
            if partial is None:
                yield self._progress(layer, blobs.partial_size(layer.digest))
                await asyncio.sleep(POLL)
                continue
            with partial:
                if blobs.has(layer):
                    return
                async with aclosing(self._fetch(layer, partial)) as steps:
                    async for step in steps:
                        yield step

    async def _fetch(
        self, layer: Layer, partial: Partial
    ) -> AsyncGenerator[PullProgress, None]:
        """Fetch one file and check it; the file is ours meanwhile."""
        what, blobs = self._name.shown, self._store.blobs
        sizes = download(
            lambda start: self._registry.blob(self._name, layer.digest, start),
            partial,
            layer.size,
            what,
            self._pause,
        )
        async with aclosing(sizes):
            async for there in sizes:
                yield self._progress(layer, there)
        yield self._progress(layer, partial.size, "verifying sha256 digest")
        if await digest_of(partial) != layer.digest:
            partial.discard()
            raise registry_errors.wrong_digest(what, layer.digest)
        await asyncio.to_thread(partial.settle, blobs.path(layer.digest))

    def _prepare(self) -> None:
        make_folder(self._store.folder)
        self._store.blobs.sweep()
        check_room(self._store.folder, self._missing())

    def _missing(self) -> int:
        """Bytes that are still to come."""
        blobs = self._store.blobs
        return sum(
            layer.size - blobs.partial_size(layer.digest)
            for layer in self._manifest.files
            if not blobs.has(layer)
        )

    def _progress(
        self, layer: Layer, there: int | None = None, status: str = ""
    ) -> PullProgress:
        """How much of the whole is there; ``there`` is how much of ``layer``."""
        blobs = self._store.blobs
        completed = 0
        for other in self._manifest.files:
            if other == layer and there is not None:
                completed += min(there, other.size)
            elif blobs.has(other):
                completed += other.size
            else:
                completed += min(blobs.partial_size(other.digest), other.size)
        self._shown = max(self._shown, completed)
        return PullProgress(
            status or f"pulling {layer.digest[7:19]}",
            self._manifest.files[-1].digest,
            self._manifest.size,
            self._shown,
        )

    async def _check(self, manifest: Manifest) -> None:
        """Refuse what llama.cpp cannot run; raises ``ProviderError``."""
        if manifest.of("model"):
            return
        shown = self._name.shown
        if manifest.of("tensor"):
            raise Unsupported(
                f"{shown} is not in GGUF, which llama.cpp needs",
                advice="Choose another tag of it, or another model.",
            )
        remote = ""
        if manifest.config:
            data = await self._registry.small(self._name, manifest.config)
            remote = as_text(registry_errors.json_object(data).get("remote_host"))
        if remote:
            raise Unsupported(
                f"{shown} runs at {remote} only, there is nothing to fetch",
                advice="Ask it through Ollama, or choose another tag.",
            )
        raise registry_errors.no_manifest(self._name, "it names no weights")


async def digest_of(partial: Partial) -> str:
    """The digest of what is there, found in a thread that ends when this is left."""
    left = threading.Event()
    try:
        return "sha256:" + await asyncio.to_thread(partial.digest, left.is_set)
    except Stopped:
        raise ProviderError("checking was stopped") from None
    finally:
        left.set()


def check_room(folder: Path, missing: int) -> None:
    """Raises ``OSError`` if so many bytes do not fit there."""
    if missing and shutil.disk_usage(folder).free < missing + _ROOM:
        raise full_disk()
