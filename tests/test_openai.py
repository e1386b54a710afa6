"""The OpenAI provider against a fake server, and against recorded real ones."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from llmtui.access import Access
from llmtui.chat.events import Event, Finished, Text, Thinking, ToolCall
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn
from llmtui.hosts import Host, parse_host
from llmtui.providers.errors import (
    BrokenStream,
    ModelMissing,
    NotUnderstood,
    Refused,
    Unreachable,
    Unsupported,
)
from llmtui.providers.openai import OpenAI
from llmtui.providers.protocol import Describes, Manages, Provider, Pulls, Runs
from tests.support.openai_server import DONE, Answer, FakeOpenAI, data, delta
from tests.support.recording import Cuts

HELLO = ChatRequest("m", (Turn("user", "hello"),))


@pytest.fixture
async def server() -> AsyncIterator[FakeOpenAI]:
    async with FakeOpenAI() as found:
        yield found


@pytest.fixture
async def openai(server: FakeOpenAI) -> AsyncIterator[OpenAI]:
    provider = OpenAI(parse_host(f"openai+{server.url}/v1"))
    yield provider
    await provider.aclose()


async def collect(stream: AsyncGenerator[Event, None]) -> list[Event]:
    async with aclosing(stream):
        return [event async for event in stream]


def text(events: list[Event]) -> str:
    return "".join(event.delta for event in events if isinstance(event, Text))


def finished(events: list[Event]) -> Finished:
    assert isinstance(events[-1], Finished)
    return events[-1]


def test_it_claims_only_what_it_can(openai: OpenAI) -> None:
    assert isinstance(openai, Provider)
    assert isinstance(openai, Describes)
    for other in (Pulls, Runs, Manages):
        assert not isinstance(openai, other)


@pytest.mark.parametrize("cuts", ["recorded", "whole", "bytes", 1])
@pytest.mark.parametrize(
    ("name", "said", "reason", "counts"),
    [
        ("llamacpp-chat-streamed", "東京！", "stop", (39, 39)),
        ("llamacpp-chat-streamed-no-usage", "Hello!", "length", (33, 20)),
        ("llamacpp-chat-length", "I'm here to", "length", (36, 6)),
        ("llamacpp-chat-logprobs", "No.", "stop", (34, 3)),
        ("llamacpp-chat-schema", '{\n  "name"', "stop", (34, 25)),
        ("llamacpp-chat-model-missing", "Hello there!", "length", (31, 4)),
        ("ollama-v1-chat-streamed", "Hello,", "length", (18, 60)),
        ("ollama-v1-chat-streamed-no-usage", "I'm so", "length", (0, 0)),
        ("ollama-v1-chat-length", 'The story of the "L', "length", (0, 0)),
        ("ollama-v1-chat-logprobs", "Yes.", "stop", (0, 0)),
        ("ollama-v1-chat-schema", '{\n  "name"', "stop", (0, 0)),
    ],
)
async def test_recorded_answers(
    server: FakeOpenAI,
    openai: OpenAI,
    name: str,
    said: str,
    reason: str,
    counts: tuple[int, int],
    cuts: Cuts,
) -> None:
    server.replay(name, cuts)
    events = await collect(openai.chat(HELLO))
    assert text(events).startswith(said)
    end = finished(events)
    assert (end.done_reason, end.model) == (reason, "smollm2")
    assert (end.usage.prompt_eval_count, end.usage.eval_count) == counts
    assert end.usage.total_duration > 0
    assert end.usage.first_token_duration > 0


async def test_times_of_llama_cpp(server: FakeOpenAI, openai: OpenAI) -> None:
    server.replay("llamacpp-chat-streamed")
    usage = finished(await collect(openai.chat(HELLO))).usage
    assert usage.prompt_eval_duration == 277_447_000
    assert usage.eval_duration == 913_279_000
    assert usage.rate == pytest.approx(42.70, abs=0.01)


async def test_times_measured_where_the_server_gives_none(server: FakeOpenAI) -> None:
    ticks = iter([0, 5_000, 25_000])
    openai = OpenAI(parse_host(f"openai+{server.url}"), clock=lambda: next(ticks))
    server.stream(
        delta(content="a"),
        delta("stop", content="b"),
        data({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}),
        DONE,
    )
    usage = finished(await collect(openai.chat(HELLO))).usage
    assert usage.to_json() == {
        "total_duration": 25_000,
        "prompt_eval_count": 7,
        "prompt_eval_duration": 5_000,
        "eval_count": 2,
        "eval_duration": 20_000,
        "first_token_duration": 5_000,
    }
    await openai.aclose()


@pytest.mark.parametrize("name", ["llamacpp-chat-whole", "ollama-v1-chat-whole"])
async def test_a_server_that_does_not_stream(
    server: FakeOpenAI, openai: OpenAI, name: str
) -> None:
    server.replay(name)
    events = await collect(openai.chat(HELLO))
    assert "I" in text(events)
    assert finished(events).done_reason == "length"
    assert finished(events).usage.eval_count == 20


@pytest.mark.parametrize(
    "name", ["llamacpp-chat-cancelled", "ollama-v1-chat-cancelled"]
)
async def test_leaving_hangs_up(server: FakeOpenAI, openai: OpenAI, name: str) -> None:
    server.replay(name)
    async with aclosing(openai.chat(HELLO)) as events:
        async for event in events:
            assert isinstance(event, Text)
            break
    await server.until(lambda: server.requests[-1].hung_up)


async def test_models(server: FakeOpenAI, openai: OpenAI) -> None:
    server.replay("llamacpp-models")
    (model,) = await openai.models()
    assert (model.name, model.context_length, model.size) == (
        "smollm2",
        4096,
        96_576_768,
    )
    assert (model.parameters, model.quantisation) == ("134.5M", "Q4_1")
    assert model.capabilities is None
    server.replay("ollama-v1-models")
    assert [model.name for model in await openai.models()][1:3] == [
        "smollm2:tools",
        "smollm2:think",
    ]
    vllm = {"object": "list", "data": [{"id": "a/B", "max_model_len": 32768}, {}, 3]}
    server.play(Answer(json.dumps(vllm)), path="/v1/models")
    assert [(m.name, m.context_length) for m in await openai.models()] == [
        ("a/B", 32768)
    ]


async def test_show(server: FakeOpenAI, openai: OpenAI) -> None:
    server.replay("llamacpp-models")
    server.replay("llamacpp-props")
    details = await openai.show("smollm2")
    assert details.template.startswith("{% for message in messages %}")
    assert details.model.capabilities == frozenset({"completion"})
    assert details.info["n_ctx_train"] == 8192
    usual = details.usual
    assert (usual["top_p"], usual["min_p"], usual["seed"]) == (0.95, 0.05, -1)
    assert (usual["num_ctx"], "stop" in usual) == (4096, False)
    server.replay("llamacpp-models")
    assert (await openai.show("smollm2")).template == ""  # 404 for /props
    server.replay("llamacpp-models")
    with pytest.raises(ModelMissing):
        await openai.show("other")


async def test_the_list_is_the_sign_of_life_and_is_asked_for_once(
    server: FakeOpenAI, openai: OpenAI
) -> None:
    server.replay("ollama-v1-models")
    assert await openai.models()
    assert await openai.version() == ""
    assert [seen.path for seen in server.requests] == ["/v1/models"]
    await server.stop()
    with pytest.raises(Unreachable, match="refused"):
        await openai.models()


async def test_thinking(server: FakeOpenAI, openai: OpenAI) -> None:
    server.stream(
        delta(role="assistant", content=None, reasoning_content=None),
        delta(reasoning_content="Hm", reasoning="Hm"),
        delta(reasoning="."),
        delta(content="", reasoning_content=""),
        delta(content=[{"type": "thinking", "thinking": [{"text": "!"}]}]),
        delta(content=[{"type": "text", "text": "Yes"}]),
        delta("stop", content="."),
        DONE,
    )
    assert (await collect(openai.chat(HELLO)))[:-1] == [
        Thinking("Hm"),
        Thinking("."),
        Thinking("!"),
        Text("Yes"),
        Text("."),
    ]


_DEEP = "[" * 100_000
"""More than Python's JSON can read."""


