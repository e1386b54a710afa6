"""Models on their way: one bar that never falls, a line of pulls, faults on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.events import PullProgress
from llmtui.hosts import parse_host
from llmtui.jobs.provider_pool import ProviderPool
from llmtui.jobs.pull import Pull
from llmtui.jobs.pull_words import bar, percent
from llmtui.jobs.pulls import Pulls, PullState, QueuedPull
from llmtui.providers.errors import BrokenStream, ModelMissing, ProviderError
from llmtui.providers.ollama import Ollama
from llmtui.providers.scripted import Gate, Script, Scripted
from tests.support.chat_only import ChatOnly
from tests.support.chatting import HOST, until
from tests.support.server import PULL, FakeOllama, Reply

A, B = "sha256:aaaaaaaaaaaa", "sha256:bbbbbbbbbbbb"
SUCCESS = PullProgress("success")


def line(digest: str, total: int, completed: int = 0) -> PullProgress:
    return PullProgress(f"pulling {digest[7:]}", digest, total, completed)


async def at_once(seconds: float) -> None:
    """No pause."""


class Line:
    """Pulls on one scripted host."""

    def __init__(self, *pulls: Script, provider: Any = None) -> None:
        self.provider = provider or Scripted(pulls=pulls)
        self.ended: list[tuple[str, PullState]] = []
        self.jobs: set[asyncio.Task[None]] = set()
        pool = ProviderPool(lambda host: self.provider)
        self.pulls = Pulls(pool, self.spawn, lambda: None, self.end, sleep=at_once)

    def spawn(self, job: Coroutine[Any, Any, None]) -> None:
        self.jobs.add(asyncio.create_task(job))

    def end(self, pull: QueuedPull) -> None:
        self.ended.append((pull.model, pull.state))


# -- one bar for the whole -------------------------------------------------------------


_LINES = st.lists(
    st.one_of(
        st.builds(
            PullProgress,
            st.just("pulling"),
            st.sampled_from(["", A, B, "sha256:c"]),
            st.integers(0, 1000),
            st.integers(0, 2000),
        ),
        st.just(PullProgress("verifying sha256 digest")),
    )
)


@given(_LINES, st.integers(0, 3000))
def test_the_bar_never_falls_and_is_full_at_success_alone(
    lines: Sequence[PullProgress], expected: int
) -> None:
    job = Pull("m", expected=expected)
    shown = 0.0
    for second, progress in enumerate(lines):
        job.take(progress, second)
        assert shown <= job.share < 1
        assert percent(job) != "100%"
        assert len(bar(job, 60)) <= 60 or not job.total
        shown = job.share


async def test_a_layer_that_comes_late_does_not_take_the_bar_back() -> None:
    seen: list[float] = []
    script: Script = [
        line(A, 900, 900),
        line(B, 100),
        line(B, 100, 50),
        line("sha256:empty", 0, 0),
        PullProgress("verifying sha256 digest"),
        SUCCESS,
    ]
    job = Pull("m", expected=1000)
    await job.run(Scripted(pulls=[script]), lambda job: seen.append(job.share))
    assert seen == sorted(seen)
    assert seen[:3] == [0.9, 0.9, 0.95]
    assert job.share == 1


# -- a stream that breaks --------------------------------------------------------------


async def test_a_pull_that_breaks_goes_on_by_itself() -> None:
    words: list[str] = []
    scripts: list[Script] = [
        [line(A, 1000, 400), BrokenStream("the connection closed")],
        [line(A, 1000, 300), line(A, 1000, 700), BrokenStream("and again")],
        [line(A, 1000, 1000), SUCCESS],
    ]
    provider = Scripted(pulls=scripts)
    shares: list[float] = []

    def changed(job: Pull) -> None:
        shares.append(job.share)
        words.append(bar(job, 80))

    job = Pull("m")
    await job.run(provider, changed, sleep=at_once)
    assert job.done
    assert provider.calls == [("pull", "m")] * 3
    assert shares == sorted(shares)
    assert "pulling m  40%  the connection closed; trying again" in words


async def test_a_pull_that_does_not_move_on_is_given_up() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    broken: Script = [line(A, 1000, 400), BrokenStream("closed")]
    provider = Scripted(pulls=[broken] * 20)
    with pytest.raises(BrokenStream):
        await Pull("m").run(provider, lambda job: None, sleep=sleep)
    assert pauses == [1, 2, 4, 8, 16]


async def test_a_pull_without_a_sign_of_life_counts_as_broken() -> None:
    provider = Scripted(pulls=[[line(A, 9, 4), Gate()], [line(A, 9, 9), SUCCESS]])
    job = Pull("m")
    await job.run(provider, lambda job: None, sleep=at_once, stall=0.05)
    assert job.done
    assert provider.closed == 1


async def test_a_real_connection_dropped_at_40_percent(server: FakeOllama) -> None:
    layer = {"status": "pulling ab", "digest": "sha256:ab", "total": 1000}
    began = [{**layer, "completed": done} for done in (100, 400, 500)]
    server.pulls.append(Reply(lines=began, at=2, then="drop"))
    rest = [{**layer, "completed": 390}, {**layer, "completed": 1000}, *PULL[3:]]
    server.pulls.append(Reply(lines=rest))
    provider = Ollama(parse_host(server.url))
    seen: list[float] = []
    job = Pull("new")
    await job.run(provider, lambda job: seen.append(job.share), sleep=at_once)
    await provider.aclose()
    assert job.done
    assert seen == sorted(seen)
    assert 0.4 in seen


async def test_a_missing_model_is_a_sentence_at_once(server: FakeOllama) -> None:
    error = {"error": "pull model manifest: file does not exist"}
    server.pulls.append(Reply(lines=[PULL[0], error]))
    provider = Ollama(parse_host(server.url))
    with pytest.raises(ModelMissing, match="no model 'nosuch'"):
        await Pull("nosuch").run(provider, lambda job: None, sleep=at_once)
    await provider.aclose()


# -- the line --------------------------------------------------------------------------


async def test_pulls_come_one_after_the_other() -> None:
    gate = Gate()
    line_ = Line([line(A, 10, 5), gate, SUCCESS], [SUCCESS])
    first = line_.pulls.add(HOST, "one")
    second = line_.pulls.add(HOST, "two")
    assert line_.pulls.add(HOST, "ONE:latest") is first
    await gate.reached.wait()
    assert (first.state, second.state) == (PullState.running, PullState.waiting)
    assert (line_.pulls.current, line_.pulls.waiting) == (first, 1)
    gate.open()
    await until(lambda: len(line_.ended) == 2)
    assert line_.ended == [("one", PullState.done), ("two", PullState.done)]
    assert line_.pulls.current is None


async def test_a_pull_can_be_stopped_and_goes_on_where_it_was() -> None:
    gate = Gate()
    line_ = Line([line(A, 10, 5), gate], [SUCCESS], [line(A, 10, 6), SUCCESS])
    first = line_.pulls.add(HOST, "one")
    second = line_.pulls.add(HOST, "two")
    await gate.reached.wait()
    line_.pulls.cancel(first)
    await until(lambda: second.state is PullState.done)
    assert first.state is PullState.stopped
    assert line_.provider.closed == 1
    assert first.pull.share == 0.5
    line_.pulls.resume(first)
    await until(lambda: first.state is PullState.done)
    assert [name for name, _ in line_.ended] == ["two", "one"]


async def test_stopping_and_going_on_at_once_loses_nothing() -> None:
    gate = Gate()
    line_ = Line([line(A, 10, 5), gate], [SUCCESS])
    pull = line_.pulls.add(HOST, "one")
    await gate.reached.wait()
    line_.pulls.cancel(pull)
    line_.pulls.resume(pull)
    await until(lambda: pull.state is PullState.done)


async def test_a_pull_that_failed_says_why_and_can_be_tried_again() -> None:
    line_ = Line([ProviderError("no room", advice="Make some.")], [SUCCESS])
    pull = line_.pulls.add(HOST, "one")
    await until(lambda: pull.state is PullState.failed)
    assert pull.error == "no room. Make some."
    line_.pulls.resume(pull)
    await until(lambda: pull.state is PullState.done)
    assert pull.error == ""


async def test_one_that_is_taken_out_is_stopped() -> None:
    gate = Gate()
    line_ = Line([line(A, 10, 5), gate])
    pull = line_.pulls.add(HOST, "one")
    await gate.reached.wait()
    line_.pulls.forget(pull)
    await until(lambda: line_.provider.closed == 1)
    assert line_.pulls.all == ()


async def test_a_host_that_fetches_nothing_says_so() -> None:
    line_ = Line(provider=ChatOnly(Scripted()))
    pull = line_.pulls.add(HOST, "one")
    await until(lambda: pull.state is PullState.failed)
    assert "cannot fetch models" in pull.error


def test_what_has_ended_is_forgotten_some_day() -> None:
    async def many() -> int:
        line_ = Line()
        for number in range(40):
            pull = line_.pulls.add(HOST, f"m{number}")
            await until(_is_done(pull))
        return len(line_.pulls.all)

    assert asyncio.run(many()) <= 22


def _is_done(pull: QueuedPull) -> Callable[[], bool]:
    return lambda: pull.state is PullState.done
