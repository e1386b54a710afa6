"""What a model thinks is thinking, however it comes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.events import Text, Thinking
from llmtui.chat.message import Message
from llmtui.chat.stored_thinking import parted
from llmtui.chat.thinking import ThinkingSplitter


def parts(*pieces: str) -> tuple[str, str]:
    """Thinking and answer of a text that comes in pieces."""
    splitter = ThinkingSplitter()
    thoughts, answer = "", ""
    fed = [part for piece in pieces for part in splitter.feed(piece)]
    for part in (*fed, *splitter.end()):
        if isinstance(part, Text):
            answer += part.delta
        elif isinstance(part, Thinking):
            thoughts += part.delta
        else:
            thoughts, answer = thoughts + answer, ""
    assert splitter.end() == []
    return thoughts, answer


def stored(text: str, thinking: str = "") -> tuple[str, str]:
    message = parted(Message("a", None, "assistant", text, "", thinking=thinking))
    return message.thinking, message.text


CASES = [
    ("<think>hm</think>yes", "hm", "yes"),
    ("<think>\nhm\n</think>\n\nyes", "hm\n", "yes"),
    (" \n<thinking>hm</thinking>\nyes", "hm", "yes"),
    ("<thought>hm</thought>yes", "hm", "yes"),
    ("[THINK]hm[/THINK]yes", "hm", "yes"),
    ("hm, two and two</think>\n\n4", "hm, two and two", "4"),
    ("hm[/THINK]4", "hm", "4"),
    ("hm</thinking>4", "hm", "4"),
    ("a\n\nb\n</think>\n    code", "a\n\nb\n", "    code"),
    ("</think>\n\n4", "", "4"),
    ("<think>\n\n</think>\n\n4", "", "4"),
    ("<think>never ends", "never ends", ""),
    ("never answers</think>", "never answers", ""),
    ("<think>a</think>\n<think>b</think>c", "a\n\nb", "c"),
    ("<think>say `</think>` here</think>c", "say `</think>` here", "c"),
    ("hm </think> yes", "hm ", "yes"),
]

TALK = [
    "The tag `</think>` ends it.",
    "It is `<think>` … `</think>`, said\n</think>",
    "Models use <think> and </think> for it.",
    'Look for "</think>" in it.',
    "It ends with </think>.",
    "```html\n<think>\nhm\n</think>\n```\nSo.",
    "~~~\n</think>\n~~~",
    "- a fence:\n  ```\n  </think>\n  ```",
    "> ```\n> </think>\n> ```",
    "`a span\nof two lines </think>` is one",
    "Use <b> and [x] and </thin and <think",
    "plain",
    " \n ",
    "[link](x) <div>",
]


@pytest.mark.parametrize(("text", "thinking", "answer"), CASES)
def test_thinking_in_the_text(text: str, thinking: str, answer: str) -> None:
    assert parts(text) == (thinking, answer)
    assert parts(*text) == (thinking, answer)
    assert stored(text) == (thinking, answer)
    assert stored(answer, thinking) == (thinking, answer)


@pytest.mark.parametrize("text", TALK)
def test_a_tag_that_is_talked_about_is_text(text: str) -> None:
    assert parts(text) == ("", text)
    assert parts(*text) == ("", text)
    assert stored(text) == ("", text)
    person = Message("a", None, "user", "<think>x</think>y", "")
    assert parted(person) is person


TAGS = ["<think>", "</think>", "[THINK]", "[/THINK]", "<thinking>", "</thinking>"]
TEXTS = st.lists(
    st.sampled_from(
        [*TAGS, "a", "b ", "\n", "`", "```\n", "<", "<th", "ink>", "[", '"', ".", "Hmm"]
    ),
    max_size=14,
).map("".join)


@given(TEXTS, st.lists(st.integers(0, 80), max_size=6))
def test_it_does_not_matter_where_the_stream_is_cut(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(places)]
    assert parts(*pieces) == parts(text) == parts(*text)


@given(TEXTS)
def test_reading_a_stored_message_again_changes_nothing(text: str) -> None:
    thinking, answer = stored(text)
    if thinking:
        assert stored(answer, thinking)[1] in (answer, stored(answer)[1])


def test_thinking_that_the_server_parts_leaves_the_text_alone() -> None:
    splitter = ThinkingSplitter()
    splitter.thought()
    assert splitter.feed("yes </think> it") == [Text("yes </think> it")]
    assert splitter.settled


def test_many_tags_in_a_fence_cost_no_more_than_their_length() -> None:
    splitter = ThinkingSplitter()
    text = "```\n" + "</think> x\n" * 3_000
    given = "".join(
        part.delta for part in splitter.feed(text) if isinstance(part, Text)
    )
    assert text.startswith(given)
    assert len(given) > len(text) - 12
