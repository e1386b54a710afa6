"""How full the context is: the server's number, a warning, a mark."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.context import kept_from, next_turn, window_of
from llmtui.chat.events import Finished
from llmtui.chat.message import Message, Sent
from llmtui.chat.models import Model, RunningModel
from llmtui.chat.usage import Usage
from llmtui.places import Places
from llmtui.providers.scripted import Script, Scripted
from tests.support.app import chatting
from tests.support.program import run
from tests.support.server import Reply, ServerThread

LISTED = Model("m", context_length=8192)
SERVED = Model("m", context_length=4096, window=4096)
LOADED = RunningModel("m", context_length=2048)


def answer(at: int, counted: int, window: int, written: int, **more: object) -> Message:
    usage = Usage(prompt_eval_count=counted, eval_count=written, context_length=window)
    return Message(
        f"a{at}",
        f"p{at}",
        "assistant",
        "word " * written,
        "",
        usage=usage,
        request=Sent("m", **more),  # type: ignore[arg-type]
    )


def prompt(at: int, tokens: int) -> Message:
    parent = f"a{at - 1}" if at else None
    return Message(f"p{at}", parent, "user", "abc " * (tokens - 4), "")


# -- the window -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "last", "loaded", "listed", "window"),
    [
        ({}, None, None, LISTED, 0),
        ({}, None, None, SERVED, 4096),
        ({}, None, LOADED, LISTED, 2048),
        ({"num_ctx": 1000}, None, LOADED, LISTED, 1000),
        ({"num_ctx": 90_000}, None, None, LISTED, 8192),
        ({"num_ctx": 90_000}, None, None, None, 90_000),
        ({}, answer(0, 10, 4096, 1), LOADED, LISTED, 4096),
        ({"num_ctx": 1000}, answer(0, 10, 4096, 1), LOADED, LISTED, 1000),
    ],
)
def test_the_window_is_what_the_server_says(
    options: dict[str, int],
    last: Message | None,
    loaded: RunningModel | None,
    listed: Model | None,
    window: int,
) -> None:
    found = window_of("m", options, answer=last, loaded=loaded, listed=listed)
    assert found == window


def test_what_another_model_had_says_nothing() -> None:
    last = answer(0, 10, 4096, 1)
    assert window_of("other", {}, answer=last, listed=LISTED) == 0
    assert window_of("m:latest", {}, answer=last, listed=LISTED) == 4096


# -- what no longer fits ------------------------------------------------------------


def conversation(window: int, sizes: list[tuple[int, int]]) -> list[Message]:
    """As a server would count it that leaves out what is oldest."""
    path: list[Message] = []
    tokens: list[int] = []
    for at, (asked, written) in enumerate(sizes):
        path.append(prompt(at, asked))
        tokens.append(asked)
        kept = tokens[-1:]
        for older in reversed(tokens[:-1]):
            if sum(kept) + older > window:
                break
            kept.insert(0, older)
        path.append(answer(at, sum(kept), window, written))
        tokens.append(written + 4)
    return path


def first_kept(window: int, path: list[Message], sizes: list[tuple[int, int]]) -> int:
    tokens = [size for asked, written in sizes for size in (asked, written + 4)][:-1]
    first = len(tokens) - 1
    while first and sum(tokens[first - 1 :]) <= window:
        first -= 1
    return first


def test_nothing_is_marked_while_all_of_it_fits() -> None:
    assert kept_from(conversation(4096, [(300, 200)] * 8)) == ""


def test_the_mark_is_where_the_kept_part_begins() -> None:
    sizes = [(300, 200)] * 12
    path = conversation(4096, sizes)
    assert kept_from(path) == path[first_kept(4096, path, sizes)].id


def test_a_server_that_does_not_tell_its_window_marks_nothing() -> None:
    path = conversation(4096, [(300, 200)] * 12)
    silent = [answer(0, 10, 0, 5)]
    assert kept_from([*path, prompt(12, 5), *silent]) == ""
    assert kept_from([]) == ""


def test_a_prompt_that_is_too_long_by_itself_marks_nothing_above_it() -> None:
    path = [prompt(0, 9000), answer(0, 2000, 4096, 5)]
    assert kept_from(path) == ""


def test_the_count_of_what_was_left_out_on_purpose_is_no_sign() -> None:
    path = conversation(4096, [(300, 200)] * 6)
    assert kept_from([path[0], *path[2:]]) == ""


@given(
    st.lists(
        st.tuples(st.integers(5, 900), st.integers(1, 900)), min_size=1, max_size=20
    )
)
def test_a_mark_is_right_or_not_there(sizes: list[tuple[int, int]]) -> None:
    """It needs a gap that no estimate explains; then it is where the gap ends."""
    path = conversation(2048, sizes)
    truth = first_kept(2048, path, sizes)
    assert kept_from(path) in {"", path[truth].id if truth else ""}


def test_the_next_turn_is_counted_from_what_the_server_said() -> None:
    path = [prompt(0, 10), answer(0, 1000, 4096, 500)]
    turn = next_turn(path, "abcd" * 96, None, 4096)
    assert turn.tokens == 1000 + 504 + 100
    assert turn.fits
    full = next_turn(path, "abcd" * 4000, None, 4096)
    assert not full.fits
    assert "do not fit into the 4k that are kept" in full.words
    assert next_turn(path, "abcd" * 4000, None, 0).fits


# -- where it is seen ------------------------------------------------------------------


async def test_the_meter_shows_the_servers_window(places: Places) -> None:
    script: Script = ["Hi", Finished(Usage(prompt_eval_count=900, eval_count=100))]
    provider = Scripted([LISTED], [script])
    provider.loaded = [RunningModel("m", context_length=4096)]
    async with chatting(provider, places) as chat:
        await chat.say("hello")
        await chat.until("context 1.0k of 4k")


async def test_what_does_not_fit_is_said_before_it_is_sent(places: Places) -> None:
    script: Script = ["Hi", Finished(Usage(prompt_eval_count=2000, eval_count=40))]
    provider = Scripted([LISTED], [script])
    provider.loaded = [RunningModel("m", context_length=2048)]
    async with chatting(provider, places) as chat:
        await chat.say("hello")
        await chat.until("Hi")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.say("word " * 100)
        await chat.until_said("do not fit into the 2k that are kept")
        assert len(provider.requests) == 1
        await chat.press("enter")
        await chat.until(lambda: len(provider.requests) == 2)
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.say("word " * 100)
        await chat.until(lambda: len(provider.requests) == 3)


async def test_the_log_says_where_the_kept_part_begins(places: Places) -> None:
    def counted(tokens: int) -> Script:
        return ["Hi", Finished(Usage(prompt_eval_count=tokens, eval_count=10))]

    provider = Scripted([LISTED], [counted(900), counted(500)])
    provider.loaded = [RunningModel("m", context_length=1000)]
    async with chatting(provider, places) as chat:
        await chat.say("first " * 10)
        await chat.until(lambda: chat.screen.chat.saved)
        await chat.until(lambda: chat.screen.chat.reply is None)
        assert "no longer fits" not in chat.text
        await chat.say("word " * 500)
        await chat.press("enter")
        await chat.until(lambda: len(provider.requests) == 2)
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.press("tab", "home")
        await chat.until("what is above no longer fits")


def test_ask_warns_before_it_leaves_something_out() -> None:
    usage = {"prompt_eval_count": 4000, "eval_count": 50}
    with ServerThread(replies=[Reply("Hi", usage=usage), Reply("Yes")]) as server:
        first = run("ask", "--save", "-m", "smollm2", "hello", "--host", server.url)
        assert (first.code, first.err) == (0, "")
        again = run("ask", "-c", "word " * 200, "--host", server.url)
    assert again.code == 0
    assert "do not fit into the 4k that are kept" in again.err


@pytest.mark.parametrize("saved", [[], ["--save"]])
def test_ask_tells_of_a_first_prompt_that_is_too_long(
    tmp_path: Path, saved: list[str]
) -> None:
    (tmp_path / "big.txt").write_text("the light is out tonight\n" * 1000)
    with ServerThread() as server:
        to = ["--host", server.url, "-m", "smollm2"]
        assert run("ask", "hello", *to).err == ""  # it is loaded now
        long = run("ask", "read", "--file", str(tmp_path / "big.txt"), *saved, *to)
    assert long.code == 0
    assert "the middle of the prompt will be left out" in long.err
    assert "do not fit into the 4k that are kept" in long.err
