"""The engine with a stand-in for llama.cpp: what is in memory, and what is asked."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from llmtui.chat.events import Event, Preparing, Text
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn
from llmtui.clock import moment, now
from llmtui.local_settings import LocalSettings
from llmtui.providers.errors import ProviderError, Unreachable, Unsupported
from llmtui.providers.local.engine import Engine
from llmtui.providers.local.machine import Memory
from llmtui.providers.local.model_files import ModelFiles
from llmtui.providers.local.process_errors import load_failed
from tests.support import fake_child
from tests.support.processes import until
from tests.support.tiny_gguf import METADATA, gguf

GB = 10**9
ROOMY = Memory(64 * GB, 32 * GB)

MakeEngine = Callable[..., Engine]


def model(tmp_path: Path, name: str = "one", **more: Any) -> ModelFiles:
    path = tmp_path / f"{name}.gguf"
    path.write_bytes(gguf(more.pop("metadata", METADATA)))
    return ModelFiles(name, path, size=more.pop("size", GB), **more)


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[MakeEngine]:
    def engine(mode: str = "good", memory: Memory = ROOMY, **settings: Any) -> Engine:
        found = Engine(
            tmp_path / "log",
            LocalSettings(**settings),
            program=(sys.executable, fake_child.__file__, mode),
            memory=lambda: memory,
        )
        stack.push_async_callback(found.aclose)
        return found

    async with AsyncExitStack() as stack:
        yield engine
    assert psutil.Process().children() == []


def ask(keep_alive: float | None = None, **options: Any) -> ChatRequest:
    turns = (Turn("user", "hello"),)
    return ChatRequest("", turns, options=options, keep_alive=keep_alive)


async def collect(stream: AsyncGenerator[Event, None]) -> list[Event]:
    async with aclosing(stream):
        return [event async for event in stream]


async def told(stream: AsyncGenerator[Event, None]) -> dict[str, Any]:
    """What the child was told, of an engine that ``tell``s it."""
    (text,) = [e.delta for e in await collect(stream) if isinstance(e, Text)]
    found: dict[str, Any] = json.loads(text)
    return found


def names(engine: Engine) -> list[str]:
    return sorted(one.name for one in engine.running())


async def test_two_models_stay_where_both_fit(make: MakeEngine, tmp_path: Path) -> None:
    engine, one, two = make(), model(tmp_path), model(tmp_path, "two")
    await collect(engine.chat(one, ask()))
    await collect(engine.chat(two, ask()))
    assert names(engine) == ["one", "two"]
    assert isinstance((await collect(engine.chat(one, ask())))[0], Text)


@pytest.mark.parametrize(
    ("memory", "most"),
    [(Memory(64 * GB, 2 * GB), 0), (Memory(), 0), (ROOMY, 1)],
    ids=["too little", "not known", "one is allowed"],
)
async def test_one_after_the_other_where_they_do_not(
    make: MakeEngine, tmp_path: Path, memory: Memory, most: int
) -> None:
    engine = make(memory=memory, max_loaded=most)
    for name in ("one", "two", "one"):
        await collect(engine.chat(model(tmp_path, name), ask()))
        assert names(engine) == [name]
        assert len(psutil.Process().children()) == 1


async def test_the_one_not_used_for_longest_goes(
    make: MakeEngine, tmp_path: Path
) -> None:
    engine = make(max_loaded=2)
    for name in ("one", "two", "one", "three"):
        await collect(engine.chat(model(tmp_path, name), ask()))
    assert names(engine) == ["one", "three"]


async def test_a_model_that_writes_is_not_taken_away(
    make: MakeEngine, tmp_path: Path
) -> None:
    engine = make("stall", max_loaded=1)
    first = engine.chat(model(tmp_path), ask())
    assert isinstance(await anext(first), Preparing)
    assert isinstance(await anext(first), Text)
    second = engine.chat(model(tmp_path, "two"), ask())
    assert isinstance(await anext(second), Preparing)
    waiting = asyncio.ensure_future(anext(second))
    unloading = asyncio.ensure_future(engine.unload("one"))
    await asyncio.sleep(0)
    assert names(engine) == ["one"]
    await first.aclose()
    assert isinstance(await waiting, Text)
    assert await unloading
    assert names(engine) == ["two"]
    await second.aclose()


async def test_who_waits_for_room_may_give_up(make: MakeEngine, tmp_path: Path) -> None:
    engine = make("stall", max_loaded=1)
    first = engine.chat(model(tmp_path), ask())
    await anext(first)
    await anext(first)
    waiting = asyncio.ensure_future(collect(engine.chat(model(tmp_path, "two"), ask())))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    again = engine.chat(model(tmp_path), ask())
    assert isinstance(await anext(again), Text)  # it is as usable as before
    await first.aclose()
    await again.aclose()


async def test_keep_alive(make: MakeEngine, tmp_path: Path) -> None:
    engine, files = make(keep_alive=600.0), model(tmp_path)

    def stays() -> float:
        (one,) = engine.running()
        until_then, since = moment(one.expires), moment(now())
        assert until_then is not None
        assert since is not None
        return (until_then - since).total_seconds()

    await collect(engine.chat(files, ask()))
    assert 590 < stays() <= 600
    await collect(engine.chat(files, ask(keep_alive=60)))
    assert 50 < stays() <= 60
    await collect(engine.chat(files, ask(keep_alive=-1)))
    assert stays() > 50 * 365 * 86400
    # Who names none leaves it as it was named last, as in Ollama.
    await collect(engine.chat(files, ask()))
    assert stays() > 50 * 365 * 86400
    await engine.load(files, {}, 30)
    assert 20 < stays() <= 30
    await collect(engine.chat(files, ask(keep_alive=0.01)))
    await until(lambda: not psutil.Process().children())
    await collect(engine.chat(files, ask(keep_alive=0)))
    await until(lambda: not psutil.Process().children())
    assert engine.running() == []
    await collect(engine.chat(files, ask()))
    assert 590 < stays() <= 600  # loaded anew, it begins anew


async def test_load_and_unload(make: MakeEngine, tmp_path: Path) -> None:
    engine, files = make(), model(tmp_path)
    assert not await engine.unload("one")
    await engine.load(files, {"num_ctx": 512}, None)
    (one,) = engine.running()
    assert (one.name, one.context_length, one.size_vram) == ("one", 512, 0)
    assert one.size > GB
    assert await engine.unload("one")
    assert engine.running() == []


async def test_what_will_not_fit_is_said_before(
    make: MakeEngine, tmp_path: Path
) -> None:
    files = model(tmp_path, size=6 * GB)
    slow = make(memory=Memory(8 * GB, 2 * GB))
    first = (await collect(slow.chat(files, ask())))[0]
    assert first == Preparing(
        "loading one: it needs about 6.4 GB of memory and 2.0 GB are free, "
        "so it may be slow"
    )
    never = make(memory=Memory(4 * GB, 2 * GB))
    with pytest.raises(Unreachable, match=r"6\.4 GB .* this machine has 4\.0 GB") as no:
        await collect(never.chat(files, ask()))
    assert "num_ctx" in no.value.advice


async def test_what_the_settings_say_reaches_llama(
    make: MakeEngine, tmp_path: Path
) -> None:
    engine = make(
        "tell",
        context=700,
        threads=3,
        gpu_layers=5,
        flash_attention="on",
        kv_cache="q8_0",
    )
    files = model(
        tmp_path, projector=tmp_path / "eyes.gguf", adapters=(tmp_path / "lora.gguf",)
    )
    order = (await told(engine.chat(files, ask())))["order"]
    assert order["context"] == 700
    assert (order["threads"], order["gpu_layers"]) == (3, 5)
    assert (order["flash_attention"], order["kv_cache"]) == ("on", "q8_0")
    assert order["projector"] == str(tmp_path / "eyes.gguf")
    assert order["adapters"] == [str(tmp_path / "lora.gguf")]
    asked = ask(num_ctx=300, num_thread=1, num_gpu=0, num_batch=64, use_mmap=False)
    order = (await told(engine.chat(files, asked)))["order"]
    assert order["context"] == 300
    assert (order["threads"], order["gpu_layers"], order["batch"]) == (1, 0, 64)
    assert order["mmap"] is False


async def test_what_a_request_carries_reaches_llama(
    make: MakeEngine, tmp_path: Path
) -> None:
    tool = {"type": "function", "function": {"name": "look"}}
    schema = {"type": "object"}
    request = ChatRequest(
        "",
        (Turn("user", "What is it?", images=(b"\x89PNG",)),),
        think=False,
        format=schema,
        tools=(tool,),
    )
    engine, files = make("tell"), model(tmp_path)
    body = (await told(engine.chat(files, request)))["body"]
    image = {
        "type": "image_url",
        "image_url": {"url": "data:image/png;base64,iVBORw=="},
    }
    assert body["messages"][-1]["content"][-1] == image
    assert body["chat_template_kwargs"] == {"enable_thinking": False}
    assert body["response_format"]["json_schema"]["schema"] == schema
    assert body["tools"] == [tool]


async def test_sampling_of_ollama_the_weights_the_model_and_the_request(
    make: MakeEngine, tmp_path: Path
) -> None:
    metadata = {**METADATA, "general.sampling.temp": 0.6, "general.sampling.top_k": 20}
    metadata["tokenizer.chat_template"] = "plain"
    files = model(
        tmp_path, metadata=metadata, parameters={"top_k": 7, "stop": ["<end>"]}
    )
    engine = make("tell")
    body = (await told(engine.chat(files, ask(top_p=0.5))))["body"]
    assert body["temperature"] == pytest.approx(0.6)
    assert (body["top_k"], body["top_p"], body["min_p"]) == (7, 0.5, 0.0)
    assert body["stop"] == ["<end>"]
    assert body["max_tokens"] == 4096
    body = (await told(engine.chat(files, ask(num_predict=-1))))["body"]
    assert "max_tokens" not in body
    thinker = model(tmp_path, "thinker")
    body = (await told(engine.chat(thinker, ask())))["body"]
    assert (body["max_tokens"], body["temperature"]) == (16384, 0.8)


async def test_a_model_s_own_messages_go_first(
    make: MakeEngine, tmp_path: Path
) -> None:
    example = (
        {"role": "user", "content": "1?"},
        {"role": "assistant", "content": "One."},
    )
    files = model(tmp_path, system="Count.", messages=example)
    engine = make("tell")

    async def contents(request: ChatRequest | GenerateRequest) -> list[str]:
        if isinstance(request, ChatRequest):
            found = await told(engine.chat(files, request))
        else:
            found = await told(engine.generate(files, request))
        return [message["content"] for message in found["body"]["messages"]]

    assert await contents(ask()) == ["Count.", "1?", "One.", "hello"]
    other = replace(ask(), turns=(Turn("system", "Sing."), *ask().turns))
    assert await contents(other) == ["1?", "One.", "Sing.", "hello"]
    assert await contents(GenerateRequest("", "hi")) == ["Count.", "hi"]
    assert await contents(GenerateRequest("", "hi", system="Sing.")) == ["Sing.", "hi"]


async def test_what_is_shown_beforehand_is_what_the_child_is_told(
    make: MakeEngine, tmp_path: Path
) -> None:
    engine = make("tell")
    files = model(tmp_path, system="Be kind.", parameters={"top_k": 3})
    with pytest.raises(Unsupported, match="one is not in memory"):
        await engine.count(files, ask(num_ctx=512))
    shown = await engine.body(files, ask(num_ctx=512, seed=7))
    assert not engine.running()
    heard = await told(engine.chat(files, ask(num_ctx=512, seed=7)))
    assert heard["body"] == json.loads(shown)
    assert heard["body"]["messages"][0]["content"] == "Be kind."


async def test_closing_in_the_middle_of_a_load(
    make: MakeEngine, tmp_path: Path
) -> None:
    engine = make("load")
    loading = asyncio.ensure_future(collect(engine.chat(model(tmp_path), ask())))
    await until(psutil.Process().children)
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    await engine.aclose()
    closed = make()
    await closed.aclose()
    with pytest.raises(ProviderError, match="is closing"):
        await collect(closed.chat(model(tmp_path), ask()))


@pytest.mark.parametrize(
    ("logged", "said", "advice"),
    [
        ("E failed to allocate buffer for kv cache", "does not fit into", "num_ctx"),
        ("E failed to initialize the context: std::bad_alloc", "8 tokens", "num_ctx"),
        ("E load: error loading model: it is torn", "loaded: it is torn", "See "),
        (
            "E error loading model: unknown model architecture: 'newone'",
            "its architecture, newone, is newer than the llama.cpp",
            "Upgrade",
        ),
        ("E mtmd_init_from_file: Failed to load CLIP model from /x", "images", "See "),
        ("E cmn common_init_: failed to load lora adapter '/x'", "adapter", "See "),
        ("E init: chat template parsing error: std::exception", "template", "See "),
        ("E something new", "loaded: it will not", "See "),
    ],
)
def test_why_a_load_failed(tmp_path: Path, logged: str, said: str, advice: str) -> None:
    """The lines are llama.cpp's own, of build 11549."""
    log = tmp_path / "log"
    log.write_text(f"I fine\n0.1 {logged}\nE exiting due to model loading error\n")
    error = load_failed("one", "it will not", 8, log)
    assert said in str(error)
    assert advice in error.advice
    assert load_failed("one", "it will not", 8, tmp_path / "none").advice
