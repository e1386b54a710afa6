"""Who speaks next, without any screen."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from llmtui.chat.session import Session
from llmtui.hosts import parse_host
from llmtui.jobs.prompt_queue import PromptQueue
from llmtui.jobs.replies import Replies
from llmtui.places import Places
from llmtui.providers.errors import Unreachable
from llmtui.providers.scripted import Gate, Scripted


class Floor:
    """Turns in one session, and what they told."""

    def __init__(self, places: Places, provider: Scripted) -> None:
        self.replies = Replies(places, lambda _: provider)
        self.jobs: list[asyncio.Task[None]] = []
        self.changes: list[str] = []
        self.failures: list[str] = []
        self.turns = PromptQueue(
            self.replies,
            self._spawn,
            lambda: parse_host(""),
            lambda _: None,
            self.changes.append,
            lambda _, sentence: self.failures.append(sentence),
        )
        self.session = self.replies.new(model="m")

    def _spawn(self, job: Coroutine[Any, Any, None]) -> None:
        self.jobs.append(asyncio.create_task(job))

    async def settle(self) -> None:
        """Wait until nothing runs any more, also what began meanwhile."""
        done = 0
        while done < len(self.jobs):
            await self.jobs[done]
            done += 1

    def texts(self, session: Session | None = None) -> list[str]:
        return [message.text for message in (session or self.session).path()]


async def test_prompts_are_answered_one_after_the_other(places: Places) -> None:
    gate = Gate()
    floor = Floor(places, Scripted(["m"], [["one", gate], ["two"], ["three"]]))
    assert floor.turns.send(floor.session, "1") is not None
    assert floor.turns.send(floor.session, "2") is None
    assert floor.turns.send(floor.session, "3") is None
    assert floor.turns.waiting(floor.session.id) == ("2", "3")
    gate.open()
    await floor.settle()
    assert floor.texts() == ["1", "one", "2", "two", "3", "three"]
    assert floor.turns.waiting(floor.session.id) == ()


async def test_two_sessions_do_not_wait_for_each_other(places: Places) -> None:
    floor = Floor(places, Scripted(["m"], [["one", Gate()], ["two"]]))
    other = floor.replies.new(model="m")
    floor.turns.send(floor.session, "1")
    reply = floor.turns.send(other, "2")
    assert reply is not None
    await reply.finished()
    assert floor.texts(other) == ["2", "two"]
    assert floor.turns.stop(floor.session.id)
    await floor.settle()


@pytest.mark.parametrize("ends", ["stopped", "failed"])
async def test_after_a_bad_end_the_line_is_held(places: Places, ends: str) -> None:
    gate = Gate()
    floor = Floor(places, Scripted(["m"], [[gate, Unreachable("gone")]]))
    floor.turns.send(floor.session, "1")
    floor.turns.send(floor.session, "2")
    if ends == "stopped":
        floor.turns.stop(floor.session.id)
    else:
        gate.open()
    await floor.settle()
    assert floor.turns.waiting(floor.session.id) == ("2",)
    assert floor.turns.take_all_back(floor.session.id) == ["2"]
    assert floor.turns.take_back(floor.session.id) is None


async def test_nothing_is_asked_twice_while_a_reply_runs(places: Places) -> None:
    floor = Floor(places, Scripted(["m"], [["one", Gate()]]))
    reply = floor.turns.send(floor.session, "1")
    assert reply is not None
    assert floor.turns.retry(floor.session, reply.id) is None
    assert floor.turns.go_on(floor.session, reply.id) is None
    floor.turns.stop(floor.session.id)
    await floor.settle()
    assert not floor.turns.stop(floor.session.id)


async def test_a_waiting_prompt_that_cannot_be_saved_stays_in_line(
    places: Places,
) -> None:
    gate = Gate()
    floor = Floor(places, Scripted(["m"], [["one", gate], ["two"]]))
    floor.turns.send(floor.session, "1")
    floor.turns.send(floor.session, "2")
    floor.session.read_only = "this session is read-only now"
    gate.open()
    await floor.settle()
    assert floor.failures == ["this session is read-only now"]
    assert floor.turns.waiting(floor.session.id) == ("2",)
