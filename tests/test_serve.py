"""``llmtui serve`` against what a real Ollama was recorded to answer."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from llmtui.chat.events import (
    Event,
    Finished,
    Preparing,
    PullProgress,
    Text,
    Thinking,
    ToolCall,
)
from llmtui.chat.models import Model, ModelDetails, RunningModel
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn
from llmtui.chat.usage import Usage
from llmtui.hosts import parse_host
from llmtui.providers.errors import (
    BrokenStream,
    ModelMissing,
    TooLong,
    Unreachable,
)
from llmtui.providers.ollama import Ollama
from llmtui.providers.openai import OpenAI
from llmtui.providers.scripted import Gate, Script, Scripted, Step
from tests.support.processes import until
from tests.support.recording import Recording
from tests.support.serving import Served, serving

CATALOGUE = (
    Model(
        "smollm2",
        98_362_745,
        "134.52M",
        "Q4_1",
        "llama",
        8192,
        frozenset({"completion"}),
    ),
    Model("smollm2:think", capabilities=frozenset({"completion", "thinking"})),
    Model("smollm2:tools", capabilities=frozenset({"completion", "tools"})),
    Model("smollm2:eyes", capabilities=frozenset({"completion", "vision"})),
)

STREAMS = (
    "chat-cold",
    "chat-json",
    "chat-length",
    "chat-option-unknown",
    "chat-one-message-too-long",
    "chat-prefill",
    "chat-queued",
    "chat-schema",
    "chat-stop-word",
    "chat-system",
    "chat-think-default",
    "chat-tools",
    "chat-truncated",
    "chat-turn-1",
    "chat-turn-2",
    "chat-whole",
    "generate-raw",
    "generate-streamed",
    "generate-system",
    "generate-whole",
)
REFUSALS = (
    "chat-404",
    "chat-bad-json",
    "chat-format-wrong",
    "chat-keepalive-wrong",
    "chat-no-body",
    "chat-no-model",
    "chat-option-type",
    "chat-stop-string",
    "chat-think-400",
    "chat-think-wrong",
    "generate-404",
    "show-404",
    "ollama-v1-chat-model-missing",
)
PLAIN = ("foreign-host", "ps-empty", "root", "unknown-path", "wrong-method")
STATES = ("load", "load-chat", "unload", "unload-not-loaded")


def script(lines: list[dict[str, Any]]) -> list[Event]:
    """The events that such lines of Ollama's are made of."""
    events: list[Event] = [Preparing("loading smollm2")]
    for line in lines:
        message = line.get("message") or line
        content = message.get("content", message.get("response"))
        if thinking := message.get("thinking"):
            events.append(Thinking(thinking))
        for call in message.get("tool_calls", ()):
            function = call["function"]
            events.append(ToolCall(function["name"], function["arguments"], call["id"]))
        if content:
            events.append(Text(content))
        if line["done"]:
            events.append(Finished(Usage.from_json(line), line["done_reason"]))
    return events


async def send(served: Served, recording: Recording) -> Any:
    """The answer to the recorded request."""
    body = recording.request.get("body")
    content = body if isinstance(body, str) else json.dumps(body) if body else ""
    return await served.client.request(
        recording.method,
        recording.path,
        content=content,
        headers=recording.request.get("headers") or {},
    )


def without_time(line: dict[str, Any]) -> dict[str, Any]:
    """A line without what differs each time, and without ``context``.

    Those are the tokens, which an old kind of client sent back; nobody does any more.
    """
    return {k: v for k, v in line.items() if k not in ("created_at", "context")}


@pytest.mark.parametrize("name", STREAMS)
async def test_an_answer_as_it_was_recorded(name: str) -> None:
    recording = Recording.load(name)
    provider = Scripted(CATALOGUE, [script(recording.lines)])
    async with serving(provider) as served:
        response = await send(served, recording)
    assert response.status_code == recording.status
    assert response.headers["content-type"] == recording.headers["content-type"]
    found = [json.loads(line) for line in response.content.splitlines()]
    assert [without_time(line) for line in found] == [
        without_time(line) for line in recording.lines
    ]
    assert all(line["created_at"].endswith("Z") for line in found)


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_as_it_was_recorded(name: str) -> None:
    recording = Recording.load(name)
    async with serving(Scripted(CATALOGUE)) as served:
        response = await send(served, recording)
    assert response.status_code == recording.status
    assert response.json() == json.loads(recording.body)


