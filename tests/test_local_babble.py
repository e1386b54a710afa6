"""Short prompts to the real built-in model: each answer ends, by itself or by us."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from llmtui.chat.events import Event, Finished
from llmtui.chat.outcome import REPEATING
from llmtui.chat.request import ChatRequest, Turn
from llmtui.hosts import Host
from llmtui.places import Places
from llmtui.providers.local.offer import NAME
from llmtui.providers.local.provider import Local
from llmtui.providers.local.weights import SMOLLM2
from llmtui.providers.reply_stream import ReplyStream

# Read on import: each test has a scrubbed environment.
_COUNT = int(os.environ.get("LLMTUI_PROMPTS", "12"))
"""How many prompts: 200 take some minutes."""

pytestmark = [pytest.mark.real_model, pytest.mark.timeout(60 + 60 * _COUNT)]

PROMPTS = (
    "Say hello.",
    "Hi",
    "What is the capital of France?",
    "Tell me a joke.",
    "Write a haiku.",
    "List three fruits.",
    "Who are you?",
    "What is 2+2?",
    "Explain gravity.",
    "Thanks!",
    "Count to ten.",
    "Name a colour.",
    "Write a short poem about rain.",
    "What is Python?",
    "Give me advice.",
    "Translate 'cat' to French.",
    "Why is the sky blue?",
    "Tell me a story.",
    "What day is it?",
    "Recommend a book.",
)


async def test_no_answer_runs_away(real_places: Places) -> None:
    provider = Local(Host("local", ""), real_places)
    limit = SMOLLM2.parameters["num_predict"]
    ends: Counter[str] = Counter()
    try:
        for seed in range(_COUNT):
            prompt = Turn("user", PROMPTS[seed % len(PROMPTS)])
            events: list[Event] = []
            request = ChatRequest(NAME, (prompt,), {"seed": seed})
            await ReplyStream(events.append).run(provider.chat(request))
            end = events[-1]
            assert isinstance(end, Finished)
            assert end.done_reason in ("stop", "length", REPEATING), seed
            assert len(events) <= limit + 2, seed
            assert end.usage.eval_count <= limit, seed
            ends[end.done_reason] += 1
    finally:
        await provider.aclose()
    print(dict(ends))
    # It is to answer, not to be stopped.
    assert ends["stop"] >= _COUNT * 0.5, ends