def call(**fields: Any) -> bytes:
    return delta(tool_calls=[fields])


@pytest.mark.parametrize(
    ("pieces", "calls"),
    [
        (
            [
                call(index=0, id="a", function={"name": "f", "arguments": ""}),
                call(index=0, function={"arguments": '{"x"'}),
                call(index=0, function={"arguments": ": 1}"}),
                call(index=1, id="b", function={"name": "g", "arguments": "{}"}),
            ],
            [ToolCall("f", {"x": 1}, "a"), ToolCall("g", {}, "b")],
        ),
        (  # each is number 0 and whole
            [
                call(index=0, id="a", function={"name": "f", "arguments": "{}"}),
                call(index=0, id="b", function={"name": "g", "arguments": {"y": 2}}),
            ],
            [ToolCall("f", {}, "a"), ToolCall("g", {"y": 2}, "b")],
        ),
        (  # no numbers
            [
                call(id="a", function={"name": "f", "arguments": '{"x"'}),
                call(function={"arguments": ":1}"}),
                call(id="b", function={"name": "g"}),
            ],
            [ToolCall("f", {"x": 1}, "a"), ToolCall("g", {}, "b")],
        ),
        (
            [call(index=0, id="a", function={"name": "f", "arguments": "nonsense"})],
            [ToolCall("f", {"arguments": "nonsense"}, "a")],
        ),
        pytest.param(
            [call(index=0, id="a", function={"name": "f", "arguments": _DEEP})],
            [ToolCall("f", {"arguments": _DEEP}, "a")],
            id="deep",
        ),
    ],
)
async def test_tool_calls_come_whole(
    server: FakeOpenAI, openai: OpenAI, pieces: list[bytes], calls: list[ToolCall]
) -> None:
    server.stream(*pieces, delta("tool_calls"), DONE)
    events = await collect(openai.chat(HELLO))
    assert events[:-1] == calls
    assert finished(events).done_reason == "tool_calls"


