"""What a real server sent, replayed: as it came, whole, at random cuts, bytewise."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import httpx
import pytest

from llmtui.chat.events import Event, Finished, PullProgress, Text, Thinking, ToolCall
from llmtui.chat.models import NewModel
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn
from llmtui.chat.usage import Usage
from llmtui.hosts import parse_host
from llmtui.providers.errors import (
    BrokenStream,
    ModelMissing,
    NotUnderstood,
    ProviderError,
    Refused,
)
from llmtui.providers.ollama import Ollama
from tests.support.recording import Cuts, Recording, names
from tests.support.server import FakeOllama

NAMES = [name for name in names() if not name.startswith(("llamacpp-", "ollama-v1-"))]
STREAMED = [
    name
    for name in NAMES
    if Recording.load(name).path in ("/api/chat", "/api/generate")
    and Recording.load(name).status == 200
]

CHAT = ChatRequest("nosuch", (Turn("user", "Hi"),))

FAILURES: dict[str, tuple[type[ProviderError], str, str]] = {
    "chat-404": (ModelMissing, "has no model 'nosuch'", "llmtui pull nosuch"),
    "chat-bad-json": (Refused, "unexpected EOF", ""),
    "chat-format-wrong": (Refused, "invalid format", "JSON schema"),
    "chat-keepalive-wrong": (Refused, "missing unit in duration", ""),
    "chat-no-body": (Refused, "missing request body", ""),
    "chat-no-model": (Refused, "model is required", ""),
    "chat-option-type": (Refused, "must be of type integer", "Correct the option"),
    "chat-stop-string": (Refused, "must be of type array", "Correct the option"),
    "chat-think-400": (Refused, "does not support thinking", "Switch thinking off"),
    "chat-think-wrong": (Refused, "invalid think value", "on, off, low"),
    "chat-tools-400": (Refused, "does not support tools", "Choose a model"),
    "chat-truncate-false": (Refused, "request (2300 tokens) exceeds", "num_ctx"),
    "cloud-model": (Refused, "cannot reach ollama.com: no such host", "way there"),
    "copy-404": (ModelMissing, "has no model 'nosuch'", "llmtui list"),
    "delete-404": (ModelMissing, "has no model 'nosuch'", "llmtui list"),
    "embed": (Refused, "does not support embeddings", "Choose a model"),
    "foreign-host": (Refused, "refuses requests", "Host: localhost:11434"),
    "generate-404": (ModelMissing, "has no model 'nosuch'", "pull"),
    "pull-bad-name": (Refused, "invalid model name", "NAME:TAG"),
    "pull-cancelled": (BrokenStream, "cut off", "Pull again"),
    "pull-cut": (Refused, "max retries exceeded", "Pull again"),
    "pull-missing": (ModelMissing, "no model 'nosuch' to be fetched", "ollama.com"),
    "pull-unreachable": (Refused, "reach 127.0.0.1: connection refused", "way there"),
    "root": (NotUnderstood, "is not Ollama", "Check the address"),
    "show-404": (ModelMissing, "has no model 'nosuch'", "pull"),
    "unknown-path": (NotUnderstood, "does not know", "Is this an Ollama server"),
    "wrong-method": (NotUnderstood, "does not know", "Is this an Ollama server"),
}
"""What each refusal becomes: the class, words of the sentence and of the advice."""


NOT_ASKED = ("/", "/api/embed", "/api/nosuch")
"""Paths that nothing of ours asks: what they answer is played as one of the others,
since a wrong address may answer so."""


class Played(httpx.AsyncBaseTransport):
    """Answers with a recording, each byte a chunk of its own."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            self._recording.status,
            headers=self._recording.headers,
            content=self._bytes(),
        )

    async def _bytes(self) -> AsyncIterator[bytes]:
        for byte in self._recording.pieces("bytes"):
            yield byte
        if self._recording.ended == "broken":
            raise httpx.RemoteProtocolError("peer closed connection without …")


async def gather(stream: AsyncGenerator[Any, None], found: list[Any]) -> None:
    async for event in stream:
        found.append(event)


def call(recording: Recording, provider: Ollama, found: list[Any]) -> Awaitable[object]:
    """Ask what the recording answers; events go to ``found``."""
    match recording.path:
        case "/api/generate":
            return gather(provider.generate(GenerateRequest("nosuch", "Hi")), found)
        case "/api/pull":
            return gather(provider.pull("nosuch"), found)
        case "/api/create":
            return gather(provider.create(NewModel("mine", "nosuch")), found)
        case "/api/show":
            return provider.show("nosuch")
        case "/api/ps":
            return provider.running()
        case "/api/version":
            return provider.version()
        case "/api/delete":
            return provider.delete("nosuch")
        case "/api/copy":
            return provider.copy("nosuch", "b")
        case "/api/chat":
            return gather(provider.chat(CHAT), found)
        case "/api/status":
            return provider.has_cloud()
        case "/api/tags":
            return provider.models()
    raise AssertionError(f"nothing of ours asks {recording.path}")


async def play(
    recording: Recording, cuts: Cuts, server: FakeOllama
) -> tuple[list[Any], object, ProviderError | None]:
    """The events, the result and the error of replaying it."""
    if cuts == "bytes":
        provider = Ollama(parse_host(server.url), transport=Played(recording))
    else:
        provider = Ollama(parse_host(server.url))
        server.replay(recording, cuts)
    found: list[Any] = []
    try:
        return found, await call(recording, provider, found), None
    except ProviderError as error:
        return found, None, error
    finally:
        await provider.aclose()


