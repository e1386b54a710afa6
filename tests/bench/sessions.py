"""Saved sessions: how long a large one takes to open, and what sending in it costs.

    python -m tests.bench.sessions [--quick]

Opening is measured in a pseudo-terminal, from exec until the last message shows;
for an empty session until its title does. Sending is measured in this process, on
the real store and a scripted provider: the longest time for which the loop does
not come round, from the key until the reply is saved.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from tests.bench.compiled import compiled_environment
from tests.bench.program import Program
from tests.bench.report import Row, run
from tests.bench.saved import last_mark, save_session, title_mark
from tests.bench.serve import serving
from tests.support.app import Chat, chatting

_PAGE_UP = "\x1b[5~"
_BEAT = 0.001
_BIG = 10_000_000
_PADDING = 5_500
"""Bytes more in each answer: 10,000 messages are 30 MB then."""


class ProviderPool(NamedTuple):
    """One start with a saved session."""

    seconds: float
    memory: int
    """Bytes, when it was at rest."""
    pages: list[float]
    """Seconds until the last byte of each page up."""


class Bench(NamedTuple):
    """Where everything is."""

    url: str
    home: Path
    env: Mapping[str, str]

    def open(self, messages: int, *, pages: int = 0) -> ProviderPool:
        """Start with a session of so many messages."""
        home = self.home / str(messages)
        name = save_session(home, messages, _PADDING)
        mark = last_mark(messages) if messages else title_mark(messages)
        arguments = ("-m", "llmtui", "--host", self.url, "-r", name)
        with Program(*arguments, home=home, env=self.env) as program:
            seconds = program.until(mark) - program.began
            program.rest(2)
            memory = program.memory
            turns = []
            for _ in range(pages):
                began = time.monotonic()
                program.type(_PAGE_UP)
                turns.append(program.quiet(0.1) - began)
        return ProviderPool(seconds, memory, turns)

    def opening(self, runs: int) -> list[Row]:
        """An empty session, 2,000 and 10,000 messages, in turns."""
        found: dict[int, list[ProviderPool]] = {0: [], 2_000: [], 10_000: []}
        for turn in range(runs + 1):
            for messages, opened in found.items():
                one = self.open(messages, pages=10 if messages == 10_000 else 0)
                if turn:  # the first one compiles, and upgrades what was written
                    opened.append(one)
        time_of = {n: statistics.median(o.seconds for o in found[n]) for n in found}
        bytes_of = {n: statistics.median(o.memory for o in found[n]) for n in found}
        pages = [page * 1e3 for opened in found[10_000] for page in opened.pages]
        empty = f"{time_of[0] * 1e3:.0f} ms empty"
        mb = {n: f"{used / 1e6:.0f} MB" for n, used in bytes_of.items()}
        return [
            Row(
                "2,000 messages: open, an empty session = 1",
                time_of[2_000] / time_of[0],
                2,
                note=f"{time_of[2_000] * 1e3:.0f} ms, {empty}",
            ),
            Row(
                "10,000 messages, 30 MB: first screen, an empty session = 1",
                time_of[10_000] / time_of[0],
                1.6,
                note=f"{time_of[10_000] * 1e3:.0f} ms, {empty}",
            ),
            Row(
                "10,000 messages, 30 MB: memory, an empty session = 1",
                bytes_of[10_000] / bytes_of[0],
                1.6,
                note=f"{mb[10_000]}, {mb[0]} empty",
            ),
            Row(
                "10,000 messages: page up, until its last byte",
                statistics.median(pages),
                50,
                "ms",
                f"{len(pages)} pages, worst {max(pages):.0f} ms",
            ),
        ]


class Gaps:
    """Watches the loop: the longest time for which it did not come round."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_BEAT)
            self.longest = max(self.longest, time.perf_counter() - before - _BEAT)


async def _sent(chat: Chat, provider: Scripted) -> float:
    """Send one prompt; the longest gap until its reply is saved."""
    gaps = Gaps()
    provider.replies.append(["An ", "answer."])
    chat.screen.prompt.insert("hello")
    await chat.pilot.pause()
    watch = asyncio.create_task(gaps.watch())
    current = chat.screen.chat
    assert current is not None
    await chat.pilot.press("enter")
    reply = current.reply
    if reply is not None:
        await reply.finished()
    await chat.until(lambda: current.reply is None)
    watch.cancel()
    return gaps.longest


async def longest_gap(home: Path, messages: int, size: int, runs: int) -> float:
    """The median of the longest gaps of some sends in a session, in seconds."""
    name = save_session(home, messages, size // max(1, messages // 2))
    data = home / "data" / "llmtui"
    places = Places(data, home / "config", home / "cache", home / "state")
    provider = Scripted()
    async with chatting(provider, places, size=(120, 40), resume=name) as chat:
        await _sent(chat, provider)  # imports
        gc.collect()
        return statistics.median([await _sent(chat, provider) for _ in range(runs)])


async def sending(home: Path, runs: int) -> Row:
    """A prompt in a session of 10 MB against one in an empty session."""
    empty, big = [], []
    for turn in range(runs):
        empty.append(await longest_gap(home / f"empty{turn}", 0, 0, 9))
        big.append(await longest_gap(home / f"big{turn}", 2_000, _BIG, 9))
    least, gap = statistics.median(empty), statistics.median(big)
    return Row(
        "a prompt in 10 MB: longest gap, an empty session = 1",
        gap / least,
        1,
        note=f"{gap * 1e3:.1f} ms, {least * 1e3:.1f} ms empty",
    )


def rows(*, quick: bool = False) -> Iterator[Row]:
    """All numbers, as they come."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with serving() as url:
            bench = Bench(url, home, compiled_environment(home / "pyc"))
            yield from bench.opening(3 if quick else 7)
        yield asyncio.run(sending(home, 1 if quick else 3))


if __name__ == "__main__":
    run(rows)