@pytest.mark.parametrize(
    "chunks",
    [
        (delta("stop", content="x"),),  # no [DONE]
        (delta(content="x"), DONE),  # no reason
        (delta("stop", content="x"), b"data: [DONE]"),  # no empty line
        (b": ping\n\n", delta("stop", content="x"), b"data:\n\n", DONE),
        (delta("stop", content="x"), DONE, b"garbage"),
        (data({"error": None, **json.loads(delta("stop", content="x")[6:])}), DONE),
        (delta("stop", content="x"), data({"choices": [], "usage": None}), DONE),
    ],
)
async def test_ways_to_end_well(
    server: FakeOpenAI, openai: OpenAI, chunks: tuple[bytes, ...]
) -> None:
    server.stream(*chunks)
    events = await collect(openai.chat(HELLO))
    assert text(events) == "x"
    assert finished(events).done_reason == "stop"


@pytest.mark.parametrize(
    ("chunks", "then", "error", "said"),
    [
        ((), "end", BrokenStream, "ended the answer before it was finished"),
        ((delta(content="x"),), "end", BrokenStream, "before it was finished"),
        ((delta("error", content="x"), DONE), "end", BrokenStream, "says nothing"),
        ((b'data: {"choices"',), "end", BrokenStream, "before it was finished"),
        ((delta(content="x"),), "drop", BrokenStream, "broke off"),
        ((delta(content="x"),), "reset", BrokenStream, "broke off"),
        ((b"data: {nonsense}\n\n",), "end", NotUnderstood, "no JSON"),
        ((data({"error": {"message": "too hot"}}),), "end", Refused, "too hot"),
        ((data({"error": "too hot"}),), "stall", Refused, "too hot"),
        ((data({"object": "error", "message": "hot"}),), "end", Refused, "hot"),
        ((b'event: error\ndata: {"message":"hot"}\n\n',), "end", Refused, "hot"),
        ((b"event: error\ndata: too hot\n\n",), "end", Refused, "too hot"),
        ((b'error: {"code":400,"message":"hot"}\n\n', DONE), "end", Refused, "hot"),
        (
            (
                data(
                    {
                        "choices": [
                            {
                                "delta": {"content": ""},
                                "finish_reason": "error",
                                "error": {"code": 502, "message": "upstream"},
                            }
                        ]
                    }
                ),
            ),
            "end",
            Refused,
            "upstream",
        ),
    ],
)
async def test_ways_to_end_badly(
    server: FakeOpenAI,
    openai: OpenAI,
    chunks: tuple[bytes, ...],
    then: Any,
    error: type[Exception],
    said: str,
) -> None:
    server.stream(*chunks, then=then)
    with pytest.raises(error, match=said):
        await collect(openai.chat(HELLO))
    server.stream(delta("stop", content="again"), DONE)
    assert text(await collect(openai.chat(HELLO))) == "again"


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (Answer('{"error":{"message":"no"}}', 400), Refused, "^no$"),
        (Answer('{"error":"no"}', 500), Refused, "^no$"),
        (Answer('{"error":{"message":"{\\"error\\":\\"in\\"}"}}', 500), Refused, "in"),
        (Answer('{"detail":[{"loc":["body"],"msg":"m"}]}', 422), Refused, "body: m"),
        (Answer('{"object":"error","message":"no","code":400}', 400), Refused, "no"),
        (Answer('[{"error":{"message":"no"}}]', 400), Refused, "no"),
        (Answer('{"error":{"message":"slow"}}', 429), Refused, "slow"),
        (Answer('{"detail":"no"}', 503), Refused, "no"),
        (Answer('{"error":{"type":"odd"}}', 500), Refused, "odd"),
        (Answer('{"error":{"message":"{no JSON"}}', 500), Refused, "{no JSON"),
        (Answer("[]", 500), Refused, "answered with status 500"),
        (Answer("", 500), Refused, "answered with status 500"),
        (Answer("plain", 500, "text/plain"), Refused, "plain"),
        (Answer("<html>", 502, "text/html"), NotUnderstood, "web page"),
        (Answer("<html>", 200, "text/html"), NotUnderstood, "web page"),
        (Answer("{}", 200), NotUnderstood, "not with a chat"),
        (Answer("{", 200), NotUnderstood, "no JSON"),
        (Answer('{"error":"no"}', 200), Refused, "no"),
        (Answer('{"detail":"Not Found"}', 404), Refused, "no such address"),
        (
            Answer('{"error":{"message":"bad key"}}', 401),
            Refused,
            "wants an API key: bad key",
        ),
        (Answer("x" * 2000, 500, "text/plain"), Refused, "^x{500}$"),
        pytest.param(Answer(_DEEP, 500), Refused, r"^\[{500}$", id="deep"),
    ],
)
async def test_refusals(
    server: FakeOpenAI,
    openai: OpenAI,
    answer: Answer,
    error: type[Exception],
    said: str,
) -> None:
    server.play(answer)
    with pytest.raises(error, match=said):
        await collect(openai.chat(HELLO))


