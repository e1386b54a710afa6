"""A fake Ollama in a process of its own, whose replies are what the prompt asks for.

    python -m tests.bench.serve

The prompt ``mixed 5000 1000 7`` is answered with 5,000 tokens of that shape
(``tests.bench.texts``), 1,000 a second (0 is as fast as the socket takes them),
the last of which is the mark of number 7. ``GET /_sent`` says when that one was
handed to the socket, by ``time.monotonic()``, and how late the slowest token was.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from tests.bench.texts import tokens
from tests.support.loopback import Exchange
from tests.support.server import FakeOllama

_BATCH = 64


def mark_of(number: object) -> str:
    """What the last token of a reply shows; its prompt does not show it."""
    return f"zq{number}qz"


class Sent(NamedTuple):
    """What became of the last reply, seen from the server."""

    last: float
    """When its last token was handed to the socket, by ``time.monotonic()``."""
    late: float
    """Seconds that a token went out behind its time, at worst."""


class Asked(FakeOllama):
    """Answers a chat with what its prompt asks for."""

    sent = Sent(0, 0)

    def __init__(self) -> None:
        super().__init__(["smollm2"])
        self.window = 1_000_000  # a prompt that is too much is not sent at once

    async def handle(self, exchange: Exchange) -> None:
        if exchange.seen.path == "/_sent":
            await exchange.answer(200, json.dumps(self.sent).encode())
            return
        if exchange.seen.path != "/api/chat" or not exchange.seen.json.get("messages"):
            await super().handle(exchange)
            return
        self.running = ["smollm2:latest"]
        shape, count, rate, number = exchange.seen.json["messages"][-1][
            "content"
        ].split()
        texts = tokens(shape, int(count), mark_of(number))
        await exchange.start()
        await self._tell(exchange, [_line(text) for text in texts], float(rate))
        usage = {"eval_count": len(texts), "eval_duration": 10**9}
        await exchange.send(_line("", done=True, done_reason="stop", **usage))
        await exchange.end()

    async def _tell(self, exchange: Exchange, lines: list[bytes], rate: float) -> None:
        begin, at, late = time.monotonic(), 0, 0.0
        while at < len(lines):
            ready = at + _BATCH
            if rate:
                await asyncio.sleep(begin + at / rate - time.monotonic())
                since = time.monotonic() - begin
                late = max(late, since - at / rate)
                ready = int(since * rate) + 1
            ready = min(max(at + 1, ready), len(lines))
            if ready == len(lines):
                self.sent = Sent(time.monotonic(), late)
            await exchange.send(*lines[at:ready])
            at = ready


def _line(text: str, *, done: bool = False, **more: object) -> bytes:
    said = {
        "model": "smollm2",
        "created_at": "2026-11-22T13:05:44.0Z",
        "message": {"role": "assistant", "content": text},
        "done": done,
        **more,
    }
    return json.dumps(said).encode() + b"\n"


@contextmanager
def serving() -> Iterator[str]:
    """The server in another process; its URL."""
    command = [sys.executable, "-m", "tests.bench.serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def sent(url: str) -> Sent:
    """What became of the last reply."""
    with urllib.request.urlopen(f"{url}/_sent") as answer:
        return Sent(*json.load(answer))


async def _main() -> None:
    async with Asked() as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_main())