@pytest.mark.parametrize("name", PLAIN)
async def test_a_look_as_it_was_recorded(name: str) -> None:
    recording = Recording.load(name)
    async with serving(Scripted(CATALOGUE)) as served:
        response = await send(served, recording)
    assert response.status_code == recording.status
    assert response.content == recording.body
    kind = recording.headers.get("content-type")
    assert response.headers.get("content-type") == kind


@pytest.mark.parametrize("name", STATES)
async def test_loading_and_unloading_as_it_was_recorded(name: str) -> None:
    recording = Recording.load(name)
    provider = Scripted(CATALOGUE)
    async with serving(provider) as served:
        response = await send(served, recording)
    assert without_time(response.json()) == without_time(json.loads(recording.body))
    assert (recording.name.partition("-")[0], "smollm2") in provider.calls


@pytest.mark.parametrize("name", ["tags", "ps-one", "show", "version"])
async def test_descriptions_have_the_recorded_fields(name: str) -> None:
    recording = Recording.load(name)
    details = ModelDetails(CATALOGUE[0], "template", info={"general.type": "model"})
    provider = Scripted(CATALOGUE, details={"smollm2": details})
    provider.loaded = [RunningModel("smollm2", 209, 0, 4096, "2026-11-22T13:15:44Z")]
    async with serving(provider) as served:
        found = (await send(served, recording)).json()
    known = json.loads(recording.body)
    if "models" in known:
        known = next(m for m in known["models"] if m["name"] == "smollm2:latest")
        found = next(m for m in found["models"] if m["name"] == "smollm2:latest")
        assert set(found) == set(known)
    if "details" in known:
        optional = {"embedding_length"}
        assert set(found["details"]) == set(known["details"]) - optional
        same = ("family", "families", "format", "quantization_level")
        assert [found["details"][k] for k in same] == [
            known["details"][k] for k in same
        ]
    assert set(found) <= set(known)


async def test_every_model_has_a_digest() -> None:
    """``ollama list`` and ``ollama ps`` print its first twelve digits, and would crash
    without; a file of another program has none of its own."""
    provider = Scripted([Model("hf.co/o/r:Q4_0"), Model("smollm2", digest=64 * "a")])
    provider.loaded = [RunningModel("hf.co/o/r:Q4_0", expires="2026-11-22T13:15:44Z")]
    async with serving(provider) as served:
        tags = (await served.client.get("/api/tags")).json()["models"]
        running = (await served.client.get("/api/ps")).json()["models"]
    digests = {model["name"]: model["digest"] for model in tags}
    assert re.fullmatch("[0-9a-f]{64}", digests["hf.co/o/r:Q4_0"])
    assert digests["smollm2:latest"] == 64 * "a"
    assert [model["digest"] for model in running] == [digests["hf.co/o/r:Q4_0"]]


@pytest.mark.parametrize(
    "name",
    [
        "ollama-v1-chat-length",
        "ollama-v1-chat-streamed",
        "ollama-v1-chat-streamed-no-usage",
        "ollama-v1-chat-whole",
    ],
)
async def test_openai_answers_as_recorded(name: str) -> None:
    recording = Recording.load(name)

    def objects(answer: bytes) -> list[dict[str, Any]]:
        if not answer.startswith(b"data: "):
            return [json.loads(answer)]
        parts = [part.removeprefix(b"data: ") for part in answer.split(b"\n\n")]
        assert parts[-2:] == [b"[DONE]", b""]
        found = [json.loads(part) for part in parts[:-2]]
        assert len({chunk["id"] for chunk in found}) == 1
        return [
            {k: v for k, v in chunk.items() if k not in ("id", "created")}
            for chunk in found
        ]

    known = objects(recording.body)
    usage: dict[str, int] = next((o["usage"] for o in known if "usage" in o), {})
    cost = Usage(
        prompt_eval_count=usage.get("prompt_tokens", 0),
        eval_count=usage.get("completion_tokens", 0),
    )
    choices = [o["choices"][0] for o in known if o["choices"]]
    texts = [(c.get("delta") or c.get("message") or {}).get("content") for c in choices]
    steps: list[Event] = [Text(text) for text in texts if text]
    provider = Scripted(CATALOGUE, [[*steps, Finished(cost, "length")]])
    async with serving(provider) as served:
        response = await send(served, recording)
    kind = response.headers["content-type"].partition(";")[0]
    assert kind == recording.headers["content-type"].partition(";")[0]
    found = objects(response.content)
    if "id" in found[0]:
        for whole in (*found, *known):
            del whole["id"], whole["created"]
    assert found == known
    (request,) = provider.requests
    assert request.options["temperature"] == 0
    assert request.options["num_predict"] == recording.request["body"]["max_tokens"]


