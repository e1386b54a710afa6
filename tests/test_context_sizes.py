"""How many tokens each message has, from what the server counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.context_sizes import Sizes, sizes_of
from llmtui.chat.left_out import loss_of
from llmtui.chat.message import Message, Sent
from llmtui.chat.usage import Usage
from llmtui.providers.ollama_truncation import kept
from tests.test_context_preview import COUNTED, recorded_turns

FRAME = 4
"""What the template puts around a message, about."""


def talk(sizes: list[tuple[int, int]], characters: int = 4) -> list[Message]:
    """Prompts and answers of so many tokens, counted by a server that reads all.

    ``characters`` is how many a token of the prompts has.
    """
    path: list[Message] = []
    read = 0
    for at, (asked, written) in enumerate(sizes):
        read += asked + FRAME
        usage = Usage(prompt_eval_count=read, eval_count=written, context_length=99_999)
        last = f"a{at - 1}" if at else None
        path += [
            Message(f"p{at}", last, "user", "x" * characters * asked, ""),
            Message(
                f"a{at}",
                f"p{at}",
                "assistant",
                "word " * written,
                "",
                usage=usage,
                request=Sent("m"),
            ),
        ]
        read += written + FRAME
    return path


TURNS = st.lists(
    st.tuples(st.integers(20, 400), st.integers(20, 400)), min_size=1, max_size=12
)


@given(TURNS, st.sampled_from([2, 4, 6]))
def test_what_was_counted_is_known_of_each_message(
    turns: list[tuple[int, int]], characters: int
) -> None:
    path = talk(turns, characters)
    true = [size + FRAME for turn in turns for size in turn]
    found = sizes_of(path).each
    assert all(abs(a - b) <= 2 for a, b in zip(found, true, strict=True))


def test_a_new_prompt_is_measured_by_the_old_ones() -> None:
    path = talk([(100, 50)] * 3, characters=2)
    path.append(Message("p", "a2", "user", "x" * 200, ""))
    assert abs(sizes_of(path).each[-1] - 104) <= 2


def test_a_count_that_cannot_be_is_passed_over() -> None:
    """Messages were left out by the user meanwhile."""
    path = talk([(100, 50)] * 12)
    fewer = [path[0], *path[20:]]
    assert all(30 < size < 160 for size in sizes_of(fewer).each)


def test_an_exact_count_is_parted_as_the_estimate_is() -> None:
    sizes = sizes_of(talk([(100, 50)] * 3), "Be brief.")
    assert sizes.scaled(900).total == 900
    assert Sizes(0, ()).scaled(9) == Sizes(0, ())


def recorded_talk() -> list[Message]:
    """The conversation of ``chat-truncated.json``, as it had come to be."""
    path: list[Message] = []
    read = 0
    for at, (turn, tokens) in enumerate(zip(recorded_turns(), COUNTED, strict=True)):
        usage = None
        if turn.role == "assistant":
            usage = Usage(
                prompt_eval_count=read + 3,  # the head of the answer
                eval_count=tokens - 4,
                context_length=4096,
            )
        path.append(
            Message(
                str(at),
                str(at - 1) if at else None,
                turn.role,
                turn.content,
                "",
                usage=usage,
                request=Sent("m") if usage else None,
            )
        )
        read += tokens
    return path


def test_what_is_said_to_be_dropped_is_what_a_recorded_server_dropped() -> None:
    sizes = sizes_of(recorded_talk())
    assert abs(sizes.total - sum(COUNTED)) < 10
    # 981 tokens were read of it: those of the last twelve messages.
    assert kept(recorded_turns(), sizes.each, 1024) == list(range(13, 25))


def test_the_count_of_a_refusal_tells_as_much() -> None:
    """Nothing was counted before, but strict mode's error has the whole count."""
    bare = [Message(m.id, m.parent, m.role, m.text, "") for m in recorded_talk()]
    sizes = sizes_of(bare).scaled(2300)
    assert kept(recorded_turns(), sizes.each, 1024) == list(range(13, 25))


def test_it_is_said_which_messages_go() -> None:
    path, text = recorded_talk()[:-1], "What was note 0 about?"
    said = Message("p", "23", "user", text, "")
    loss = loss_of(path, said, None, 1024, kept)
    assert loss is not None
    assert loss.words == "13 messages will be left out"
    assert loss.details.startswith("up to “Note 6: word0")
    assert "about 2.3k tokens do not fit into the 1k that are kept" in loss.details
    refused = loss_of(path, said, None, 1024, None)
    assert str(refused).startswith("the server will refuse it (about 2.3k tokens")
    assert loss_of(path, said, None, 4096, kept) is None
    alone = Message("p", None, "user", "word " * 2000, "")
    cut = "the middle of the prompt will be left out"
    assert cut in str(loss_of([], alone, None, 1024, kept))
    both = loss_of(path, alone, None, 1024, kept)
    assert both is not None
    assert both.words == f"24 messages and {cut}"
