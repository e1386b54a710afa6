"""What is left out of a conversation that is too long for the context."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.events import Event, Text, ToolCall
from llmtui.chat.request import ChatRequest, Turn
from llmtui.providers.errors import TooLong
from llmtui.providers.local.truncation import fitting, shortened
from llmtui.providers.scripted import Scripted

ROLES = st.sampled_from(["system", "user", "assistant", "tool"])
TURNS = st.lists(
    st.builds(Turn, ROLES, st.text(max_size=300)), min_size=1, max_size=20
).map(tuple)


def talk(turns: int) -> tuple[Turn, ...]:
    found = [Turn("system", "Be brief.")]
    for n in range(turns):
        found += [Turn("user", f"{n:400}"), Turn("assistant", f"{n:400}")]
    return (*found, Turn("user", "And now?"))


@given(TURNS, st.integers(0, 5000), st.integers(0, 5000))
def test_system_and_last_stay_and_the_rest_is_the_newest(
    turns: tuple[Turn, ...], tokens: int, window: int
) -> None:
    left = shortened(turns, tokens, window)
    assert left[-1] is turns[-1]
    assert len(left) <= len(turns)
    spoken = [turn for turn in left[:-1] if turn.role != "system"]
    before = [turn for turn in turns[:-1] if turn.role != "system"]
    assert spoken == before[len(before) - len(spoken) :]
    assert not spoken or spoken[0].role == "user"
    assert [t for t in left if t.role == "system"] == [
        t for t in turns if t.role == "system"
    ]


def test_a_growing_talk_begins_alike_for_some_turns() -> None:
    """So that the prompt cache helps: its beginning changes in few turns."""
    starts = []
    for turns in range(10, 40):
        whole = talk(turns)
        tokens = sum(len(turn.content) // 4 + 4 for turn in whole)
        starts.append(shortened(whole, tokens, 2048)[1].content)
    assert len(set(starts)) <= 15


def test_a_result_goes_with_its_call() -> None:
    turns = (
        Turn("user", "x" * 400),
        Turn("assistant", "", tool_calls=(ToolCall("f"),)),
        Turn("tool", "3"),
        Turn("user", "thanks"),
        Turn("user", "and?"),
    )
    assert shortened(turns, 0, 0) == turns[3:]


async def test_it_is_asked_again_with_less_until_it_fits() -> None:
    too_long = TooLong("too long", tokens=3000, window=2048)
    provider = Scripted(replies=[[too_long], [too_long], ["fits"]])
    request = ChatRequest("m", talk(15))
    events: list[Event] = [event async for event in fitting(provider, request)]
    assert events[0] == Text("fits")
    sizes = [len(r.turns) for r in provider.requests if isinstance(r, ChatRequest)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


async def test_one_message_that_is_too_long_is_an_error() -> None:
    provider = Scripted(default=[TooLong("too long", tokens=9, window=4)])
    with pytest.raises(TooLong):
        async for _ in fitting(provider, ChatRequest("m", (Turn("user", "x"),))):
            pass
    assert len(provider.requests) == 1


async def test_nothing_is_left_out_unasked() -> None:
    provider = Scripted(default=[TooLong("too long", tokens=3000, window=2048)])
    with pytest.raises(TooLong):
        async for _ in fitting(provider, ChatRequest("m", talk(15), truncate=False)):
            pass
    assert len(provider.requests) == 1