@pytest.mark.parametrize("name", ["smollm2:think", "smollm2%3Athink"])
async def test_one_model_of_openai_by_its_name(name: str) -> None:
    """OpenAI's own client quotes what it puts into a path."""
    async with serving(Scripted(CATALOGUE)) as served:
        found = await served.client.get(f"/v1/models/{name}")
        missing = await served.client.get("/v1/models/nosuch")
    assert found.json()["id"] == "smollm2:think"
    assert missing.status_code == 404
    assert missing.json()["error"]["type"] == "not_found_error"


async def test_what_a_request_means() -> None:
    image = base64.b64encode(b"\x89PNG").decode()
    provider = Scripted(CATALOGUE, default=("{}",))
    body = {
        "model": "SmolLM2:eyes",
        "messages": [
            {"role": "System", "content": "Be brief."},
            {"role": "user", "content": "Look.", "images": [image]},
        ],
        "options": {"num_ctx": 512.0, "stop": ["x"], "seed": None},
        "keep_alive": "1h30m",
        "format": {"type": "object"},
        "think": False,
        "truncate": False,
        "stream": False,
    }
    async with serving(provider) as served:
        answer = (await served.client.post("/api/chat", json=body)).json()
    assert answer["message"]["content"] == "{}"
    assert answer["model"] == "SmolLM2:eyes"
    assert provider.requests == [
        ChatRequest(
            "smollm2:eyes",
            (Turn("system", "Be brief."), Turn("user", "Look.", (b"\x89PNG",))),
            {"num_ctx": 512, "stop": ["x"]},
            format={"type": "object"},
            keep_alive=5400.0,
            truncate=False,
        )
    ]


async def test_what_is_too_long_is_refused_where_nothing_may_be_left_out() -> None:
    recording = Recording.load("chat-truncate-false")
    words = "request (2300 tokens) exceeds the available context size (1024 tokens)"
    provider = Scripted(CATALOGUE, [[TooLong(words, tokens=2300, window=1024)]])
    async with serving(provider) as served:
        response = await send(served, recording)
    assert response.status_code == recording.status
    assert words in response.json()["error"]
    assert words in json.loads(recording.body)["error"]
    (request,) = provider.requests
    assert isinstance(request, ChatRequest)
    assert not request.truncate


@pytest.mark.parametrize("stream", [True, False])
async def test_a_name_that_is_none_is_refused_before_a_pull(stream: bool) -> None:
    recording = Recording.load("pull-bad-name")
    no_name: Script = [ModelMissing("no name: a b", model="a b")]
    body = {**recording.request["body"], "stream": stream}
    async with serving(Scripted(CATALOGUE, pulls=[no_name])) as served:
        response = await served.client.post("/api/pull", json=body)
    assert response.status_code == recording.status
    assert response.content == recording.body
    kind = recording.headers["content-type"]
    assert response.headers["content-type"] == kind


async def test_a_missing_model_of_a_pull_is_a_line() -> None:
    recording = Recording.load("pull-missing")
    missing: Script = [
        PullProgress("pulling manifest"),
        ModelMissing("the registry has no such model", model="nosuch"),
    ]
    async with serving(Scripted(CATALOGUE, pulls=[missing])) as served:
        response = await send(served, recording)
    assert response.status_code == recording.status
    first, last = map(json.loads, response.content.splitlines())
    assert first == recording.lines[0]
    assert set(last) == {"error"}


