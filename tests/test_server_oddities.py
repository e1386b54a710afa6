"""What servers really say: ends that are none, odd events, silence, no list."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pytest

from llmtui.access import Access
from llmtui.chat.events import Event, Finished, Text
from llmtui.chat.request import ChatRequest, Turn
from llmtui.hosts import Host, parse_host
from llmtui.providers import grace_period
from llmtui.providers.errors import (
    ModelMissing,
    NotUnderstood,
    ProviderError,
    Refused,
    SignInNeeded,
    Unreachable,
    Unsupported,
)
from llmtui.providers.ollama import Ollama
from llmtui.providers.openai import OpenAI
from tests.support.openai_server import DONE, SSE, Answer, FakeOpenAI, data, delta
from tests.support.server import FakeOllama, Reply

HELLO = ChatRequest("smollm2", (Turn("user", "hello"),))
USAGE = data({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}})
PAGE = "<html><h1>401 Authorization Required</h1></html>"


@pytest.fixture
async def openai_server() -> AsyncIterator[FakeOpenAI]:
    async with FakeOpenAI() as found:
        yield found


@pytest.fixture
async def openai(openai_server: FakeOpenAI) -> AsyncIterator[OpenAI]:
    provider = OpenAI(parse_host(f"openai+{openai_server.url}/v1"), environ={})
    yield provider
    await provider.aclose()


@pytest.fixture
async def ollama(server: FakeOllama) -> AsyncIterator[Ollama]:
    provider = Ollama(parse_host(server.url), environ={})
    yield provider
    await provider.aclose()


@pytest.fixture
def short_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grace_period, "GRACE", 0.05)


async def collect(stream: AsyncGenerator[Event, None]) -> list[Event]:
    async with aclosing(stream):
        return [event async for event in stream]


def text(events: list[Event]) -> str:
    return "".join(event.delta for event in events if isinstance(event, Text))


def last(events: list[Event]) -> Finished:
    assert isinstance(events[-1], Finished)
    return events[-1]


# -- the end was said, and the socket stays open ---


@pytest.mark.usefixtures("short_moment")
async def test_a_finish_reason_ends_an_answer_whose_socket_stays_open(
    openai_server: FakeOpenAI, openai: OpenAI
) -> None:
    openai_server.stream(
        delta(content="Hi"), delta("length"), USAGE, b": ping\n\n", then="stall"
    )
    events = await collect(openai.chat(HELLO))
    assert text(events) == "Hi"
    assert last(events).done_reason == "length"
    assert last(events).usage.eval_count == 2
    await openai_server.until(lambda: openai_server.requests[-1].hung_up)


@pytest.mark.usefixtures("short_moment")
async def test_the_moment_after_the_end_counts_for_no_speed(
    openai_server: FakeOpenAI, openai: OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grace_period, "GRACE", 0.3)
    openai_server.stream(delta(content="Hi"), delta("stop"), then="stall")
    usage = last(await collect(openai.chat(HELLO))).usage
    assert usage.total_duration < 300_000_000


@pytest.mark.usefixtures("short_moment")
async def test_a_done_reason_ends_an_answer_whose_socket_stays_open(
    server: FakeOllama, ollama: Ollama
) -> None:
    lines = [
        {"message": {"role": "assistant", "content": "Hi"}, "done": False},
        {"message": {"content": ""}, "done_reason": "stop", "eval_count": 2},
    ]
    server.replies.append(Reply(lines=lines, then="linger"))
    events = await collect(ollama.chat(HELLO))
    assert text(events) == "Hi"
    assert last(events).done_reason == "stop"
    assert last(events).usage.eval_count == 2
    await server.until(lambda: server.requests[-1].hung_up)


# -- odd events ---


@pytest.mark.parametrize("label", [SSE, "application/json", "text/plain"])
async def test_a_stream_is_read_whatever_its_label_is(
    openai_server: FakeOpenAI, openai: OpenAI, label: str
) -> None:
    openai_server.stream(
        b"\n", delta(content="Hi"), delta("stop"), DONE, stream_type=label
    )
    assert text(await collect(openai.chat(HELLO))) == "Hi"


@pytest.mark.parametrize("label", [SSE, "application/json", "text/plain"])
async def test_a_whole_answer_is_read_whatever_its_label_is(
    openai_server: FakeOpenAI, openai: OpenAI, label: str
) -> None:
    choice = {"message": {"content": "Hi"}, "finish_reason": "stop"}
    body = "\n " + json.dumps({"choices": [choice]})
    openai_server.play(Answer(body, content_type=label))
    assert text(await collect(openai.chat(HELLO))) == "Hi"


@pytest.mark.parametrize(
    "odd",
    [
        b"data: : keepalive\n\n",
        b"data: data: " + delta(content="")[6:],
        b"data: : keepalive\n" + delta(content=""),
        b"data: data: : keepalive\n\n",
        b"data:\n\n",
        b"id: 1\nretry: 5\n\n",
    ],
)
async def test_what_a_proxy_wraps_is_unwrapped(
    openai_server: FakeOpenAI, openai: OpenAI, odd: bytes
) -> None:
    openai_server.stream(
        odd,
        b"data: " + delta(content="Hi"),
        odd,
        delta("stop"),
        b"data: data: [DONE]\n\n",
    )
    assert text(await collect(openai.chat(HELLO))) == "Hi"


async def test_events_without_empty_lines_between_them(
    openai_server: FakeOpenAI, openai: OpenAI
) -> None:
    stream = (delta(content="a"), delta(content="b"), delta("stop"), DONE)
    openai_server.stream(b"".join(stream).replace(b"\n\n", b"\n") + b"\n")
    assert text(await collect(openai.chat(HELLO))) == "ab"


@pytest.mark.parametrize(
    ("chunks", "words"),
    [
        ([b"data: CUDA error: out of memory\n\n"], "CUDA error: out of memory"),
        ([b"event: error\ndata: it broke.\n\n"], "it broke"),
        ([b"Internal Server Error\n"], "Internal Server Error"),
        ([b'data: {"error": "no memory left"}\n\n'], "no memory left"),
        ([b'{"error": {"message": "no memory left"}}'], "no memory left"),
    ],
)
@pytest.mark.parametrize("label", [SSE, "application/json", "text/plain"])
async def test_an_error_says_the_servers_own_words(
    openai_server: FakeOpenAI,
    openai: OpenAI,
    chunks: list[bytes],
    words: str,
    label: str,
) -> None:
    openai_server.stream(*chunks, stream_type=label)
    with pytest.raises(Refused) as refused:
        await collect(openai.chat(HELLO))
    assert str(refused.value) == words


async def test_an_error_in_mid_answer_says_the_servers_own_words(
    openai_server: FakeOpenAI, openai: OpenAI
) -> None:
    openai_server.stream(delta(content="Hi"), b"data: the backend went away\n\n")
    with pytest.raises(Refused, match="the backend went away"):
        await collect(openai.chat(HELLO))


# -- no list of models ---


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_server_without_a_list_can_chat(
    openai_server: FakeOpenAI, openai: OpenAI, status: int
) -> None:
    openai_server.play(Answer("no", status), Answer(PAGE, 404), path="/v1/models")
    openai_server.play(Answer('{"error":{"message":"messages is empty"}}', 400))
    for _ in range(2):
        with pytest.raises(Unsupported, match="does not list its models"):
            await openai.models()
    paths = [seen.path for seen in openai_server.requests]
    assert paths.count("/v1/chat/completions") == 1, "found out once"


async def test_a_server_without_a_list_that_misses_the_model_can_chat(
    openai_server: FakeOpenAI, openai: OpenAI
) -> None:
    openai_server.play(Answer('{"error":{"message":"model none not found"}}', 404))
    with pytest.raises(Unsupported):
        await openai.models()


async def test_a_wrong_address_has_neither_list_nor_chats(openai: OpenAI) -> None:
    with pytest.raises(Refused, match="knows no such address") as refused:
        await openai.models()
    assert "/v1" in refused.value.advice


async def test_a_model_is_found_as_people_write_it(
    openai_server: FakeOpenAI, openai: OpenAI
) -> None:
    listed = Answer('{"data": [{"id": "det:latest"}, {"id": "Org/Name"}]}')
    openai_server.play(listed, listed, listed, path="/v1/models")
    assert (await openai.show("det")).model.name == "det:latest"
    assert (await openai.show("org/name")).model.name == "Org/Name"
    with pytest.raises(ModelMissing):
        await openai.show("det:1b")


# -- silence ---


async def test_a_look_at_a_silent_ollama_ends_with_a_sentence(
    server: FakeOllama,
) -> None:
    ollama = Ollama(parse_host(server.url), patience=0.05)
    for path in ("/api/tags", "/api/version", "/api/ps", "/api/show"):
        server.answers[path] = Reply(hold=True)
    for look in (
        ollama.models(),
        ollama.version(),
        ollama.running(),
        ollama.show("smollm2"),
    ):
        with pytest.raises(Unreachable, match=r"is not answering: .* 0\.05 seconds"):
            await look
    await server.until(lambda: all(seen.hung_up for seen in server.requests))
    await ollama.aclose()


async def test_a_look_that_stops_in_its_middle_ends_too(
    openai_server: FakeOpenAI,
) -> None:
    openai = OpenAI(parse_host(f"openai+{openai_server.url}/v1"), patience=0.05)
    stalled = Answer(chunks=[b'{"data": ['], then="stall")
    openai_server.play(stalled, path="/v1/models")
    with pytest.raises(Unreachable, match="takes connections"):
        await openai.models()
    await openai.aclose()


async def test_a_reply_may_be_silent_for_any_time(server: FakeOllama) -> None:
    ollama = Ollama(parse_host(server.url), patience=0.01)
    server.replies.append(Reply("Hi", delay=0.1))
    assert text(await collect(ollama.chat(HELLO))) == "Hi"
    await ollama.aclose()


# -- keys, and advice that fits its cause ---


BOX = Host("ollama", "http://127.0.0.1:1")
SET = {"OLLAMA_API_KEY": "ok-1", "BOX_KEY": "bk-1"}


@pytest.mark.parametrize(
    ("host", "environ", "advice"),
    [
        (BOX, {}, "key_env"),
        (BOX, SET, "OLLAMA_API_KEY is set, but goes to https://ollama.com alone"),
        (
            BOX._replace(access=Access("BOX_KEY")),
            SET,
            "the right key into the variable BOX",
        ),
        (
            BOX._replace(access=Access("BOX_KYE")),
            SET,
            "the variable BOX_KYE, which is not",
        ),
        (BOX._replace(userinfo="me:pw"), SET, "user and the password in its address"),
    ],
)
@pytest.mark.parametrize("kind", ["ollama", "openai"])
@pytest.mark.parametrize(
    ("body", "label"),
    [
        (PAGE, "text/html"),
        ("Unauthorized", "text/plain"),
        ('{"error": "unauthorized: bk-1, me:pw"}', "application/json"),
        ("", "text/plain"),
    ],
)
async def test_a_401_speaks_of_the_key(
    host: Host,
    environ: dict[str, str],
    advice: str,
    kind: str,
    body: str,
    label: str,
    openai_server: FakeOpenAI,
) -> None:
    host = host._replace(kind=kind, url=openai_server.url)
    make = Ollama if kind == "ollama" else OpenAI
    provider = make(host, environ=environ)
    for path in ("/v1/models", "/api/tags"):
        openai_server.play(Answer(body, 401, label), path=path)
    with pytest.raises(ProviderError) as refused:
        await provider.models()
    assert isinstance(refused.value, Refused | SignInNeeded | NotUnderstood)
    assert advice in refused.value.advice
    for secret in SET.values():
        assert secret not in refused.value.sentence or host.access.key_env != "BOX_KEY"
    assert ":pw" not in refused.value.sentence or not host.userinfo
    await provider.aclose()


@pytest.mark.parametrize(
    "words",
    [
        "pull model manifest: 500: internal server error",
        "no Location header found in response",
    ],
)
async def test_a_registrys_fault_is_the_registrys(
    server: FakeOllama, ollama: Ollama, words: str
) -> None:
    server.pulls.append(Reply(lines=[{"status": "pulling manifest"}, {"error": words}]))
    with pytest.raises(Refused) as refused:
        _ = [step async for step in ollama.pull("m")]
    assert "registry" in refused.value.advice


async def test_only_what_wants_a_model_is_told_to_pull_it(ollama: Ollama) -> None:
    for request in (
        ollama.delete("nosuch"),
        ollama.copy("nosuch", "b"),
        ollama.unload("nosuch"),
    ):
        with pytest.raises(ModelMissing) as missing:
            await request
        assert "pull" not in missing.value.advice
    with pytest.raises(ModelMissing) as missing:
        await ollama.load("nosuch")
    assert "pull nosuch" in missing.value.advice