async def test_recorded_refusals(server: FakeOpenAI, openai: OpenAI) -> None:
    server.replay("ollama-v1-chat-model-missing")
    with pytest.raises(ModelMissing, match="no model called m") as missing:
        await collect(openai.chat(HELLO))
    assert missing.value.model == "m"
    server.replay("ollama-v1-chat-bad-type")
    with pytest.raises(Refused, match="cannot unmarshal string"):
        await collect(openai.chat(HELLO))
    server.replay("llamacpp-chat-too-long")
    with pytest.raises(Refused, match="9031 tokens") as long:
        await collect(openai.chat(HELLO))
    assert "new chat" in long.value.advice


async def test_the_key(server: FakeOpenAI) -> None:
    host = Host("openai", server.url + "/v1", access=Access("BOX_KEY"))
    openai = OpenAI(host, environ={"BOX_KEY": "sk-secret\n"})
    server.play(Answer('{"error":{"message":"Bad key: sk-secret."}}', 401))
    with pytest.raises(Refused, match="refused the API key") as refused:
        await collect(openai.chat(HELLO))
    assert server.requests[-1].headers["authorization"] == "Bearer sk-secret"
    assert "BOX_KEY" in refused.value.advice
    assert "sk-secret" not in refused.value.sentence
    assert "sk-secret" not in repr(vars(refused.value))
    await openai.aclose()
    without = OpenAI(host, environ={})
    server.play(Answer("", 401))
    with pytest.raises(Refused, match="wants an API key") as unset:
        await collect(without.chat(HELLO))
    assert (
        unset.value.advice == "Put its key into the variable BOX_KEY, which is not set."
    )
    await without.aclose()


async def test_what_a_strict_server_minds_is_left_out(
    server: FakeOpenAI, openai: OpenAI
) -> None:
    server.play(
        Answer('{"error":{"message":"unknown field stream_options"}}', 400),
        Answer('{"detail":[{"loc":["body","chat_template_kwargs"],"msg":"x"}]}', 422),
        Answer(
            '{"error":{"message":"Use max_completion_tokens, not max_tokens"}}', 400
        ),
    )
    server.stream(delta("stop", content="yes"), DONE)
    request = ChatRequest(
        "m", HELLO.turns, options={"num_predict": 9}, think=False, keep_alive=5
    )
    assert text(await collect(openai.chat(request))) == "yes"
    sent = server.requests[-1].json
    assert sent == {
        "model": "m",
        "stream": True,
        "max_completion_tokens": 9,
        "messages": [{"role": "user", "content": "hello"}],
    }
    server.stream(delta("stop", content="yes"), DONE)
    await collect(openai.chat(request))
    assert len(server.requests) == 5  # it has learned
    assert server.requests[-1].json == sent