async def test_a_tool_and_its_answer() -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {}}}
    call = {"function": {"name": "f", "arguments": '{"a": 1}'}}
    provider = Scripted(CATALOGUE, [[ToolCall("f", {"a": 2}, "call_9")]])
    body = {
        "model": "smollm2:tools",
        "tools": [tool],
        "messages": [
            {"role": "user", "content": "Go."},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "tool_name": "f", "content": "3"},
        ],
    }
    async with serving(provider) as served:
        answer = await served.client.post("/v1/chat/completions", json=body)
    choice = answer.json()["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["tool_calls"] == [
        {
            "id": "call_9",
            "index": 0,
            "type": "function",
            "function": {"name": "f", "arguments": '{"a": 2}'},
        }
    ]
    (request,) = provider.requests
    assert isinstance(request, ChatRequest)
    assert request.tools == (tool,)
    assert request.turns[1].tool_calls == (ToolCall("f", {"a": 1}),)


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/api/chat", [], 400, "cannot unmarshal array"),
        ("/api/chat", {"model": 3}, 400, "field model of type string"),
        ("/api/chat", {"model": "smollm2", "messages": [3]}, 400, "type object"),
        (
            "/api/chat",
            {"model": "smollm2", "messages": [{"role": "x"}]},
            400,
            'invalid role: "x"',
        ),
        (
            "/api/chat",
            {"model": "smollm2", "messages": [{"role": "user", "images": ["!"]}]},
            400,
            "illegal base64",
        ),
        (
            "/api/chat",
            {"model": "smollm2", "messages": [{"role": "user", "images": ["aaaa"]}]},
            400,
            "does not support vision",
        ),
        ("/api/generate", {"model": "smollm2", "suffix": "x"}, 400, "suffix"),
        (
            "/api/generate",
            {"model": "smollm2", "prompt": "x", "raw": True, "system": "y"},
            400,
            "raw mode",
        ),
        ("/api/embed", {"model": "smollm2"}, 501, "does not support embeddings"),
        ("/v1/chat/completions", {"model": "smollm2"}, 400, "messages"),
        (
            "/v1/chat/completions",
            {
                "model": "smollm2",
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "image_url", "image_url": {"url": "https://x/y"}}
                        ],
                    }
                ],
            },
            400,
            "only data: URLs",
        ),
    ],
)
async def test_what_is_refused(path: str, body: Any, status: int, said: str) -> None:
    async with serving(Scripted(CATALOGUE)) as served:
        response = await served.client.post(path, json=body)
    assert response.status_code == status
    error = response.json()["error"]
    assert said in (error["message"] if isinstance(error, dict) else error)


async def test_what_fails_before_the_answer_and_in_its_middle() -> None:
    failures: list[Script] = [
        [Unreachable("it does not fit", advice="Take a smaller one.")],
        ["Hel", BrokenStream("the process crashed")],
    ]
    body = {"model": "smollm2", "messages": [{"role": "user", "content": "Hi"}]}
    for path in ("/api/chat", "/v1/chat/completions"):
        provider = Scripted(CATALOGUE, failures)
        streamed = {**body, "stream": True}
        async with serving(provider) as served:
            first = await served.client.post(path, json=streamed)
            second = await served.client.post(path, json=streamed)
        assert first.status_code == 500
        assert "it does not fit. Take a smaller one." in first.text
        assert second.status_code == 200
        assert "Hel" in second.text
        assert "the process crashed" in second.text.strip().splitlines()[-1]
        assert "DONE" not in second.text
        assert '"done":true' not in second.text


async def test_a_model_that_repeats_itself_and_one_that_thinks_in_its_text() -> None:
    endless: list[Step] = ["Hi"]
    endless += [" the same words again"] * 500
    thinking: Script = ["<think>", "hm", "</think>", "Yes."]
    provider = Scripted(CATALOGUE, [endless, endless, thinking])
    body = {"model": "smollm2", "messages": [{"role": "user", "content": "Hi"}]}
    async with serving(provider) as served:
        native = await served.client.post("/api/chat", json={**body, "stream": False})
        openai = await served.client.post("/v1/chat/completions", json=body)
        apart = await served.client.post("/api/chat", json={**body, "stream": False})
    assert provider.closed == 2
    assert native.json()["done_reason"] == "repeating"
    assert len(native.json()["message"]["content"]) < 5_000
    assert openai.json()["choices"][0]["finish_reason"] == "length"
    message = apart.json()["message"]
    assert (message["thinking"], message["content"]) == ("hm", "Yes.")


@pytest.mark.parametrize("path", ["/api/chat", "/v1/chat/completions"])
async def test_hanging_up_stops_the_reply(path: str) -> None:
    gate = Gate()
    provider = Scripted(CATALOGUE, [["one", gate, "two"]])
    body = {
        "model": "smollm2",
        "stream": True,
        "messages": [{"role": "user", "content": "Hi"}],
    }
    async with serving(provider) as served:
        async with served.client.stream("POST", path, json=body) as response:
            async for _ in response.aiter_bytes():
                break
            assert provider.active == 1
        await served.client.aclose()
        await until(lambda: not provider.active)
    assert provider.closed == 1


