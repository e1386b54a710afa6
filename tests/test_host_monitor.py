"""Whether the host is there: asked again and again, never in the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from llmtui.chat.models import Model, ModelDetails
from llmtui.hosts import Host, parse_host
from llmtui.jobs.core import Core
from llmtui.jobs.host_monitor import ASKED_PAUSE, LAST_PAUSE, UP_PAUSE, HostMonitor
from llmtui.places import Places
from llmtui.providers.errors import NoKey, ProviderError, Unreachable
from llmtui.providers.scripted import Scripted
from llmtui.store.drafts import NEW, Draft
from tests.support.chatting import HOST, ask, until


class Clock:
    """Pauses that end when the test says so."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self._wake = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._wake.clear()
        await self._wake.wait()

    async def tick(self) -> None:
        """End this pause, and wait for the next one."""
        count = len(self.pauses)
        self._wake.set()
        await until(lambda: len(self.pauses) > count)


@asynccontextmanager
async def reaching(
    *providers: Scripted, host: Host = HOST
) -> AsyncIterator[tuple[HostMonitor, Clock, list[str]]]:
    """A running ``HostMonitor`` after its first look, and the states it told of."""
    clock, told = Clock(), list[str]()
    by_host = dict(zip((HOST, OTHER), providers, strict=False))
    monitor = HostMonitor(by_host.__getitem__, host, sleep=clock.sleep)
    monitor.on_change = lambda: told.append(monitor.state)
    task = asyncio.create_task(monitor.run())
    try:
        await until(lambda: clock.pauses)
        yield monitor, clock, told
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


OTHER = parse_host("box")


async def test_a_host_that_is_there() -> None:
    async with reaching(Scripted(["m", "n"])) as (monitor, clock, told):
        assert monitor.state == "up"
        assert [m.name for m in monitor.models] == ["m", "n"]
        assert monitor.version == "0.0.0"
        assert clock.pauses == [UP_PAUSE]
        await clock.tick()
        assert told == ["up"], "nothing is told when nothing changed"


async def test_a_host_that_is_down_is_asked_less_and_less_and_comes_alive() -> None:
    provider = Scripted(["m"])
    provider.down = Unreachable("no server answers", advice="Start it.")
    async with reaching(provider) as (monitor, clock, told):
        assert (monitor.state, monitor.sentence) == ("down", "no server answers")
        assert (monitor.advice, monitor.models) == ("Start it.", ())
        for _ in range(7):
            await clock.tick()
        assert clock.pauses == [0.5, 1, 2, 4, 8, LAST_PAUSE, LAST_PAUSE, LAST_PAUSE]
        provider.down = None
        await clock.tick()
        assert (monitor.state, monitor.sentence, len(monitor.models)) == ("up", "", 1)
        assert told == ["down", "up"]
        provider.down = Unreachable("gone again")
        await clock.tick()
        assert (monitor.state, clock.pauses[-1]) == ("down", 0.5)


async def test_a_command_for_a_key_is_not_run_again_and_again() -> None:
    provider = Scripted(["m"])
    provider.down = NoKey("key_command gave no key: 'pass' ended with code 1")
    async with reaching(provider) as (monitor, clock, _):
        assert (monitor.state, clock.pauses) == ("down", [ASKED_PAUSE])
        provider.down = None
        monitor.poke()
        await until(lambda: monitor.state == "up")


async def test_a_poke_asks_at_once() -> None:
    provider = Scripted(["m"])
    async with reaching(provider) as (monitor, clock, _):
        provider.catalogue.append(Model("new"))
        monitor.poke()
        await until(lambda: len(clock.pauses) == 2)
        assert [m.name for m in monitor.models] == ["m", "new"]


async def test_switching_forgets_the_old_host() -> None:
    old, new = Scripted(["m"]), Scripted(["n"])
    async with reaching(old, new) as (monitor, _, told):
        monitor.switch(OTHER)
        assert (monitor.state, monitor.models, monitor.host) == ("unknown", (), OTHER)
        await until(lambda: monitor.state == "up")
        assert [m.name for m in monitor.models] == ["n"]
        assert told == ["up", "unknown", "up"]


async def test_switching_does_not_wait_for_a_host_that_hangs() -> None:
    class Hanging(Scripted):
        async def models(self) -> tuple[Model, ...]:
            await asyncio.Event().wait()
            return ()

    told: list[str] = []
    by_host = {HOST: Hanging(), OTHER: Scripted(["n"])}
    monitor = HostMonitor(by_host.__getitem__, HOST)
    monitor.on_change = lambda: told.append(monitor.state)
    task = asyncio.create_task(monitor.run())
    await asyncio.sleep(0)
    monitor.switch(OTHER)
    await until(lambda: monitor.state == "up")
    task.cancel()


async def test_details_are_asked_for_once() -> None:
    details = ModelDetails(Model("m", capabilities=frozenset({"thinking"})))
    provider = Scripted(["m"], details={"m": details})
    monitor = HostMonitor(lambda _: provider, HOST)
    assert await monitor.details("m") == details
    assert await monitor.details("m") == details
    assert provider.calls.count(("show", "m")) == 1


async def test_what_a_model_can_is_learned_where_the_list_is_silent() -> None:
    """Until other weights have its name."""
    silent = Model("m", digest="1")
    able = replace(silent, capabilities=frozenset({"vision"}), context_length=9)
    provider = Scripted([silent, Model("n")], details={"m": ModelDetails(able)})
    async with reaching(provider) as (monitor, clock, told):
        await monitor.learn(monitor.models[0])
        assert monitor.models == (able, Model("n"))
        assert told == ["up", "up"]
        await clock.tick()
        assert monitor.models[0].can("vision")
        assert told == ["up", "up"]
        provider.catalogue[0] = replace(silent, digest="2")
        await clock.tick()
        assert monitor.models[0].can("vision") is None
        await monitor.learn(Model("n"))
        assert monitor.models[1].capabilities is None


async def test_details_that_cannot_be_had_are_none() -> None:
    provider = Scripted(["m"])
    provider.down = Unreachable("gone")
    assert await HostMonitor(lambda _: provider, HOST).details("m") is None


async def test_a_provider_that_cannot_be_opened_is_down() -> None:
    def broken(host: Host) -> Scripted:
        raise ProviderError("HTTP_PROXY is no URL")

    monitor = HostMonitor(broken, HOST)
    task = asyncio.create_task(monitor.run())
    await until(lambda: monitor.state == "down")
    assert monitor.sentence == "HTTP_PROXY is no URL"
    task.cancel()


async def test_a_core_can_be_made_in_a_thread(places: Places) -> None:
    provider = Scripted(["m"])
    opened: list[Host] = []

    def open_provider(host: Host) -> Scripted:
        opened.append(host)
        return provider

    core = await asyncio.to_thread(Core, places, open_provider, HOST)
    assert opened == []
    task = asyncio.create_task(core.monitor.run())
    await until(lambda: core.monitor.state == "up")
    reply = ask(core.replies, core.store.new(model="m"), "hi")
    await reply.run()
    assert (reply.state.status, opened) == ("complete", [HOST])
    assert core.store.drafts.load(NEW) == Draft()
    task.cancel()
    await core.aclose()
    assert provider.shut
