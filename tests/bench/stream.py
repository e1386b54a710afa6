"""A reply that streams, in a pseudo-terminal, against a raw httpx loop.

    python -m tests.bench.stream [--quick]

The server runs in a process of its own and says when it sent the last token. CPU
is that of the process tree, from the send key until a second after the mark of
the last token was written. Per token it is that less the CPU of a reply of one
token (send key, journal, save, head, the second of rest), by the number of
tokens: the median of several short replies against one long one, in one process.
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from llmtui.chat.repeating import RepetitionGuard
from tests.bench.compiled import compiled_environment
from tests.bench.program import Program, started
from tests.bench.report import Row, run
from tests.bench.saved import save_session
from tests.bench.serve import mark_of, sent, serving
from tests.bench.texts import SHAPES, tokens

_RAW = ("-m", "tests.bench.raw_chat")
_RATE = 1_000
_FAST = 2_000
"""Tokens per second of the replies that are counted per token."""
_KEYS = "αβγδεζηθικλμνξοπρστυφχψωабвгдежзийклмнопрстуфхцчшщыэюя"
"""Each is typed once; nothing else on the screen shows it."""
_HISTORY = 10_000

_numbers = itertools.count(1)


class Streamed(NamedTuple):
    """One reply, as it was measured."""

    cpu: float
    """Seconds, from the send key to a second after its end."""
    lag: float
    """Seconds from the server's last token to the screen's."""
    late: float
    """How late the server was with a token, at worst: it must keep the rate."""


def stream(program: Program, url: str, shape: str, count: int, rate: int) -> Streamed:
    """Send a prompt and watch its reply."""
    number = next(_numbers)
    program.type(f"{shape} {count} {rate} {number}")
    program.quiet(0.3)
    before = program.cpu
    program.type("\r")
    seen = program.until(mark_of(number))
    program.rest(1)
    at, late = sent(url)
    return Streamed(program.cpu - before, seen - at, late)


class Bench(NamedTuple):
    """Where everything is."""

    url: str
    home: Path
    env: Mapping[str, str]

    def place(self) -> Path:
        """A home that nobody has used: what one run leaves is not for the next."""
        return self.home / str(next(_numbers))

    @contextmanager
    def raw(self) -> Iterator[Program]:
        with Program(*_RAW, self.url, home=self.home, env=self.env) as program:
            program.until("Ready.")
            yield program

    def program(self) -> Program:
        home = self.place()
        config = home / "config" / "llmtui" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text("fold_code = 0\n")  # or it folds the mark that ends a reply
        return started(self.url, home, self.env)

    def against_raw(self, runs: int) -> list[Row]:
        """5,000 tokens at 1,000 a second: CPU as a ratio, and how far behind."""
        ours, floor = [], []
        for turn in range(runs + 1):
            with self.raw() as program:
                raw = stream(program, self.url, "mixed", 5_000, _RATE)
            with self.program() as program:
                own = stream(program, self.url, "mixed", 5_000, _RATE)
            if turn:  # the first one compiles
                floor.append(raw)
                ours.append(own)
        cpu = statistics.median(s.cpu for s in ours)
        least = statistics.median(s.cpu for s in floor)
        lag = statistics.median(s.lag for s in ours)
        late = max(s.late for s in (*ours, *floor))
        return [
            Row(
                "5,000 tokens at 1,000/s: CPU, raw httpx loop = 1",
                cpu / least,
                6,
                note=f"{cpu:.2f} s, raw {least:.2f} s; 4 is wanted",
            ),
            Row(
                "5,000 tokens at 1,000/s: last token behind",
                lag * 1e3,
                150,
                "ms",
                f"worst {max(s.lag for s in ours) * 1e3:.0f} ms; "
                f"server at most {late * 1e3:.0f} ms late",
            ),
            Row(
                "  of that CPU, to notice that a model repeats itself",
                guarding("mixed", 5_000) / cpu * 100,
                2,
                "%",
            ),
        ]

    def flood(self, runs: int) -> Row:
        """10,000 tokens as fast as the socket takes them."""
        lags = []
        for _ in range(runs):
            with self.program() as program:
                lags.append(stream(program, self.url, "mixed", 10_000, 0).lag)
        lag = statistics.median(lags)
        note = f"worst {max(lags) * 1e3:.0f} ms"
        return Row(
            "10,000 tokens at once: last one behind", lag * 1e3, 1500, "ms", note
        )

    def growth(self, shape: str, many: int) -> Row:
        """CPU per token of a long reply, by that of short ones."""
        with self.program() as program:
            stream(program, self.url, shape, 1_000, _FAST)  # imports, caches

            def used(count: int, runs: int) -> float:
                found = [
                    stream(program, self.url, shape, count, _FAST).cpu
                    for _ in range(runs)
                ]
                return statistics.median(found)

            once = used(1, 5)
            few = (used(1_000, 5) - once) / 1_000
            long = (used(many, 1) - once) / many
        return Row(
            f"{shape}: CPU per token of {many:,}, of 1,000 = 1",
            long / few,
            1.3,
            note=f"{long * 1e6:.0f} us, of 1,000 {few * 1e6:.0f} us",
        )

    def keys(self) -> list[Row]:
        """A key while a reply streams below 10,000 messages, until it shows."""
        home, waits = self.place(), []
        name = save_session(home, _HISTORY)
        with started(self.url, home, self.env, "-r", name) as program:
            number = next(_numbers)
            program.type(f"mixed 9000 {_RATE} {number}")
            program.quiet(0.3)
            program.type("\r")
            program.rest(1)
            for turn, key in enumerate(_KEYS):
                began = time.monotonic()
                program.type(key)
                waits.append((program.until(key) - began) * 1e3)
                program.rest(0.08 + turn * 7 % 50 / 1e3)
        slow = statistics.quantiles(waits, n=20)[-1]
        note = f"{len(waits)} keys, worst {max(waits):.0f} ms"
        what = "a key while 1,000/s stream below 10,000 messages"
        return [
            Row(f"{what}", statistics.median(waits), 30, "ms", note),
            Row("  the same, 95th percentile", slow, 80, "ms"),
        ]


def guarding(shape: str, count: int) -> float:
    """Seconds of CPU that the guard against repetition takes for a reply."""
    words, guard = tokens(shape, count, ""), RepetitionGuard()
    began = time.process_time()
    for word in words:
        guard.feed(word)
    assert not guard.repeating
    return time.process_time() - began


def rows(*, quick: bool = False) -> Iterator[Row]:
    """All numbers, as they come."""
    with tempfile.TemporaryDirectory() as folder, serving() as url:
        home = Path(folder)
        bench = Bench(url, home, compiled_environment(home / "pyc"))
        yield from bench.against_raw(2 if quick else 5)
        yield bench.flood(2 if quick else 5)
        yield from bench.keys()
        for shape in SHAPES:
            yield bench.growth(shape, 10_000 if quick else 50_000)


if __name__ == "__main__":
    run(rows)
