"""One provider for each host, closed once nobody uses it."""

from __future__ import annotations

import asyncio

import pytest

from llmtui.hosts import Host, parse_host
from llmtui.jobs.core import Core
from llmtui.jobs.provider_pool import ProviderPool
from llmtui.places import Places
from llmtui.providers.scripted import Gate, Scripted
from tests.support.chatting import HOST, ask, until

A, B = parse_host("a"), parse_host("b")


class Opened:
    """What was opened, in order."""

    def __init__(self) -> None:
        self.all: list[tuple[Host, Scripted]] = []

    def open(self, host: Host) -> Scripted:
        self.all.append((host, Scripted(["m"])))
        return self.all[-1][1]

    @property
    def shut(self) -> list[bool]:
        return [provider.shut for _, provider in self.all]


async def test_what_is_not_used_is_closed_and_opened_again() -> None:
    opened = Opened()
    pool = ProviderPool(opened.open, grace=0.02)
    closing = asyncio.create_task(pool.close_unused())
    pool.open(A)
    let_go = pool.hold(B)
    pool.open(B)
    await until(lambda: opened.shut == [True, False])
    pool.open(A)
    assert [host for host, _ in opened.all] == [A, B, A]
    let_go()
    await until(lambda: opened.shut == [True, True, True])
    closing.cancel()
    await pool.aclose()


async def test_what_is_asked_for_again_and_again_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    opened = Opened()
    pool = ProviderPool(opened.open)
    for _ in range(4):
        clock[0] += 15.0
        pool.open(A)
        assert pool._take_unused() == []
    clock[0] += 31.0
    assert len(pool._take_unused()) == 1


async def test_a_provider_is_not_closed_under_a_reply(places: Places) -> None:
    gate = Gate()
    provider = Scripted(["m"], [["one", gate]])
    core = Core(places, lambda _: provider, HOST)
    core.providers._grace = 0.01
    closing = asyncio.create_task(core.providers.close_unused())
    reply = ask(core.replies, core.store.new(model="m"), "hi")
    await gate.reached.wait()
    await asyncio.sleep(0.05)
    assert not provider.shut
    gate.open()
    await reply.state.finished()
    await until(lambda: provider.shut)
    closing.cancel()
    await core.aclose()


async def test_a_password_is_known_to_those_who_hold_too() -> None:
    opened = Opened()
    pool = ProviderPool(opened.open)
    pool.open(parse_host("me:pw@a"))
    pool.hold(A)
    assert pool._take_unused() == []
    pool.open(A)
    assert len(opened.all) == 1
