"""A plain file by its URL becomes a model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from llmtui.chat.events import PullProgress
from llmtui.places import Places
from llmtui.providers.errors import (
    NotUnderstood,
    ProviderError,
    Refused,
    Unreachable,
    Unsupported,
)
from llmtui.providers.local.catalog import Catalog
from llmtui.providers.local.model_changes import ModelChanges
from llmtui.providers.local.registry import Registry
from tests.support.registry import Files, digest_of
from tests.support.tiny_gguf import gguf
from tests.test_local_weights import TINY
from tests.test_model_pull import fractions

WEIGHTS = gguf() + bytes(2_000_000)


@pytest.fixture
async def files() -> AsyncIterator[Files]:
    async with Files() as server:
        server.files["/a/Tiny-Q4_0.gguf"] = WEIGHTS
        server.headers["/a/Tiny-Q4_0.gguf"] = {"ETag": '"one"'}
        yield server


@pytest.fixture
def catalog(places: Places, tmp_path: Path) -> Catalog:
    return Catalog(
        places,
        builtin=TINY,
        environ={},
        home=tmp_path / "home",
    )


@pytest.fixture
async def changes(catalog: Catalog) -> AsyncIterator[ModelChanges]:
    changes = ModelChanges(catalog, Registry(environ={}, stall=5))
    yield changes
    await changes.aclose()


async def pull(changes: ModelChanges, url: str) -> list[PullProgress]:
    async with aclosing(changes.pull(url, insecure=True)) as steps:
        return [step async for step in steps]


async def test_it_comes_and_has_a_name(
    files: Files, catalog: Catalog, changes: ModelChanges
) -> None:
    steps = await pull(changes, f"{files.url}/a/Tiny-Q4_0.gguf")
    assert [step.status for step in steps][-3:] == [
        "verifying sha256 digest",
        "writing manifest",
        "success",
    ]
    assert fractions(steps) == sorted(fractions(steps))
    name = f"127.0.0.1:{files.port}/a/Tiny-Q4_0:latest"
    entry = await catalog.entry(name)
    assert entry.files.weights.read_bytes() == WEIGHTS
    assert entry.files.weights.name == digest_of(WEIGHTS).replace(":", "-")
    assert entry.files.config["model_type"] == "1K"
    assert files.sent["/a/Tiny-Q4_0.gguf"] <= len(WEIGHTS) + 1
    await changes.delete(name)
    assert list(catalog.store.blobs.folder.iterdir()) == []


async def test_a_cut_goes_on(files: Files, changes: ModelChanges) -> None:
    files.cuts = [10**9, 900_000, 500_000]
    steps = await pull(changes, f"{files.url}/a/Tiny-Q4_0.gguf")
    assert steps[-1].status == "success"
    assert files.requests[-1].headers["range"] == "bytes=1400000-"
    assert files.requests[-1].headers["if-range"] == '"one"'


async def test_another_version_is_another_file(
    files: Files, catalog: Catalog, changes: ModelChanges
) -> None:
    """Half of the old one is never mended with half of the new one."""
    files.holds = 1_000_000
    url = f"{files.url}/a/Tiny-Q4_0.gguf"
    async with aclosing(changes.pull(url, insecure=True)) as steps:
        async for step in steps:
            if step.completed > 500_000:
                break
    new = gguf({"general.architecture": "llama", "general.name": "new"}) + bytes(10)
    files.files["/a/Tiny-Q4_0.gguf"] = new
    files.headers["/a/Tiny-Q4_0.gguf"] = {"ETag": '"two"'}
    await pull(changes, url)
    entry = await catalog.entry(f"127.0.0.1:{files.port}/a/Tiny-Q4_0")
    assert entry.files.weights.read_bytes() == new


async def test_a_file_that_changes_meanwhile(
    files: Files, catalog: Catalog, changes: ModelChanges
) -> None:
    path = "/a/Tiny-Q4_0.gguf"
    files.cuts = [10**9, 900_000]

    async def pull_and_change() -> None:
        async for step in changes.pull(files.url + path, insecure=True):
            if step.completed:
                files.headers[path] = {"ETag": '"two"'}

    with pytest.raises(NotUnderstood, match="changed while it was fetched"):
        await pull_and_change()
    assert len(await catalog.entries()) == 1


async def test_the_hub_says_the_digest(files: Files, changes: ModelChanges) -> None:
    path = "/a/Tiny-Q4_0.gguf"
    files.headers[path]["X-Linked-Etag"] = f'"{digest_of(WEIGHTS)[7:]}"'
    assert (await pull(changes, files.url + path))[-1].status == "success"
    files.headers[path]["X-Linked-Etag"] = f'"{digest_of(b"x")[7:]}"'
    with pytest.raises(NotUnderstood, match="its sha256 is another"):
        await pull(changes, files.url + path)


async def test_what_is_no_model(
    files: Files, catalog: Catalog, changes: ModelChanges
) -> None:
    files.files["/page.gguf"] = b"<html>sign in</html>"
    with pytest.raises(NotUnderstood, match="is no GGUF, and it was removed"):
        await pull(changes, f"{files.url}/page.gguf")
    assert list(catalog.store.blobs.folder.iterdir()) == []
    with pytest.raises(Refused, match="there is no file"):
        await pull(changes, f"{files.url}/nosuch.gguf")
    with pytest.raises(Unsupported, match="one part of a model in several files"):
        await pull(changes, f"{files.url}/a-00001-of-00002.gguf")
    files.files["/empty.gguf"] = b""
    with pytest.raises(ProviderError):
        await pull(changes, f"{files.url}/empty.gguf")


async def test_plain_http_has_to_be_allowed(
    files: Files, changes: ModelChanges
) -> None:
    for name in (f"{files.url}/a/Tiny-Q4_0.gguf", "http://127.0.0.1:1/library/x"):
        with pytest.raises(Unsupported, match="is not safe") as refused:
            async for _ in changes.pull(name):
                pass
        assert "--insecure" in refused.value.advice
    assert files.requests == []


async def test_no_network(files: Files, changes: ModelChanges) -> None:
    await files.stop()
    with pytest.raises(Unreachable) as offline:
        await pull(changes, f"{files.url}/a/Tiny-Q4_0.gguf")
    assert "the built-in one" in offline.value.advice