def served(name: str) -> Recording:
    """The recording, as the answer to a request that the provider makes.

    One that its client closed ends here with the end of the stream.
    """
    recording = Recording.load(name)
    path, method = recording.path, recording.method
    if path in NOT_ASKED:
        path, method = "/api/tags", "GET"
    elif name == "wrong-method":
        method = "POST"
    ended = recording.response["ended"].replace("closed by client", "eof")
    return replace(
        recording,
        request={**recording.request, "path": path, "method": method},
        response={**recording.response, "ended": ended},
    )


CUTS: list[Cuts] = ["recorded", "whole", "bytes", 1, 2]


@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("name", STREAMED)
async def test_answers(name: str, cuts: Cuts, server: FakeOllama) -> None:
    recording = served(name)
    lines = recording.lines
    events, _, error = await play(recording, cuts, server)

    assert joined(events, Text) == "".join(map(content, lines))
    assert joined(events, Thinking) == "".join(map(thinking, lines))
    called = [call for line in lines for call in said(line).get("tool_calls", ())]
    assert [e.name for e in events if isinstance(e, ToolCall)] == [
        call["function"]["name"] for call in called
    ]
    if lines[-1].get("done"):
        assert error is None
        end = events[-1]
        assert isinstance(end, Finished)
        assert end.usage == Usage.from_json(lines[-1])
        assert end.done_reason == lines[-1]["done_reason"]
        assert sum(isinstance(event, Finished) for event in events) == 1
    elif "error" in lines[-1]:
        assert isinstance(error, Refused)
        assert (error.status, str(error)) == (200, lines[-1]["error"])
        assert "log" in error.advice
    else:
        assert isinstance(error, BrokenStream)
        assert error.advice == "Try again."


@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("name", FAILURES)
async def test_refusals(name: str, cuts: Cuts, server: FakeOllama) -> None:
    kind, words, advice = FAILURES[name]
    _, _, error = await play(served(name), cuts, server)
    assert type(error) is kind
    assert words in str(error)
    assert advice in error.advice
    assert bool(advice) == bool(error.advice), "advice fits its cause or is left out"
    assert not str(error).endswith(".")
    assert "{" not in str(error)
    if isinstance(error, Refused):
        assert error.status == Recording.load(name).status


@pytest.mark.parametrize("cuts", ["recorded", "bytes", 3])
@pytest.mark.parametrize(
    "name", ["pull-resumed", "pull-cached", "pull-whole", "create"]
)
async def test_pulls(name: str, cuts: Cuts, server: FakeOllama) -> None:
    recording = served(name)
    steps, _, error = await play(recording, cuts, server)
    assert error is None
    assert steps == [
        PullProgress(
            line["status"],
            line.get("digest", ""),
            line.get("total", 0),
            line.get("completed", 0),
        )
        for line in recording.lines
    ]
    assert steps[-1].status == "success"


def check_tags(found: Any) -> None:
    assert [model.name for model in found][-1] == "smollm2:latest"
    assert found[-1].context_length == 8192
    assert found[-1].quantisation == "Q4_1"
    assert found[-1].can("completion") is True
    assert found[-1].can("vision") is False
    assert len(found[-1].digest) == 64


def check_show(found: Any) -> None:
    assert found.model.context_length == 8192
    assert found.model.can("completion")
    assert found.info["general.architecture"] == "llama"
    assert "<|im_start|>" in found.template
    assert found.raw["details"]["format"] == "gguf"


def check_thinking(found: Any) -> None:
    assert found.model.can("thinking")


def check_ps(found: Any) -> None:
    assert [(m.name, m.context_length) for m in found] == [("smollm2:latest", 4096)]


def check_small(found: Any) -> None:
    assert found[0].context_length == 1024


def check_is(found: Any, wanted: object) -> None:
    assert found == wanted


RESULTS: dict[str, Callable[[Any], None]] = {
    "tags": check_tags,
    "show": check_show,
    "show-thinking": check_thinking,
    "ps-one": check_ps,
    "ps-small-context": check_small,
    "ps-empty": lambda found: check_is(found, ()),
    "version": lambda found: check_is(found, "0.0.0"),
    "status": lambda found: check_is(found, True),
    "copy": lambda found: check_is(found, None),
    "delete": lambda found: check_is(found, None),
}


@pytest.mark.parametrize("cuts", ["whole", "bytes", 4])
@pytest.mark.parametrize("name", RESULTS)
async def test_results(name: str, cuts: Cuts, server: FakeOllama) -> None:
    _, result, error = await play(served(name), cuts, server)
    assert error is None
    RESULTS[name](result)


def test_each_recording_is_replayed() -> None:
    pulls = {"pull-resumed", "pull-cached", "pull-whole", "create"}
    assert set(NAMES) == {*STREAMED, *FAILURES, *RESULTS, *pulls}


@pytest.mark.parametrize("path", sorted({Recording.load(n).path for n in NAMES}))
async def test_each_endpoint_has_a_question_of_ours(path: str) -> None:
    """A recording of another endpoint needs a reader, or a reason to have none."""
    recording = next(r for r in map(Recording.load, NAMES) if r.path == path)
    provider = Ollama(parse_host("http://127.0.0.1:9"), transport=Played(recording))
    if path in NOT_ASKED:
        with pytest.raises(AssertionError, match="nothing of ours"):
            await call(recording, provider, [])
    else:
        with suppress(ProviderError):
            await call(recording, provider, [])
    await provider.aclose()


def joined(events: list[Event], kind: type[Text | Thinking]) -> str:
    return "".join(event.delta for event in events if isinstance(event, kind))


def said(line: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = line.get("message", {})
    return message


def content(line: dict[str, Any]) -> str:
    return str(said(line).get("content", line.get("response", "")))


def thinking(line: dict[str, Any]) -> str:
    return str(said(line).get("thinking", line.get("thinking", "")))
