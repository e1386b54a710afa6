"""A pull as one progress; the streams are recordings of a real server."""

from __future__ import annotations

import pytest

from llmtui.chat.events import PullProgress
from llmtui.hosts import parse_host
from llmtui.jobs.pull import Pull
from llmtui.providers.errors import ProviderError
from llmtui.providers.ollama import Ollama
from llmtui.providers.scripted import Scripted
from tests.support.recording import Recording
from tests.support.server import FakeOllama

A, B = "sha256:aaaaaaaaaaaa", "sha256:bbbbbbbbbbbb"


def line(digest: str, total: int, completed: int = 0) -> PullProgress:
    return PullProgress(f"pulling {digest[7:]}", digest, total, completed)


def test_layers_add_up_and_never_go_back() -> None:
    job = Pull("m")
    job.take(PullProgress("pulling manifest"), 0)
    assert (job.completed, job.total, job.speed(), job.seconds_left()) == (
        0,
        0,
        0,
        None,
    )
    job.take(line(A, 1000), 0)
    job.take(line(A, 1000, 600), 1)
    job.take(line(A, 1000, 400), 2)
    assert (job.completed, job.total) == (600, 1000)
    # The next layer comes: the server never said that the first one is whole.
    job.take(line(B, 500), 3)
    assert (job.completed, job.total) == (1000, 1500)
    job.take(PullProgress("verifying sha256 digest"), 4)
    assert job.completed == job.total == 1500
    assert job.status == "verifying sha256 digest"


def test_what_was_there_before_is_not_speed() -> None:
    job = Pull("m")
    job.take(line(A, 1000, 900), 0)
    job.take(line(A, 1000, 950), 1)
    assert job.speed() == 50
    assert job.seconds_left() == 1
    assert job.moved == 50
    # The end of a layer comes too, though nothing tells of it.
    job.take(line(B, 500, 500), 2)
    job.take(PullProgress("verifying sha256 digest"), 3)
    assert job.moved == 100


def test_the_speed_is_that_of_the_last_ten_seconds() -> None:
    job = Pull("m")
    for second in range(20):
        job.take(line(A, 10**6, second * 100), second)
    for second in range(20, 40):
        job.take(line(A, 10**6, 2000 + (second - 20) * 1000), second)
    assert job.speed() == pytest.approx(1000)


async def test_it_runs_against_a_provider() -> None:
    provider = Scripted(pulls=[[line(A, 10, 10), PullProgress("success")]])
    seen: list[str] = []
    job = Pull("new")
    await job.run(provider, lambda job: seen.append(job.status))
    assert job.done
    assert seen == ["pulling aaaaaaaaaaaa", "success"]


@pytest.mark.parametrize("name", ["pull-resumed", "pull-cached"])
async def test_a_recorded_pull_ends_whole(server: FakeOllama, name: str) -> None:
    server.replay(Recording.load(name))
    provider = Ollama(parse_host(server.url))
    seen: list[int] = []
    job = Pull("smollm2:135m")
    await job.run(provider, lambda job: seen.append(job.completed))
    await provider.aclose()
    assert job.done
    assert job.completed == job.total > 0
    assert seen == sorted(seen)


async def test_a_failure_is_not_done() -> None:
    provider = Scripted()
    provider.down = ProviderError("gone")
    job = Pull("new")
    with pytest.raises(ProviderError, match="gone"):
        await job.run(provider, lambda job: None)
    assert not job.done
