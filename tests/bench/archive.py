"""Many saved sessions: the list, the search index and the search, a large tree.

    python -m tests.bench.archive [--quick]

10,000 sessions of 20 messages, 157 MB, of words as frequent as in a language;
``--quick`` has a tenth. Typing is measured as the longest time for which an event
loop does not come round while the index is built in a thread.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from llmtui.chat.graph import rows as graph_rows
from llmtui.chat.message import Message
from llmtui.chat.query import parse_query
from llmtui.chat.session import Session
from llmtui.places import Places
from llmtui.store.search.session_search import SessionSearch
from llmtui.store.session_store import SessionStore
from tests.bench.report import Row, run

_MESSAGES = 20
_SIZE = 570
"""Characters of a message's text: 157 MB in all."""
_BEAT = 0.005
_LINES = (
    *("ka", "kar", "karo", "disk full", '"no space"', "zq", "zqx", "qqqq"),
    *("model:m karo", "role:user ba", "-ka ro", "日本", "title 77 in:title", "a b c"),
)
"""What is typed, a keystroke each."""


class _Words:
    """A language of its own: a few words are everywhere, most are rare."""

    def __init__(self, count: int = 40_000) -> None:
        self._random = random.Random(7)
        syllables = [a + b for a in "bdfgkmnprstz" for b in "aeiou"]
        self._words = [
            "".join(self._random.choices(syllables, k=self._random.randint(1, 5)))
            for _ in range(count)
        ]
        self._weights = list(itertools.accumulate(1 / n for n in range(1, count + 1)))

    def text(self) -> str:
        words = self._random.choices(self._words, cum_weights=self._weights, k=_SIZE)
        text = " ".join(words)[:_SIZE]
        return text if self._random.random() > 0.001 else text + " 日本語の文章"


def write_sessions(folder: Path, count: int) -> int:
    """Write so many sessions as the program lays them out; their bytes."""
    words, size = _Words(), 0
    folder.mkdir(parents=True)
    for number in range(count):
        name = f"20260101T{number:09}-{number:016x}"
        lines: list[str] = []
        parent: str | None = None
        for place in range(_MESSAGES):
            asks = place % 2 == 0
            message: dict[str, Any] = {
                "id": f"20260101T{number:09}-{place:016x}",
                "parent": parent,
                "role": "user" if asks else "assistant",
                "text": words.text(),
                "created": f"2026-01-01T00:00:{place:02}.000000Z",
                "status": "complete",
            }
            if not asks:
                message["request"] = {"model": "m"}
            parent = message["id"]
            lines.append(json.dumps(message, ensure_ascii=False))
        fields = {
            "version": 1,
            "created": "2026-01-01T00:00:00.000000Z",
            "updated": f"2026-01-02T00:00:00.{number:06}Z",
            "title": f"title {number}",
            "head": parent,
            "model": "m",
        }
        opening = json.dumps(fields, separators=(",", ":")).removesuffix("}")
        data = f'{opening},"messages":[\n' + ",\n".join(lines) + "\n]}\n"
        (folder / f"{name}.json").write_text(data, encoding="utf-8")
        size += len(data.encode())
    return size


async def _gaps_while(act: Callable[[], object]) -> tuple[float, list[float]]:
    """How long something takes in a thread, and the gaps of the loop meanwhile."""
    gaps: list[float] = []
    began = time.perf_counter()
    task = asyncio.create_task(asyncio.to_thread(act))
    while not task.done():
        before = time.perf_counter()
        await asyncio.sleep(_BEAT)
        gaps.append(time.perf_counter() - before - _BEAT)
    await task
    return time.perf_counter() - began, gaps


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _tree(count: int) -> Session:
    session = Session()
    for number in range(count):
        parent = None if not number else f"{max(0, number - 1 - number % 7)}"
        made = f"2026-01-01T00:00:00.{number:06}Z"
        session.add(Message(f"{number}", parent, "user", "words", made))
    return session


def rows(*, quick: bool = False) -> Iterator[Row]:
    """All numbers, as they come."""
    count = 1_000 if quick else 10_000
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        places = Places(root / "data", root / "config", root / "cache", root / "state")
        size = write_sessions(places.sessions, count)
        store = SessionStore(places)
        store.summaries()
        times = [_seconds(store.summaries) for _ in range(7)]
        what = f"{count:,} sessions"
        yield Row(f"{what}: list, warm", statistics.median(times) * 1e3, 300, "ms")
        search = SessionSearch(store)
        took, gaps = asyncio.run(_gaps_while(search.refresh_index))
        often = sorted(gaps)[int(len(gaps) * 0.99)] * 1e3
        note = f"99 of 100 keys; worst {max(gaps) * 1e3:.0f} ms; {took:.0f} s in all"
        yield Row(f"{what}: a key while they are indexed", often, 30, "ms", note)
        index = places.search_index.stat().st_size
        note = f"{index / 1e6:.0f} MB of {size / 1e6:.0f} MB"
        yield Row(f"{what}: index, the texts = 1", index / size, 0.5, note=note)
        search.update()
        again = _seconds(search.refresh_index)
        yield Row(f"{what}: index again, nothing new", again * 1e3, 500, "ms")
        queries = [parse_query(line) for line in _LINES]
        keys = [_seconds(lambda: search.find(q, limit=30, most=10)) for q in queries]  # noqa: B023
        note = f"worst {max(keys) * 1e3:.0f} ms"
        median = statistics.median(keys) * 1e3
        yield Row(f"{what}: search, a keystroke", median, 100, "ms", note)
    tree = _tree(1_000)
    laid_out = statistics.median([_seconds(lambda: graph_rows(tree)) for _ in range(9)])
    yield Row("1,000 messages: rows of the tree", laid_out * 1e3, 50, "ms")


if __name__ == "__main__":
    run(rows)
