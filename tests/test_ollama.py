"""The Ollama provider: what it sends, what it makes of answers, how it stops."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from llmtui.chat.events import Event, Finished, PullProgress, Text, Thinking, ToolCall
from llmtui.chat.models import Model, NewModel, Recommendation
from llmtui.chat.options import USUAL
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn
from llmtui.hosts import parse_host
from llmtui.providers.errors import BrokenStream, ModelMissing, ProviderError, Refused
from llmtui.providers.factory import open_provider
from llmtui.providers.ollama import Ollama
from llmtui.providers.protocol import Describes, Manages, Provider, Pulls, Runs
from tests.support.server import FakeOllama, Reply, model

CHAT = ChatRequest("smollm2", (Turn("user", "Hi"),))


@pytest.fixture
async def ollama(server: FakeOllama) -> AsyncGenerator[Ollama, None]:
    found = Ollama(parse_host(server.url))
    yield found
    await found.aclose()


async def chat(ollama: Ollama, request: ChatRequest = CHAT) -> list[Event]:
    return [event async for event in ollama.chat(request)]


def text(events: list[Event]) -> str:
    return "".join(event.delta for event in events if isinstance(event, Text))


async def test_it_is_what_it_says(server: FakeOllama) -> None:
    provider = open_provider(parse_host(server.url))
    assert isinstance(provider, Ollama)
    for protocol in (Provider, Describes, Runs, Pulls, Manages):
        assert isinstance(provider, protocol)
    assert provider.name == f"localhost:{server.port}"
    await provider.aclose()


# What is sent


async def test_a_plain_chat(server: FakeOllama, ollama: Ollama) -> None:
    await chat(ollama)
    seen = server.requests[-1]
    assert (seen.method, seen.path) == ("POST", "/api/chat")
    assert seen.json == {
        "model": "smollm2",
        "stream": True,
        "messages": [{"role": "user", "content": "Hi"}],
    }
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["accept"] == "application/x-ndjson"
    assert seen.headers["accept-encoding"] == "identity"
    assert seen.headers["user-agent"].startswith("llmtui/")
    assert seen.headers["host"] == f"127.0.0.1:{server.port}"
    assert "authorization" not in seen.headers


async def test_a_chat_with_everything(server: FakeOllama, ollama: Ollama) -> None:
    tool = {"type": "function", "function": {"name": "look"}}
    request = ChatRequest(
        "smollm2",
        (
            Turn("system", "Be brief."),
            Turn("user", "What is it? 🐈", images=(b"\x89PNG",)),
            Turn("assistant", "", tool_calls=(ToolCall("look", {"at": 1}, "call_1"),)),
            Turn("tool", "a cat", tool_name="look", tool_call_id="call_1"),
        ),
        options={"temperature": 0.5, "stop": ["END"]},
        think="high",
        format={"type": "object"},
        keep_alive=300.0,
        tools=(tool,),
        truncate=False,
    )
    await chat(ollama, request)
    assert server.requests[-1].json == {
        "model": "smollm2",
        "stream": True,
        "options": {"temperature": 0.5, "stop": ["END"]},
        "think": "high",
        "format": {"type": "object"},
        "keep_alive": 300,
        "tools": [tool],
        "truncate": False,
        "messages": [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": "What is it? 🐈",
                "images": [base64.b64encode(b"\x89PNG").decode()],
            },
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [
                    {
                        "id": "call_1",
                        "function": {"name": "look", "arguments": {"at": 1}},
                    }
                ],
            },
            {
                "role": "tool",
                "content": "a cat",
                "tool_name": "look",
                "tool_call_id": "call_1",
            },
        ],
    }
    assert '"keep_alive":300,' in server.requests[-1].body.decode()


@pytest.mark.parametrize("keep_alive", [-1, 0, 0.5])
async def test_keep_alive_is_a_number(
    server: FakeOllama, ollama: Ollama, keep_alive: float
) -> None:
    await chat(ollama, ChatRequest("smollm2", CHAT.turns, keep_alive=keep_alive))
    assert server.requests[-1].json["keep_alive"] == keep_alive


async def test_thinking_can_be_switched_off(server: FakeOllama, ollama: Ollama) -> None:
    await chat(ollama, ChatRequest("smollm2", CHAT.turns, think=False))
    assert server.requests[-1].json["think"] is False


async def test_generate(server: FakeOllama, ollama: Ollama) -> None:
    request = GenerateRequest(
        "smollm2",
        "2+2=",
        system="Count.",
        images=(b"x",),
        raw=True,
        options={"seed": 1},
    )
    server.replies.append(Reply("four", thinking="hm", last="!"))
    events = [event async for event in ollama.generate(request)]
    assert [Thinking("hm"), Text("four"), Text("!")] == events[:-1]
    assert server.requests[-1].path == "/api/generate"
    assert server.requests[-1].json == {
        "model": "smollm2",
        "prompt": "2+2=",
        "stream": True,
        "system": "Count.",
        "images": ["eA=="],
        "raw": True,
        "options": {"seed": 1},
    }


async def test_a_path_before_api(server: FakeOllama) -> None:
    server.answers["/ollama/api/version"] = Reply(body='{"version":"7"}')
    provider = Ollama(parse_host(server.url + "/ollama/"))
    assert await provider.version() == "7"
    await provider.aclose()


async def test_a_long_history_is_sent_whole_and_lets_others_run(
    server: FakeOllama, ollama: Ollama
) -> None:
    turns = tuple(Turn("user", f"{n} " + "x" * 5000) for n in range(1000))
    turn_count = 0

    async def count() -> None:
        nonlocal turn_count
        while True:
            await asyncio.sleep(0)
            turn_count += 1

    counting = asyncio.ensure_future(count())
    await chat(ollama, ChatRequest("smollm2", turns))
    counting.cancel()
    assert len(server.requests[-1].json["messages"]) == 1000
    assert turn_count > 50


async def test_a_lone_surrogate_in_the_history_is_sent_as_a_replacement(
    server: FakeOllama, ollama: Ollama
) -> None:
    await chat(ollama, ChatRequest("smollm2", (Turn("user", "a\ud800b 🐈"),)))
    assert server.requests[-1].json["messages"][0]["content"] == "a�b 🐈"


# What is made of answers


async def test_thinking_comes_apart_and_the_last_line_has_text(
    server: FakeOllama, ollama: Ollama
) -> None:
    server.replies.append(
        Reply("Hello you", thinking="let me see", last=" there", done_reason="length")
    )
    events = await chat(ollama)
    assert text(events) == "Hello you there"
    assert "".join(e.delta for e in events if isinstance(e, Thinking)) == "let me see"
    end = events[-1]
    assert isinstance(end, Finished)
    assert (end.done_reason, end.model, end.usage.eval_count) == (
        "length",
        "smollm2",
        5,
    )


async def test_tool_calls_also_on_the_last_line(
    server: FakeOllama, ollama: Ollama
) -> None:
    call = {"id": "c1", "function": {"index": 0, "name": "look", "arguments": {"a": 1}}}
    odd: list[Any] = [{"function": {"name": "b", "arguments": None}}, {}, 7]
    lines: list[dict[str, Any]] = [
        {"message": {"content": "", "tool_calls": [call]}, "done": False},
        {"message": {"content": "x", "tool_calls": odd}, "done": True},
    ]
    server.replies.append(Reply(lines=lines))
    events = await chat(ollama)
    assert events[:-1] == [ToolCall("look", {"a": 1}, "c1"), Text("x"), ToolCall("b")]


async def test_missing_and_odd_fields_have_defaults(
    server: FakeOllama, ollama: Ollama
) -> None:
    lines: list[dict[str, Any]] = [
        {},
        {"message": None},
        {"message": {"content": None, "thinking": 5, "new": 1}},
        {"message": {"content": "x"}, "unknown": [1], "error": None},
        {"done": True, "eval_count": "many", "eval_duration": 1.5, "model": 1},
    ]
    server.replies.append(Reply(lines=lines))
    events = await chat(ollama)
    assert events[:-1] == [Text("x")]
    end = events[-1]
    assert isinstance(end, Finished)
    assert (end.done_reason, end.usage.eval_count, end.usage.eval_duration) == (
        "stop",
        0,
        1,
    )


async def test_lone_surrogates_become_replacements(
    server: FakeOllama, ollama: Ollama
) -> None:
    line = (
        r'{"message":{"content":"a\ud800b","thinking":"\uDFFF","tool_calls":'
        r'[{"function":{"name":"f","arguments":{"k\ud801":["\ud83d\ude00\udead"]}}}]}}'
    )
    server.replies.append(Reply(body=line + '\n{"done":true}\n'))
    events = await chat(ollama)
    assert events[:-1] == [
        Thinking("�"),
        Text("a�b"),
        ToolCall("f", {"k�": ["\U0001f600�"]}),
    ]
    # What was received can be sent again.
    await chat(ollama, ChatRequest("smollm2", (Turn("assistant", text(events)),)))


async def test_line_separators_in_text_are_text(
    server: FakeOllama, ollama: Ollama
) -> None:
    odd = "a\u2028b\u2029c\u0085d\x0be\x1cf\r"
    server.replies.append(Reply(lines=[{"message": {"content": odd}}, {"done": True}]))
    assert text(await chat(ollama)) == odd


async def test_an_answer_that_does_not_stream(
    server: FakeOllama, ollama: Ollama
) -> None:
    server.replies.append(Reply(body='{"message":{"content":"all"},"done":true}'))
    assert text(await chat(ollama)) == "all"


async def test_models_of_an_old_server(server: FakeOllama, ollama: Ollama) -> None:
    old = model("old", capabilities=None, details=None)
    server.models[:] = [old, {"no": "name"}, {"model": "by-model:1"}]
    found = await ollama.models()
    assert [m.name for m in found] == ["old:latest", "by-model:1"]
    assert found[0].capabilities is None
    assert found[0].can("thinking") is None
    assert found[0].context_length == 0
    server.models.clear()
    assert await ollama.models() == ()


async def test_a_cloud_model(server: FakeOllama, ollama: Ollama) -> None:
    server.models[:] = [model("big:cloud", remote_host="https://ollama.com:443")]
    assert (await ollama.models())[0].remote == "https://ollama.com:443"
    await ollama.load("big:cloud")
    await ollama.unload("big-cloud")
    assert [seen.path for seen in server.requests] == ["/api/tags"]


async def test_show_finds_the_context_length_by_architecture(
    server: FakeOllama, ollama: Ollama
) -> None:
    server.models[0]["details"] = {}
    found = await ollama.show("smollm2")
    assert found.model == Model(
        "smollm2",
        context_length=8192,
        capabilities=frozenset({"completion"}),
        modified=server.models[0]["modified_at"],
    )
    assert found.usual == {**USUAL, "temperature": 0.7, "stop": ["END"]}
    answer = {"model_info": {"x.context_length": 5, "y.context_length": 7}}
    server.answers["/api/show"] = Reply(body=json.dumps(answer))
    assert (await ollama.show("smollm2")).model.context_length == 7
    assert (await ollama.show("smollm2")).model.capabilities is None


async def test_load_unload_running(server: FakeOllama, ollama: Ollama) -> None:
    await ollama.load("smollm2", {"num_ctx": 8192}, keep_alive=-1)
    assert server.requests[-1].json == {
        "model": "smollm2",
        "stream": False,
        "options": {"num_ctx": 8192},
        "keep_alive": -1,
    }
    assert [m.name for m in await ollama.running()] == ["smollm2:latest"]
    assert (await ollama.running())[0].context_length == 4096
    await ollama.unload("smollm2")
    assert await ollama.running() == ()


async def test_copy_and_delete(server: FakeOllama, ollama: Ollama) -> None:
    await ollama.copy("smollm2", "mine")
    await ollama.delete("mine")
    assert server.requests[-1].method == "DELETE"
    with pytest.raises(ModelMissing) as caught:
        await ollama.delete("mine")
    assert caught.value.model == "mine"


async def test_recommendations(server: FakeOllama, ollama: Ollama) -> None:
    path = "/api/experimental/model-recommendations"
    with pytest.raises(ProviderError):
        await ollama.recommendations()  # as an old server answers
    said = [
        {"model": "glm-5.1:cloud", "description": "Reasons", "context_length": 202_752},
        {"model": "gemma4", "description": "Codes", "vram_bytes": 12 * 10**9},
        {"model": "Gemma4:latest"},
        {"description": "nameless"},
        "none",
    ]
    server.answers[path] = Reply(body=json.dumps({"recommendations": said}))
    cloud = Recommendation("glm-5.1:cloud", "Reasons", context_length=202_752)
    local = Recommendation("gemma4", "Codes", 12 * 10**9)
    assert await ollama.recommendations() == (cloud, local)
    status = {"cloud": {"disabled": True, "source": "env"}}
    server.answers["/api/status"] = Reply(body=json.dumps(status))
    assert await ollama.recommendations() == (local,)


async def test_a_conversation_becomes_a_model_and_comes_back(
    server: FakeOllama, ollama: Ollama
) -> None:
    said = (Turn("user", "Hi"), Turn("assistant", "Hello."))
    new = NewModel("mine", "smollm2", "Be brief.", {"temperature": 0.1}, said)
    steps = [step.status async for step in ollama.create(new)]
    assert steps[-2:] == ["writing manifest", "success"]
    assert server.requests[-1].json == {
        "model": "mine",
        "from": "smollm2",
        "stream": True,
        "system": "Be brief.",
        "parameters": {"temperature": 0.1},
        "messages": [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hello."},
        ],
    }
    found = await ollama.show("mine")
    assert (found.system, found.messages) == ("Be brief.", said)
    assert found.parent == "smollm2:latest"


async def test_a_model_cannot_be_made_from_one_that_is_not_there(
    ollama: Ollama,
) -> None:
    with pytest.raises(ModelMissing) as caught:
        [step async for step in ollama.create(NewModel("mine", "nothing"))]
    assert caught.value.model == "nothing"


async def test_weights_are_sent_once(
    server: FakeOllama, ollama: Ollama, tmp_path: Path
) -> None:
    weights = tmp_path / "w.gguf"
    weights.write_bytes(b"GGUF" * 700_000)
    digest = f"sha256:{hashlib.sha256(weights.read_bytes()).hexdigest()}"
    new = NewModel("mine", files=(str(weights),), template="{{ .Prompt }}")
    steps = [step async for step in ollama.create(new)]
    assert steps[0] == PullProgress("sending w.gguf", digest, 2_800_000, 0)
    assert PullProgress("sending w.gguf", digest, 2_800_000, 2_800_000) in steps
    assert server.blobs == {digest: weights.read_bytes()}
    asked = server.requests[-1].json
    assert (asked["files"], asked["template"]) == ({"w.gguf": digest}, "{{ .Prompt }}")
    assert "from" not in asked
    [step async for step in ollama.create(new)]
    assert sum(seen.method == "POST" for seen in server.requests) == 3
    weights.unlink()
    with pytest.raises(ProviderError, match="cannot be sent: No such file"):
        [step async for step in ollama.create(new)]


# Pulling


async def test_pull(server: FakeOllama, ollama: Ollama) -> None:
    steps = [step async for step in ollama.pull("new")]
    assert steps[0] == PullProgress("pulling manifest")
    assert (
        PullProgress("pulling 0123456789ab", "sha256:0123456789ab", 1000, 600) in steps
    )
    assert steps[-1].status == "success"
    assert "new:latest" in [m.name for m in await ollama.models()]


async def test_a_pull_that_ends_before_success(
    server: FakeOllama, ollama: Ollama
) -> None:
    server.pulls.append(Reply(lines=[{"status": "pulling manifest"}]))
    steps = ollama.pull("new")
    assert await anext(steps) == PullProgress("pulling manifest")
    with pytest.raises(BrokenStream, match="cut off"):
        await anext(steps)


async def test_a_pull_that_fails(server: FakeOllama, ollama: Ollama) -> None:
    server.pulls.append(Reply(lines=[{"status": "x"}, {"error": "no space left"}]))
    with pytest.raises(Refused, match="no space left") as caught:
        [step async for step in ollama.pull("new")]
    assert "Free some space" in caught.value.advice


async def test_a_pull_can_be_stopped(server: FakeOllama, ollama: Ollama) -> None:
    server.pulls.append(Reply(lines=[{"status": "pulling"}] * 3, at=2))
    async with aclosing(ollama.pull("new")) as steps:
        await anext(steps)
    await server.until(lambda: server.requests[-1].hung_up)


# Stopping


async def test_stopping_closes_the_connection(
    server: FakeOllama, ollama: Ollama
) -> None:
    server.replies.append(Reply(tokens=1000, rate=100))
    async with aclosing(ollama.chat(CHAT)) as events:
        await anext(events)
    await server.until(lambda: server.requests[-1].hung_up)
    await server.until(lambda: server.connections == 0)


@pytest.mark.parametrize(
    "reply",
    [Reply(hold=True), Reply(at=0), Reply(at=2)],
    ids=["before the headers", "before the first token", "midway"],
)
async def test_cancelling_while_it_stalls(
    server: FakeOllama, ollama: Ollama, reply: Reply
) -> None:
    server.replies.append(reply)
    task = asyncio.ensure_future(chat(ollama))
    await server.until(lambda: server.held)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await server.until(lambda: server.requests[-1].hung_up)
    await server.until(lambda: server.connections == 0)


async def test_closing_before_the_first_step_asks_nothing(
    server: FakeOllama, ollama: Ollama
) -> None:
    await ollama.chat(CHAT).aclose()
    assert server.requests == []


async def test_a_stall_is_no_failure(server: FakeOllama, ollama: Ollama) -> None:
    server.replies.append(Reply("a b c", at=1))
    async with aclosing(ollama.chat(CHAT)) as events:
        assert await anext(events) == Text("a")
        await server.until(lambda: server.held)
        server.go_on()
        assert text([event async for event in events]) == " b c"


async def test_a_server_that_does_not_end_is_left(
    server: FakeOllama, ollama: Ollama
) -> None:
    server.replies.append(Reply("a b", then="linger"))
    events = await chat(ollama)
    assert isinstance(events[-1], Finished)
    await server.until(lambda: server.requests[-1].hung_up)


async def test_a_finished_answer_leaves_the_connection_for_the_next(
    server: FakeOllama, ollama: Ollama
) -> None:
    for _ in range(3):
        await chat(ollama)
        await ollama.version()
    assert server.connections == 1


async def test_two_answers_at_once(server: FakeOllama, ollama: Ollama) -> None:
    server.replies += [Reply("first one", at=1), Reply("second")]
    first = asyncio.ensure_future(chat(ollama))
    await server.until(lambda: server.held)
    assert text(await chat(ollama)) == "second"
    server.go_on()
    assert text(await first) == "first one"
    await ollama.aclose()
    await ollama.aclose()


LINES = (json.dumps({"message": {"content": "x"}}) + "\n") * 1000


@pytest.mark.parametrize(
    "reply",
    [Reply(body=LINES + '{"done":true}\n'), Reply(tokens=1000)],
    ids=["in one chunk", "in many chunks"],
)
async def test_a_fast_answer_lets_others_run(
    server: FakeOllama, ollama: Ollama, reply: Reply
) -> None:
    """What one read brings is handed on in parts."""
    server.replies.append(reply)
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    counting = asyncio.ensure_future(count())
    longest = since = 0
    async with aclosing(ollama.chat(CHAT)) as events:
        async for event in events:
            since, longest = (0, longest) if turns else (since + 1, max(longest, since))
            turns = 0
            assert isinstance(event, Text | Finished)
    counting.cancel()
    assert longest <= 128
