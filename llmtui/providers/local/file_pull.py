"""Fetching a plain ``.gguf`` by its URL: it becomes a model of the store."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from llmtui.chat.events import PullProgress
from llmtui.files.disk import make_folder
from llmtui.files.partial import Partial
from llmtui.providers.errors import NotUnderstood, Unreachable, Unsupported
from llmtui.providers.local import gguf, registry_errors
from llmtui.providers.local.download import Pause, disk_error, download
from llmtui.providers.local.manifest import (
    Manifest,
    config_layer,
    image_layer,
    write_manifest,
)
from llmtui.providers.local.model_name import BadName, ModelName, is_name
from llmtui.providers.local.model_store import ModelStore
from llmtui.providers.local.pulling import POLL, check_room, digest_of
from llmtui.providers.local.registry import About, Registry

_HUB = re.compile(
    r"(?:https://)?(?:www\.)?(?:hf\.co|huggingface\.co)/([^/]+)/([^/?#]+)/"
    r"(?:(?:blob|resolve)/([^/?#]+)/)?([^?#]+\.gguf)(?:[?#].*)?",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^/?#@]+/[^?#]*\.gguf(?:\?[^#]*)?", re.IGNORECASE)
_PART = re.compile(r"-\d{5}-of-\d{5}$")


class FileUrl(NamedTuple):
    """Where a file is, and what its model will be called."""

    url: str
    name: ModelName


def parse_file_url(text: str) -> FileUrl | None:
    """Read the URL of a file; None for what is none. Raises ``BadName``.

    Pages of the hub mean the file that they show.

    >>> found = parse_file_url("https://huggingface.co/o/r/blob/main/tiny-Q4_0.gguf")
    >>> found.url, found.name.shown
    ('https://huggingface.co/o/r/resolve/main/tiny-Q4_0.gguf', 'hf.co/o/r:tiny-Q4_0')
    >>> parse_file_url("hf.co/o/r/sub/tiny.gguf").url
    'https://huggingface.co/o/r/resolve/main/sub/tiny.gguf'
    >>> parse_file_url("http://127.0.0.1:80/a/b/Tiny%20One.gguf?x=1").name.shown
    '127.0.0.1:80/b/Tiny-One:latest'
    >>> parse_file_url("qwen3:0.6b"), parse_file_url("hf.co/o/r:tiny.gguf")
    (None, None)
    """
    text = text.strip()
    if found := _HUB.fullmatch(text):
        owner, repository, revision, path = found.groups()
        stem = _stem(path)
        url = (
            f"https://huggingface.co/{owner}/{repository}/resolve/"
            f"{revision or 'main'}/{path}"
        )
        name = ModelName("hf.co", owner, repository, stem)
    elif _URL.fullmatch(text):
        url, split = text, urlsplit(text)
        *_, folder, _ = ("", *split.path.split("/"))
        folder = re.sub(r"[^\w-]+", "-", unquote(folder)).strip("-") or "files"
        name = ModelName(
            split.netloc, folder[:80], _stem(split.path), "latest", split.scheme.lower()
        )
    else:
        return None
    if _PART.search(name.tag) or _PART.search(name.model):
        raise BadName(
            f"{text} is one part of a model in several files, which cannot be fetched "
            "by its URL"
        )
    if not is_name(name.parts):
        raise BadName(f"no name for a model can be made of {text}")
    return FileUrl(url, name)


def _stem(path: str) -> str:
    name = unquote(path.rpartition("/")[2])[: -len(".gguf")]
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80]


class FilePulling:
    """One file on its way into the store."""

    def __init__(
        self,
        source: FileUrl,
        store: ModelStore,
        registry: Registry,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._source = source
        self._store = store
        self._registry = registry
        self._pause = pause
        self._about = About(0, "", "")
        self._shown = 0

    async def run(self) -> AsyncGenerator[PullProgress, None]:
        """Fetch what is missing; ends after ``success``, or raises ``ProviderError``.

        However it is left, what came is kept, and the next one goes on from there.
        """
        what, folder = self._source.name.shown, str(self._store.folder)
        try:
            yield PullProgress(f"looking at {urlsplit(self._source.url).netloc}")
            self._about = await self._registry.look(self._source.url)
            if not self._about.size:
                raise Unsupported(
                    f"{urlsplit(self._source.url).netloc} does not say how large the "
                    "file is, so it cannot be fetched",
                    advice="Fetch it with another program, and use --local FILE.gguf.",
                )
            while (partial := await asyncio.to_thread(self._open)) is None:
                there = self._store.blobs.partial_size(self._key)
                yield self._progress("pulling", there)
                await asyncio.sleep(POLL)
            with partial:
                async with aclosing(self._fetch(partial)) as steps:
                    async for step in steps:
                        yield step
        except Unreachable as error:
            raise registry_errors.offline(error) from error
        except OSError as error:
            raise disk_error(error, what, folder, self._about.size) from error
        yield PullProgress("success")

    async def _fetch(self, partial: Partial) -> AsyncGenerator[PullProgress, None]:
        url, tag = self._source.url, self._about.tag
        yield self._progress("pulling", partial.size)
        sizes = download(
            lambda start: self._registry.file(url, start, tag),
            partial,
            self._about.size,
            self._source.name.shown,
            self._pause,
        )
        async with aclosing(sizes):
            async for there in sizes:
                yield self._progress("pulling", there)
        yield self._progress("verifying sha256 digest", partial.size)
        digest = await digest_of(partial)
        if self._about.digest not in ("", digest):
            partial.discard()
            raise registry_errors.wrong_digest(url, self._about.digest)
        yield PullProgress("writing manifest")
        await asyncio.to_thread(self._keep, partial, digest)

    @property
    def _key(self) -> str:
        """What the half file is called: another version of it is another file."""
        about = self._about
        text = f"{self._source.url}\n{about.size}\n{about.tag}\n{about.digest}"
        return "url-" + hashlib.sha256(text.encode()).hexdigest()

    def _open(self) -> Partial | None:
        make_folder(self._store.folder)
        there = self._store.blobs.partial_size(self._key)
        check_room(self._store.folder, self._about.size - there)
        return self._store.blobs.open_partial(self._key)

    def _keep(self, partial: Partial, digest: str) -> None:
        """Make a model of the file; raises ``NotUnderstood`` and ``OSError``."""
        blobs = self._store.blobs
        try:
            info = gguf.read_metadata(partial.path)
        except gguf.NotGguf as error:
            partial.discard()
            raise NotUnderstood(
                f"what came from {self._source.url} is no GGUF, and it was removed",
                advice="Is it the address of the file itself?",
            ) from error
        partial.settle(blobs.path(digest))
        about = {
            "model_format": "gguf",
            "model_family": gguf.text(info, "general.architecture"),
            "model_type": gguf.parameters(info),
            "file_type": gguf.quantisation(info),
        }
        config = blobs.put(json.dumps(about).encode())
        manifest = Manifest(
            (image_layer("model", digest, self._about.size),),
            config_layer(config.digest, config.size),
        )
        self._store.add(self._source.name, write_manifest(manifest), manifest)

    def _progress(self, status: str, there: int) -> PullProgress:
        self._shown = max(self._shown, there)
        return PullProgress(status, self._key, self._about.size, self._shown)