async def test_an_option_that_is_minded_is_an_error(
    server: FakeOpenAI, openai: OpenAI
) -> None:
    server.play(Answer('{"error":{"message":"unknown: top_k"}}', 400))
    with pytest.raises(Refused, match="top_k"):
        await collect(openai.chat(ChatRequest("m", HELLO.turns, {"top_k": 5})))
    assert len(server.requests) == 1


async def test_what_is_sent(server: FakeOpenAI, openai: OpenAI) -> None:
    server.stream(delta("stop", content="x"), DONE)
    png = b"\x89PNG\r\n\x1a\n"
    request = ChatRequest(
        "m",
        (
            Turn("system", "be kind"),
            Turn("user", "what is it?", images=(png, b"RIFF1234WEBP")),
            Turn("assistant", "", tool_calls=(ToolCall("f", {"ü": 1}, "a"),)),
            Turn("tool", "2", tool_name="f", tool_call_id="a"),
        ),
        options={
            "temperature": 0.5,
            "seed": 1,
            "top_p": 0.9,
            "top_k": 40,
            "min_p": 0.1,
            "stop": ["END"],
            "num_predict": 5,
            "num_ctx": 4096,
            "num_gpu": 1,
            "presence_penalty": 0.1,
            "frequency_penalty": 0.2,
            "repeat_penalty": 1.1,
        },
        think="max",
        format={"type": "object"},
        tools=({"type": "function"},),
    )
    await collect(openai.chat(request))
    assert server.requests[-1].json == {
        "model": "m",
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.5,
        "seed": 1,
        "top_p": 0.9,
        "top_k": 40,
        "min_p": 0.1,
        "stop": ["END"],
        "max_tokens": 5,
        "presence_penalty": 0.1,
        "frequency_penalty": 0.2,
        "repeat_penalty": 1.1,
        "repetition_penalty": 1.1,
        "reasoning_effort": "high",
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": {"type": "object"}},
        },
        "tools": [{"type": "function"}],
        "messages": [
            {"role": "system", "content": "be kind"},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "what is it?"},
                    {
                        "type": "image_url",
                        "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="},
                    },
                    {
                        "type": "image_url",
                        "image_url": {"url": "data:image/webp;base64,UklGRjEyMzRXRUJQ"},
                    },
                ],
            },
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "a",
                        "type": "function",
                        "function": {"name": "f", "arguments": '{"ü": 1}'},
                    }
                ],
            },
            {"role": "tool", "content": "2", "tool_call_id": "a", "name": "f"},
        ],
    }


async def test_generate(server: FakeOpenAI, openai: OpenAI) -> None:
    server.stream(delta("stop", content="x"), DONE)
    request = GenerateRequest("m", "hi", system="short", format="json", think=True)
    assert text(await collect(openai.generate(request))) == "x"
    sent = server.requests[-1].json
    assert sent["messages"] == [
        {"role": "system", "content": "short"},
        {"role": "user", "content": "hi"},
    ]
    assert sent["response_format"] == {"type": "json_object"}
    assert sent["chat_template_kwargs"] == {"enable_thinking": True}

    chunks = [{"text": "a", "finish_reason": None}, {"text": "b", "finish_reason": "x"}]
    server.play(
        Answer(chunks=[*(data({"choices": [chunk]}) for chunk in chunks), DONE]),
        path="/v1/completions",
    )
    raw = GenerateRequest("m", "The sky is", raw=True, options={"num_predict": -1})
    events = await collect(openai.generate(raw))
    assert (text(events), finished(events).done_reason) == ("ab", "x")
    assert "max_tokens" not in server.requests[-1].json
    with pytest.raises(Unsupported):
        await collect(
            openai.generate(GenerateRequest("m", "x", raw=True, images=(b"",)))
        )


async def test_lone_surrogates_do_not_come_in(
    server: FakeOpenAI, openai: OpenAI
) -> None:
    server.stream(
        b'data: {"choices":[{"delta":{"content":"a\\ud800b"},"finish_reason":"stop"}]}'
        b"\n\n",
        DONE,
    )
    assert text(await collect(openai.chat(HELLO))) == "a\ufffdb"


async def test_no_list_of_models(server: FakeOpenAI, openai: OpenAI) -> None:
    server.play(Answer('{"models": []}'), path="/v1/models")
    with pytest.raises(NotUnderstood, match="no list of models") as error:
        await openai.models()
    assert "/v1" in error.value.advice
    with pytest.raises(Refused, match="no such address"):
        await openai.models()