async def test_our_own_providers_talk_to_it() -> None:
    """The two clients of this program, which were written against real servers."""
    provider = Scripted(CATALOGUE, default=("Hel", "lo"))
    async with serving(provider) as served:
        ollama = Ollama(parse_host(served.url))
        openai = OpenAI(parse_host(f"openai+{served.url}/v1"))
        try:
            assert {m.name for m in await ollama.models()} == {
                "smollm2:latest",
                *(m.name for m in CATALOGUE[1:]),
            }
            await ollama.load("smollm2", {"num_ctx": 99})
            (running,) = await ollama.running()
            assert (running.name, running.context_length) == ("smollm2:latest", 99)
            await ollama.unload("smollm2")
            assert not await ollama.running()
            details = await ollama.show("smollm2:think")
            assert details.model.can("thinking")
            for one in (ollama, openai):
                request = ChatRequest("smollm2", (Turn("user", "Hi"),))
                events = [event async for event in one.chat(request)]
                assert events[:2] == [Text("Hel"), Text("lo")]
                assert isinstance(events[-1], Finished)
            prompt = GenerateRequest("smollm2", "Hi")
            events = [event async for event in ollama.generate(prompt)]
            assert events[:2] == [Text("Hel"), Text("lo")]
            assert len(await openai.models()) == len(CATALOGUE)
        finally:
            await ollama.aclose()
            await openai.aclose()


@pytest.mark.parametrize("name", ["copy", "copy-404", "delete-404", "pull-whole"])
async def test_managing_as_it_was_recorded(name: str) -> None:
    recording = Recording.load(name)
    provider = Scripted(CATALOGUE)
    async with serving(provider) as served:
        response = await send(served, recording)
    assert response.status_code == recording.status
    assert response.content == recording.body


async def test_a_pull_and_what_becomes_of_the_model() -> None:
    steps: Script = [
        PullProgress("pulling x", "sha256:x", 9, 5),
        BrokenStream("it is cut"),
    ]
    provider = Scripted(CATALOGUE, pulls=[steps])
    async with serving(provider) as served:
        cut = await served.client.post("/api/pull", json={"model": "new"})
        assert [json.loads(line) for line in cut.content.splitlines()] == [
            {"status": "pulling x", "digest": "sha256:x", "total": 9, "completed": 5},
            {"error": "it is cut"},
        ]
        whole = await served.client.post("/api/pull", json={"name": "new"})
        assert json.loads(whole.content.splitlines()[-1]) == {"status": "success"}
        gone = await served.client.request(
            "DELETE", "/api/delete", json={"model": "new"}
        )
        assert (gone.status_code, gone.content) == (200, b"")
    assert [call for call in provider.calls if call[0] == "delete"] == [
        ("delete", "new")
    ]


async def test_a_model_is_made_of_another_one() -> None:
    recording = Recording.load("create")
    provider = Scripted([Model("smollm2:latest")])
    async with serving(provider) as served:
        made = await send(served, recording)
        assert [json.loads(line)["status"] for line in made.content.splitlines()] == [
            "writing manifest",
            "success",
        ]
        details = await provider.show("made")
        assert details.system == "You are made."
        assert details.parameters == "temperature 0.2\nstop ['A', 'B']"
        assert [turn.content for turn in details.messages] == ["hi", "hello"]
        asked = {"model": "made", "from": "nosuch", "stream": False}
        gone = await served.client.post("/api/create", json=asked)
        assert gone.status_code >= 400
        bare = await served.client.post("/api/create", json={"model": "made"})
        assert bare.json() == {"error": "neither 'from' or 'files' was specified"}


async def test_a_page_of_this_machine_may_use_it() -> None:
    page = {"Origin": "http://localhost:3000"}
    async with serving(Scripted(CATALOGUE)) as served:
        asked = await served.client.options(
            "/api/chat",
            headers={**page, "Access-Control-Request-Headers": "content-type"},
        )
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-headers"] == "content-type"
        answer = await served.client.get("/api/tags", headers=page)
        assert answer.headers["access-control-allow-origin"] == page["Origin"]
        strange = await served.client.get("/api/tags", headers={"Origin": "http://x.y"})
        assert strange.status_code == 403
