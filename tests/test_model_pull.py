"""A model by name: it comes whole and checked, or not at all."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import random
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmtui.chat.events import PullProgress
from llmtui.files.disk import Disk
from llmtui.jobs.pull import Pull
from llmtui.providers.errors import (
    BrokenStream,
    ModelMissing,
    NotUnderstood,
    ProviderError,
    Refused,
    SignInNeeded,
    Unreachable,
    Unsupported,
)
from llmtui.providers.local.model_name import parse_name
from llmtui.providers.local.model_store import ModelStore
from llmtui.providers.local.pulling import Pulling
from llmtui.providers.local.registry import Registry
from tests.support.processes import until
from tests.support.registry import LIST, MANIFEST, FakeRegistry, Files, digest_of
from tests.support.tiny_gguf import gguf

WEIGHTS = gguf() + random.Random(1).randbytes(3_000_000)
LAYERS = [
    ("model", WEIGHTS),
    ("template", b"{{ .Prompt }}"),
    ("params", b'{"stop": ["<end>"], "temperature": 0.3}'),
    ("system", b"Be kind."),
    ("license", b"MIT"),
]


class Shop(NamedTuple):
    """A registry that has ``tiny``, where its bytes are, and a store to fill."""

    registry: FakeRegistry
    files: Files
    store: ModelStore
    client: Registry

    def pulling(self, name: str = "library/tiny") -> Pulling:
        whole = parse_name(f"{self.registry.host}/{name}", insecure=True)
        return Pulling(whole, self.store, self.client, _no_pause)

    async def pull(self, name: str = "library/tiny") -> list[PullProgress]:
        async with aclosing(self.pulling(name).run()) as steps:
            return [step async for step in steps]

    @property
    def blobs(self) -> list[str]:
        folder = self.store.blobs.folder
        return sorted(os.listdir(folder)) if folder.exists() else []

    @property
    def on_disk(self) -> int:
        """Bytes of all files, whole and half."""
        folder = self.store.blobs.folder
        return sum(path.stat().st_size for path in folder.iterdir())

    @property
    def partial(self) -> int:
        """Bytes of half files."""
        folder = self.store.blobs.folder
        return sum(path.stat().st_size for path in folder.glob("*-partial"))

    @property
    def names(self) -> list[str]:
        return [found.name.shown for found in self.store.models()]


async def _no_pause(seconds: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with Files() as files, FakeRegistry(files) as registry:
        registry.add("library/tiny:latest", LAYERS)
        client = Registry(environ={}, stall=5)
        yield Shop(registry, files, ModelStore(tmp_path / "models"), client)
        await client.aclose()


def fractions(steps: list[PullProgress]) -> list[float]:
    """What a bar shows, as ``llmtui pull`` reckons it."""
    job, found = Pull("tiny"), []
    for number, step in enumerate(steps):
        job.take(step, number)
        if job.total:
            found.append(job.completed / job.total)
    return found


async def test_a_model_comes_whole(shop: Shop) -> None:
    steps = await shop.pull()
    assert steps[0] == PullProgress("pulling manifest")
    words = [step.status for step in steps]
    assert words[-2:] == ["writing manifest", "success"]
    assert "verifying sha256 digest" in words
    whole = sum(len(data) for _, data in LAYERS)
    assert all(step.total > whole for step in steps if step.digest)
    assert fractions(steps) == sorted(fractions(steps))
    assert fractions(steps)[-1] == 1
    assert len(shop.blobs) == len(LAYERS) + 1
    (stored,) = shop.store.models()
    found = shop.store.files(stored)
    assert found is not None
    assert found.weights.read_bytes() == WEIGHTS
    assert (found.template, found.system) == ("{{ .Prompt }}", "Be kind.")
    assert found.parameters == {"stop": ["<end>"], "temperature": 0.3}
    assert (found.license, found.source) == ("MIT", "store")
    assert shop.store.find(parse_name(f"{shop.registry.host}/LIBRARY/Tiny")) == stored


async def test_a_second_pull_moves_nothing(shop: Shop) -> None:
    await shop.pull()
    before = shop.registry.blobs_sent()
    steps = await shop.pull()
    assert steps[-1].status == "success"
    assert fractions(steps)[0] == 1
    assert shop.registry.blobs_sent() == before


async def test_a_cut_at_40_percent_goes_on_from_there(shop: Shop) -> None:
    cut = len(WEIGHTS) * 4 // 10
    shop.files.cuts = [*[10**9] * len(LAYERS), cut]
    steps = await shop.pull()
    assert fractions(steps) == sorted(fractions(steps))
    assert shop.registry.blobs_sent() == shop.on_disk
    assert shop.files.requests[-1].headers["range"] == f"bytes={cut}-"


async def test_a_pull_that_is_left_goes_on(shop: Shop) -> None:
    """What came is kept to the last byte, and not asked for again."""
    shop.files.holds = 2_000_000
    async with aclosing(shop.pulling().run()) as steps:
        async for step in steps:
            if step.completed > 1_000_000:
                break
    there = shop.store.blobs.partial_size(digest_of(WEIGHTS))
    assert there > 1_000_000 - 1000
    assert shop.names == []
    again = await shop.pull()
    assert shop.files.requests[-1].headers["range"] == f"bytes={there}-"
    assert fractions(again)[0] > 0.3


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, len(WEIGHTS)), max_size=5), ranges=st.booleans())
def test_any_cuts(
    cuts: list[int], ranges: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async def check() -> None:
        async with Files() as files, FakeRegistry(files) as registry:
            registry.add("library/tiny:latest", LAYERS[:1])
            store = ModelStore(tmp_path_factory.mktemp("models"))
            client = Registry(environ={})
            shop = Shop(registry, files, store, client)
            files.cuts, files.ranges = [10**9, *cuts], ranges
            try:
                shown = fractions(await shop.pull())
            finally:
                await client.aclose()
            assert shown == sorted(shown)
            assert shop.names == [f"{registry.host}/library/tiny:latest"]
            if ranges:
                assert registry.blobs_sent() == shop.on_disk

    asyncio.run(check())


async def test_a_connection_that_never_brings_anything(shop: Shop) -> None:
    shop.files.cuts = [0] * 100
    with pytest.raises(BrokenStream, match=r"fetching .*tiny:latest was cut off"):
        await shop.pull()
    assert shop.names == []


async def test_a_server_that_falls_silent(shop: Shop) -> None:
    shop.client._client._stall = 0.2
    shop.files.stalls = 2
    assert (await shop.pull())[-1].status == "success"


async def test_a_wrong_digest_is_never_taken(shop: Shop) -> None:
    path = next(p for p, data in shop.files.files.items() if data == WEIGHTS)
    shop.files.files[path] = WEIGHTS[:-1] + b"?"
    with pytest.raises(NotUnderstood, match="its sha256 is another"):
        await shop.pull()
    assert (shop.names, shop.partial) == ([], 0)
    shop.files.files[path] = WEIGHTS
    assert (await shop.pull())[-1].status == "success"


async def test_a_missing_layer(shop: Shop) -> None:
    path = next(p for p, data in shop.files.files.items() if data == b"MIT")
    del shop.files.files[path]
    with pytest.raises(Refused, match="lacks a file of") as refused:
        await shop.pull()
    assert not isinstance(refused.value, ModelMissing)
    assert shop.names == []
    assert shop.registry.blobs_sent() < len(WEIGHTS)


async def test_no_such_model(shop: Shop) -> None:
    with pytest.raises(ModelMissing, match="has no model") as missing:
        await shop.pull("library/nosuch:7b")
    assert missing.value.model.endswith("library/nosuch:7b")
    assert shop.blobs == []


async def test_too_many_requests(shop: Shop) -> None:
    shop.registry.refusals = [(429, {"Retry-After": "7"})]
    with pytest.raises(Refused, match="too many requests") as refused:
        await shop.pull()
    assert "in 7 seconds" in refused.value.advice
    shop.files.refusals = [(429, {})]
    with pytest.raises(Refused, match="too many requests"):
        await shop.pull()
    assert (await shop.pull())[-1].status == "success"


async def test_a_fault_of_the_server_passes(shop: Shop) -> None:
    shop.files.refusals = [(503, {}), (500, {})]
    assert (await shop.pull())[-1].status == "success"


async def test_a_list_of_manifests(shop: Shop) -> None:
    manifest = shop.registry.add("library/tiny:q4", LAYERS)
    signature = shop.registry.add("library/tiny:signature", [("license", b"x")])
    entries = [
        shop.registry.entry(signature, {"architecture": "unknown"}),
        shop.registry.entry(signature, {"architecture": "amd64"}),
        shop.registry.entry(manifest, {"architecture": "amd64"}),
    ]
    data = json.dumps({"mediaType": LIST, "manifests": entries}).encode()
    shop.registry.offer("library/tiny", "many", data, LIST)
    await shop.pull("library/tiny:many")
    (stored,) = shop.store.models()
    found = shop.store.files(stored)
    assert found is not None
    assert found.weights.read_bytes() == WEIGHTS
    assert LIST in shop.registry.requests[0].headers["accept"]


async def test_a_list_that_lies(shop: Shop) -> None:
    manifest = shop.registry.add("library/tiny:q4", LAYERS)
    entry = shop.registry.entry(manifest, {})
    path = f"/v2/library/tiny/manifests/{entry['digest']}"
    shop.registry.files[path] += b" "
    data = json.dumps({"manifests": [entry]}).encode()
    shop.registry.offer("library/tiny", "many", data, LIST)
    with pytest.raises(NotUnderstood, match="is not the one its list names"):
        await shop.pull("library/tiny:many")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html>", "the manifest is no JSON"),
        (b"[]", "names no layers"),
        (b'{"manifests": []}', "the list of manifests is empty"),
        (b'{"layers": [{"digest": "../../x"}]}', "without a sha256 digest"),
        (b'{"layers": [{"digest": "sha256:' + b"a" * 64 + b'"}]}', "names no weights"),
    ],
)
async def test_no_manifest(shop: Shop, data: bytes, said: str) -> None:
    shop.registry.offer("library/odd", "latest", data, MANIFEST)
    with pytest.raises(NotUnderstood, match=said):
        await shop.pull("library/odd")


async def test_what_llama_cpp_cannot_run(shop: Shop) -> None:
    shop.registry.add("library/mlx:latest", [("tensor", b"x")])
    with pytest.raises(Unsupported, match="not in GGUF"):
        await shop.pull("library/mlx")
    about = {"remote_host": "https://ollama.com", "remote_model": "big"}
    shop.registry.add("library/big:cloud", [("license", b"x")], about)
    with pytest.raises(Unsupported, match=r"runs at https://ollama\.com only"):
        await shop.pull("library/big:cloud")


async def test_a_token_stays_with_its_registry(shop: Shop) -> None:
    shop.registry.token = "secret"
    await shop.pull()
    assert all("authorization" not in seen.headers for seen in shop.files.requests)
    assert "?service=x&scope=repository%3Apull" in shop.registry.requests[1].path


async def test_a_realm_elsewhere_is_not_asked(shop: Shop) -> None:
    shop.registry.token = "secret"
    shop.registry.realm = f"{shop.files.url}/token"
    with pytest.raises(SignInNeeded, match="does not give"):
        await shop.pull()
    assert shop.files.requests == []


@pytest.mark.parametrize("to", ["file:///etc/passwd", "http://me:pw@127.0.0.1/x"])
async def test_a_redirect_to_nowhere_good(shop: Shop, to: str) -> None:
    shop.registry.refusals = [(302, {"Location": to})]
    with pytest.raises((NotUnderstood, Unreachable)):
        await shop.pull()


async def test_redirects_without_end(shop: Shop) -> None:
    here = "/v2/library/tiny/manifests/latest"
    shop.registry.refusals = [(302, {"Location": here})] * 20
    with pytest.raises(NotUnderstood, match="round in circles"):
        await shop.pull()


async def test_no_network(shop: Shop) -> None:
    await shop.registry.stop()
    with pytest.raises(Unreachable, match="connection refused") as offline:
        await shop.pull()
    assert "the built-in one (llmtui --local)" in offline.value.advice


async def test_two_at_once_fetch_once(shop: Shop) -> None:
    both = await asyncio.gather(shop.pull(), shop.pull())
    assert [steps[-1].status for steps in both] == ["success", "success"]
    assert shop.registry.blobs_sent() == shop.on_disk
    for steps in both:
        assert fractions(steps) == sorted(fractions(steps))


async def test_no_room_is_seen_before(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ProviderError, match="not enough room") as full:
        await shop.pull()
    assert "It needs 3.0 MB" in full.value.advice
    assert shop.registry.blobs_sent() == 0


class FullDisk(Disk):
    """Takes so many bytes, and no more."""

    left = 1_000_000

    def write(self, handle: int, data: bytes) -> int:
        if not self.left:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = super().write(handle, data[: self.left])
        self.left -= written
        return written


async def test_a_disk_that_fills_up(shop: Shop, tmp_path: Path) -> None:
    disk = FullDisk()
    full = shop._replace(store=ModelStore(tmp_path / "models", disk))
    with pytest.raises(ProviderError, match="not enough room"):
        await full.pull()
    assert full.partial > 900_000
    disk.left = 10**9
    assert (await full.pull())[-1].status == "success"
    assert [step.status for step in await shop.pull()][-1] == "success"


async def test_what_a_removed_model_takes_with_it_comes_again(shop: Shop) -> None:
    shop.registry.add("library/other:latest", [*LAYERS[:1], ("system", b"Other.")])
    await shop.pull("library/other")
    (other,) = shop.store.models()
    async with aclosing(shop.pulling().run()) as steps:
        async for step in steps:
            if step.status == "writing manifest" and shop.names == [other.name.shown]:
                shop.store.remove(other)
    assert shop.names == [f"{shop.registry.host}/library/tiny:latest"]


PULL = """
import asyncio, sys
from pathlib import Path
from llmtui.providers.local.model_name import parse_name
from llmtui.providers.local.model_store import ModelStore
from llmtui.providers.local.pulling import Pulling
from llmtui.providers.local.registry import Registry

async def main():
    name = parse_name(sys.argv[2], insecure=True)
    async for step in Pulling(name, ModelStore(Path(sys.argv[1])), Registry()).run():
        pass

asyncio.run(main())
"""


async def test_a_killed_program_loses_next_to_nothing(shop: Shop) -> None:
    """A second one goes on with its file, and waits for it while it lives."""
    shop.files.holds = 2_000_000
    name = f"{shop.registry.host}/library/tiny"
    first = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PULL, str(shop.store.folder), name)
    )
    await until(lambda: shop.partial > 1_500_000)
    second = asyncio.ensure_future(shop.pull())
    await until(lambda: len(shop.registry.requests) > len(LAYERS) + 2)
    assert not second.done()
    first.send_signal(signal.SIGKILL)
    await first.wait()
    assert (await second)[-1].status == "success"
    start = int(shop.files.requests[-1].headers["range"][6:-1])
    assert start > 1_500_000
