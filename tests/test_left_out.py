"""Which messages will not be read, by the rule of a server that says nothing of it."""

from __future__ import annotations

from llmtui.chat.context_sizes import Sizes
from llmtui.chat.events import ToolCall
from llmtui.chat.left_out import grouped, left_out
from llmtui.chat.message import Message
from llmtui.providers.ollama_truncation import kept


def said(role: str, text: str, *, calls: bool = False) -> Message:
    tool_calls = [ToolCall("look", {})] if calls else []
    return Message(text, None, role, text, "", tool_calls=tool_calls)  # type: ignore[arg-type]


TALK = [
    said("user", "one"),
    said("assistant", "two"),
    said("user", "three"),
    said("assistant", "four"),
    said("user", "five"),
]
EACH = Sizes(0, (10,) * 5)


def gone(
    messages: list[Message],
    sizes: Sizes,
    window: int,
    system: str | None = None,
) -> list[str]:
    return [m.text for m in left_out(messages, sizes, window, kept, system)]


def test_the_oldest_go_until_the_rest_fits() -> None:
    assert gone(TALK, EACH, 50) == []
    assert gone(TALK, EACH, 49) == ["one"]
    assert gone(TALK, EACH, 20) == ["one", "two", "three"]


def test_the_system_prompt_stays_and_takes_its_room() -> None:
    sizes = EACH._replace(system=20)
    assert gone(TALK, sizes, 69, "Be brief.") == ["one"]
    assert gone(TALK, sizes, 40, "Be brief.") == ["one", "two", "three"]


def test_nothing_goes_unseen_where_nobody_drops_it() -> None:
    assert gone(TALK, EACH, 0) == []  # the window is not known
    assert left_out(TALK, EACH, 20, None) == []  # the server refuses instead


def test_prompts_without_an_answer_are_one_turn_and_go_together() -> None:
    talk = [said("user", "a"), said("user", "b"), *TALK[1:]]
    assert grouped(talk) == [[0, 1], [2], [3], [4], [5]]
    assert gone(talk, Sizes(0, (10,) * 6), 55) == ["a", "b"]


def test_a_call_and_its_result_are_turns_of_their_own() -> None:
    talk = [
        said("user", "a"),
        said("assistant", "b"),
        said("assistant", "call", calls=True),
        said("tool", "c"),
        said("tool", "d"),
    ]
    assert grouped(talk) == [[0], [1], [2], [3], [4]]
