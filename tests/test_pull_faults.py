"""Whatever a server does while it fetches a model: the bar is honest, nothing is lost.

On a real connection, through the line of pulls that the app has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.events import PullProgress
from llmtui.hosts import parse_host
from llmtui.jobs.provider_pool import ProviderPool
from llmtui.jobs.pull import Pull
from llmtui.jobs.pulls import Pulls, PullState, QueuedPull
from llmtui.providers.errors import BrokenStream, ProviderError
from llmtui.providers.ollama import Ollama
from llmtui.providers.scripted import Script, Scripted
from tests.support.chatting import until
from tests.support.server import FakeOllama, Reply

A, B, C = ("sha256:" + letter * 12 for letter in "abc")
END = [{"status": "verifying sha256 digest"}, {"status": "success"}]


def at(digest: str, *completed: int, total: int | None = 1000) -> list[dict[str, Any]]:
    """Lines of one layer as it comes; without ``total`` where the server says none."""
    known = {} if total is None else {"total": total}
    return [
        {"status": "pulling", "digest": digest, "completed": done, **known}
        for done in completed
    ]


FAULTS: dict[str, list[Reply]] = {
    "a part is taken back": [Reply(lines=[*at(A, 100, 700, 300, 0, 1000), *END])],
    "no totals": [Reply(lines=[*at(A, 10, 500, total=None), *at(B, 7), *END])],
    "all is there already": [Reply(lines=[*at(A, 1000), *at(B, 1000), *END])],
    "layers of no bytes": [Reply(lines=[*at(A, 0, total=0), *at(B, 0, 9), *END])],
    "more comes than was said": [Reply(lines=[*at(A, 900, 1500), *at(B, 9), *END])],
    "a large layer comes last": [
        Reply(lines=[*at(A, 9), *at(B, 5, total=10**9), *END])
    ],
    "nothing but the end": [Reply(lines=[{"status": "success"}])],
    "a stall": [
        Reply(lines=[*at(A, 100, 400), *END], at=2),
        Reply(lines=[*at(A, 300, 1000), *END]),
    ],
    "a drop at 40 %": [
        Reply(lines=[*at(A, 100, 400), *END], at=2, then="drop"),
        Reply(lines=[*at(A, 390, 1000), *END]),
    ],
    "a reset, and an end without success": [
        Reply(lines=[*at(A, 100, 400), *END], at=2, then="reset"),
        Reply(lines=at(A, 400, 800)),
        Reply(lines=[*at(A, 800), *END]),
    ],
}


class Watched:
    """The line of pulls on a server; each change of the bar is noted."""

    def __init__(self, server: FakeOllama) -> None:
        host = parse_host(server.url)
        self.provider = Ollama(host)
        self.host = host
        self.shares: dict[str, list[float]] = {}
        self.ended: list[QueuedPull] = []
        self._jobs: set[asyncio.Task[None]] = set()
        self.pulls = Pulls(
            ProviderPool(lambda host: self.provider),
            lambda job: self._jobs.add(asyncio.ensure_future(job)),
            lambda: None,
            self.ended.append,
            sleep=lambda seconds: asyncio.sleep(0),
        )

    async def until_ended(self, count: int) -> None:
        """Note how far the pulls are at each step of the loop, until so many ended."""
        async with asyncio.timeout(20):
            while len(self.ended) < count:
                for pull in self.pulls.all:
                    self.shares.setdefault(pull.model, []).append(pull.pull.share)
                await asyncio.sleep(0)

    def check(self) -> None:
        """The bars never fell, and were full at success alone."""
        for pull in self.pulls.all:
            seen = self.shares[pull.model]
            assert seen == sorted(seen)
            assert all(share < 1 for share in seen) or pull.state is PullState.done
            assert (pull.pull.share == 1) == (pull.state is PullState.done)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says nothing for a moment counts as one that stalls."""
    defaults = Pull.run.__kwdefaults__ or {}
    monkeypatch.setitem(defaults, "stall", 0.2)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", FAULTS)
