"""What goes out, what is read of it and how much it is, known before it is sent."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.events import Finished, ToolCall
from llmtui.chat.request import ChatRequest, Turn
from llmtui.chat.usage import Usage
from llmtui.hosts import parse_host
from llmtui.providers import ollama_truncation
from llmtui.providers.errors import Unsupported
from llmtui.providers.local import truncation
from llmtui.providers.ollama import Ollama
from llmtui.providers.openai import OpenAI
from tests.support.openai_server import Answer, FakeOpenAI
from tests.support.recording import Recording
from tests.support.server import FakeOllama

TALK = ChatRequest(
    "m",
    (Turn("system", "Be brief."), Turn("user", "Grüße \u2028 «x»")),
    {"num_ctx": 512, "seed": 7},
    think=False,
    truncate=False,
)

# -- which turns stay ---------------------------------------------------------------

COUNTED = (179, 11) * 10 + (180, 12) * 2 + (16,)
"""The tokens of the turns in ``chat-truncated.json``, by the tokenizer of its model.
That all of them are 2300 says the server itself, in ``chat-truncate-false.json``."""


def recorded_turns() -> tuple[Turn, ...]:
    said = Recording.load("chat-truncated").request["body"]["messages"]
    return tuple(Turn(message["role"], message["content"]) for message in said)


def test_what_stays_is_what_a_recorded_server_kept() -> None:
    turns = recorded_turns()
    refused = Recording.load("chat-truncate-false").lines[0]["error"]
    assert json.loads(refused)["error"]["n_prompt_tokens"] == sum(COUNTED) == 2300
    stays = ollama_truncation.kept(turns, COUNTED, 1024)
    assert stays == list(range(13, 25))
    read = Recording.load("chat-truncated").lines[-1]["prompt_eval_count"]
    assert sum(COUNTED[at] for at in stays) == read


ROLES = st.sampled_from(["system", "user", "assistant", "tool"])
SIZED = st.lists(
    st.tuples(st.builds(Turn, ROLES, st.text(max_size=9)), st.integers(1, 200)),
    min_size=1,
    max_size=20,
)


@given(SIZED, st.integers(0, 1000))
def test_the_newest_stay_with_what_the_system_says(
    sized: list[tuple[Turn, int]], window: int
) -> None:
    turns, sizes = [turn for turn, _ in sized], [size for _, size in sized]
    for kept in (ollama_truncation.kept, truncation.kept):
        stays = kept(turns, sizes, window)
        last = len(turns) - 1
        system = [at for at in range(last) if turns[at].role == "system"]
        assert last in stays
        assert set(system) <= set(stays)
        spoken = [at for at in stays if at not in system]
        talk = [at for at in range(len(turns)) if at not in system]
        assert spoken == talk[len(talk) - len(spoken) :]
        if sum(sizes) < window:
            assert len(stays) == len(turns)


def test_a_result_is_not_read_without_its_call() -> None:
    call = Turn("assistant", "", tool_calls=(ToolCall("f"),))
    turns = (Turn("user", "x"), call, Turn("tool", "3"), Turn("user", "thanks"))
    assert ollama_truncation.kept(turns, (50, 50, 50, 50), 120) == [3]
    assert ollama_truncation.kept(turns[:3], (50, 50, 50), 60) == [1, 2]


# -- the body and the prompt --------------------------------------------------------


async def test_ollama_gets_the_bytes_that_were_shown() -> None:
    async with FakeOllama() as server:
        server.replay(Recording.load("chat-whole"))
        provider = Ollama(parse_host(server.url))
        shown = await provider.body(TALK)
        assert not server.requests
        async for _ in provider.chat(TALK):
            pass
        assert server.requests[0].body == shown
        assert json.loads(shown)["truncate"] is False
        await provider.aclose()


async def test_ollama_tells_the_prompt_that_it_makes() -> None:
    async with FakeOllama() as server:
        server.replay(Recording.load("chat-debug-render"))
        provider = Ollama(parse_host(server.url))
        prompt = await provider.rendered(TALK)
        assert prompt.startswith("<|im_start|>system\nBe brief.")
        asked = server.requests[0].json
        assert asked["_debug_render_only"] is True
        assert asked["options"] == {"num_ctx": 512, "seed": 7, "num_predict": 1}
        with pytest.raises(Unsupported, match="cloud"):
            await provider.rendered(replace(TALK, model="gpt-oss:20b-cloud"))
        assert len(server.requests) == 1
        server.replay(Recording.load("chat-whole"))  # as one that is too old answers
        with pytest.raises(Unsupported):
            await provider.rendered(TALK)
        await provider.aclose()


async def test_a_server_of_openais_kind_gets_the_bytes_that_were_shown() -> None:
    async with FakeOpenAI() as server:
        server.play(Answer('{"detail": "unknown: chat_template_kwargs"}', 400))
        provider = OpenAI(parse_host(f"openai+{server.url}/v1"))
        for _ in range(2):  # also once it is known what the server minds
            server.replay("llamacpp-chat-streamed")
            async for _ in provider.chat(TALK):
                pass
            assert server.requests[-1].body == await provider.body(TALK)
        assert "chat_template_kwargs" not in server.requests[-1].json
        await provider.aclose()


# -- tokens ----------------------------------------------------------------------------

LLAMACPP = "/v1/chat/completions/input_tokens"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (LLAMACPP, '{"input_tokens": %d, "object": "response.input_tokens"}'),
        ("/tokenize", '{"count": %d, "max_model_len": 4096, "tokens": []}'),
    ],
)
async def test_tokens_are_counted_as_the_server_counts(path: str, answer: str) -> None:
    async with FakeOpenAI() as server:
        server.play(*(Answer(answer % n) for n in (5, 24, 25)), path=path)
        provider = OpenAI(parse_host(f"openai+{server.url}/v1"))
        assert await provider.count(TALK) == 24
        assert await provider.count(TALK) == 25
        probes = [r for r in server.requests if "Be brief" not in r.body.decode()]
        assert [r.path for r in server.requests[:-2]] == [r.path for r in probes]
        assert {r.path for r in server.requests[-2:]} == {path}
        await provider.aclose()


async def test_nobody_gets_to_read_the_chat_who_does_not_count() -> None:
    async with FakeOpenAI() as server:
        # an older llama.cpp, which tokenizes texts and no messages
        server.play(Answer('{"tokens": []}'), path="/tokenize")
        provider = OpenAI(parse_host(f"openai+{server.url}/v1"))
        for _ in range(2):
            with pytest.raises(Unsupported, match="does not count"):
                await provider.count(TALK)
        assert len(server.requests) == 2
        assert not any("Be brief" in r.body.decode() for r in server.requests)
        await provider.aclose()


async def test_llama_cpp_tells_the_prompt_that_it_makes() -> None:
    async with FakeOpenAI() as server:
        server.play(Answer('{"prompt": "<s>Be brief."}'), path="/apply-template")
        provider = OpenAI(parse_host(f"openai+{server.url}/v1"))
        assert await provider.rendered(TALK) == "<s>Be brief."
        with pytest.raises(Unsupported, match="does not show"):
            await provider.rendered(TALK)
        await provider.aclose()


# -- what came out of the cache -------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "cached"),
    [("llamacpp-chat-whole", 32), ("llamacpp-chat-streamed", 0)],
)
async def test_what_the_cache_had_is_what_the_server_says(
    name: str, cached: int
) -> None:
    async with FakeOpenAI() as server:
        server.replay(name)
        provider = OpenAI(parse_host(f"openai+{server.url}/v1"))
        *_, last = [event async for event in provider.chat(TALK)]
        assert isinstance(last, Finished)
        assert last.usage.prompt_eval_cached_count == cached
        assert Usage.from_json(last.usage.to_json()) == last.usage
        await provider.aclose()


def test_a_cache_of_which_nobody_tells_is_not_known() -> None:
    usage = Usage.from_json({"prompt_eval_count": 20})
    assert usage.prompt_eval_cached_count is None
    assert usage.to_json() == {"prompt_eval_count": 20}
    assert Usage.from_json({"prompt_eval_cached_count": 0}).to_json() == {
        "prompt_eval_cached_count": 0
    }