async def test_the_bar_is_honest(fault: str, server: FakeOllama) -> None:
    server.pulls.extend(FAULTS[fault])
    watched = Watched(server)
    watched.pulls.add(watched.host, "new")
    await watched.until_ended(1)
    watched.check()
    assert watched.ended[0].state is PullState.done
    assert any(model["name"] == "new:latest" for model in server.models)
    await watched.provider.aclose()


async def test_an_error_in_the_middle_is_told_and_what_came_is_kept(
    server: FakeOllama,
) -> None:
    error = {"error": "max retries exceeded: unexpected EOF"}
    server.pulls.append(Reply(lines=[*at(A, 400), error]))
    server.pulls.append(Reply(lines=[*at(A, 300, 1000), *END]))
    watched = Watched(server)
    pull = watched.pulls.add(watched.host, "new")
    await watched.until_ended(1)
    assert pull.state is PullState.failed
    assert "max retries exceeded" in pull.error
    assert "Pull again; it goes on where it stopped." in pull.error
    assert pull.pull.share == pytest.approx(0.4)
    watched.check()
    watched.pulls.resume(pull)
    await watched.until_ended(2)
    watched.check()
    assert watched.ended[1].state is PullState.done
    await watched.provider.aclose()


async def test_two_at_once_and_one_stopped_in_between(server: FakeOllama) -> None:
    server.pulls.append(Reply(lines=[*at(A, 100, 600), *END], at=2))
    server.pulls.append(Reply(lines=[*at(B, 500, 1000), *END]))
    server.pulls.append(Reply(lines=[*at(A, 500, 1000), *END]))
    watched = Watched(server)
    one = watched.pulls.add(watched.host, "one")
    two = watched.pulls.add(watched.host, "two")
    await server.until(lambda: server.held)
    await until(lambda: one.pull.share > 0.5)
    watched.pulls.cancel(one)
    await server.until(lambda: server.requests[0].hung_up)
    await watched.until_ended(1)
    assert (one.state, two.state) == (PullState.stopped, PullState.done)
    assert one.pull.share == pytest.approx(0.6)
    watched.pulls.resume(one)
    await watched.until_ended(2)
    watched.check()
    assert one.state is PullState.done
    await watched.provider.aclose()


# -- anything at all -------------------------------------------------------------------


_STEP = st.one_of(
    st.builds(
        PullProgress,
        st.just("pulling"),
        st.sampled_from(["", A, B, C]),
        st.integers(0, 1000),
        st.integers(0, 2000),
    ),
    st.just(PullProgress("verifying sha256 digest")),
)
_END = st.sampled_from(
    [
        PullProgress("success"),
        BrokenStream("the connection closed"),
        ProviderError("the disk is full"),
    ]
)
_SCRIPTS = st.lists(
    st.tuples(st.lists(_STEP, max_size=6), _END).map(lambda x: [*x[0], x[1]]),
    min_size=1,
    max_size=8,
)


@given(_SCRIPTS, st.integers(0, 3000))
def test_no_course_of_a_pull_makes_the_bar_fall(
    scripts: Sequence[Script], expected: int
) -> None:
    """Over breaks, failures and being asked for again."""

    async def pulled() -> None:
        provider = Scripted(pulls=scripts)
        job = Pull("m", expected=expected)
        shown, there = 0.0, 0

        def changed(job: Pull) -> None:
            nonlocal shown, there
            assert shown <= job.share < 1
            assert there <= job.completed <= job.total
            shown, there = job.share, job.completed

        for _ in range(3):
            try:
                await job.run(provider, changed, sleep=lambda _: asyncio.sleep(0))
            except ProviderError:
                assert not job.done
                assert job.share < 1
            else:
                assert job.done
                assert job.share == 1
                return

    asyncio.run(pulled())
