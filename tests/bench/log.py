"""What the message log costs, in one process without a terminal.

    python -m tests.bench.log

Prints CPU time per token for long and short replies of several shapes, the
time until a large conversation is open, and what moving in it costs. Ratios,
since machines differ: the last column is the one to look at.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
from collections.abc import Callable, Iterator
from itertools import islice
from time import perf_counter, process_time

from tests.bench.odd import ODD
from tests.bench.report import Row
from tests.bench.texts import SHAPES
from tests.support.log_host import LivingReply, LogHost, message, talk

SIZE = (120, 40)
PER_FRAME = 83
"""Tokens in a frame: a thousand a second, twelve frames a second."""


async def per_token(shape: str, tokens: int) -> float:
    """Microseconds of CPU that a token costs, painting included."""
    app = LogHost(talk(3))
    reply = LivingReply()
    source = SHAPES[shape]()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_view
        log.follow(reply)
        await pilot.pause()
        assert log._timer is not None
        log._timer.pause()
        # As the program does after its first frame.
        gc.collect()
        gc.freeze()
        spent = 0.0
        done = 0
        while done < tokens:
            reply.text_pieces += islice(source, PER_FRAME)
            done += PER_FRAME
            start = process_time()
            log._tick()
            log.render_lines(log.size.region)
            spent += process_time() - start
        assert log.at_end
    gc.unfreeze()
    return spent / done * 1e6


def in_turns(shape: str, tokens: int) -> tuple[float, float]:
    """The least that a token costs in a short reply and in a long one.

    Both are tried as often, one after the other: a machine that is faster for some
    seconds than for others would else say which came when.
    """
    asyncio.run(per_token(shape, 1_000))  # imports, caches
    turns = [
        (asyncio.run(per_token(shape, 1_000)), asyncio.run(per_token(shape, tokens)))
        for _ in range(3)
    ]
    few, many = zip(*turns, strict=True)
    return min(few), min(many)


async def opening(turns: int) -> tuple[float, list[float]]:
    """Milliseconds until a conversation is open, and those of each page up."""
    app = LogHost()
    text = "Some words of an answer with `code` in it.\n\n- one\n- two\n\n" * 3
    messages = talk(turns, text)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        log = app.log_view
        gc.collect()
        gc.freeze()
        start = perf_counter()
        log.set_messages(messages)
        log.render_lines(log.size.region)
        opened = (perf_counter() - start) * 1e3
        pages = []
        for _ in range(40):
            start = perf_counter()
            log.action_page_up()
            log.render_lines(log.size.region)
            pages.append((perf_counter() - start) * 1e3)
    gc.unfreeze()
    return opened, pages


async def hostile() -> list[tuple[str, float]]:
    """Milliseconds until what is too large for others is on the screen."""
    cases = {
        "1 MB line": "z" * 1_000_000,
        "1 MB line in a fence": "```python\n" + "z" * 1_000_000,
        "300 kB fence": "```python\n" + "value = f(x, 42)\n" * 18_000,
        "5,000-row table": "| a | b |\n|--|--|\n" + "| one | two |\n" * 5_000,
        "10,000-deep quotes": ">" * 10_000 + " x",
    }
    found = []
    for name, text in cases.items():
        app = LogHost()
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            start = perf_counter()
            app.log_view.set_messages([message("a", text)])
            app.log_view.render_lines(app.log_view.size.region)
            found.append((name, (perf_counter() - start) * 1e3))
    return found


async def frames(text: str) -> list[float]:
    """Milliseconds of CPU of each frame while a text comes, and of the whole opened.

    It comes at a thousand tokens a second, and ends; opened it is what a saved session
    shows, in as many frames as it is read in. The last frames are those of keys.
    """
    app = LogHost(talk(3))
    reply = LivingReply()
    found = []
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_view
        log.follow(reply)
        await pilot.pause()
        assert log._timer is not None
        log._timer.pause()
        gc.collect()
        gc.freeze()

        def frame(act: Callable[[], object]) -> None:
            start = process_time()
            act()
            log.render_lines(log.size.region)
            found.append((process_time() - start) * 1e3)

        for at in range(0, len(text), 4 * PER_FRAME):
            reply.text_pieces.append(text[at : at + 4 * PER_FRAME])
            frame(log._tick)
        reply.end()
        frame(log._tick)
        frame(lambda: log.set_messages([message("a", text)]))
        while not log.window.layout.is_read:
            frame(log._read_on)
        for key in (
            log.action_page_up,
            log.action_page_up,
            log.action_scroll_home,
            log.action_page_down,
            log.action_scroll_end,
        ):
            frame(key)
    gc.unfreeze()
    return found


def rows(*, quick: bool = False) -> Iterator[Row]:
    """What a token costs in a long reply, and the worst that one frame can."""
    for shape in ("math", "mermaid", "diff") if quick else SHAPES:
        few, many = in_turns(shape, 50_000)
        note = f"{many:.0f} us"
        yield Row(
            f"CPU per token of {shape}, 50,000 to 1,000", many / few, 1.3, "x", note
        )
    worst = {name: max(asyncio.run(frames(text))) for name, text in ODD.items()}
    name = max(worst, key=worst.__getitem__)
    what = f"worst frame of {len(ODD)} odd shapes"
    yield Row(what, worst[name], 150, "ms", f"CPU; {name}")


def main() -> None:
    print("CPU per token       1,000   5,000  50,000 tokens   50,000 / 1,000")
    for shape in SHAPES:
        few, many = in_turns(shape, 50_000)
        some = asyncio.run(per_token(shape, 5_000))
        print(
            f"  {shape:<15} {few:>6.1f}  {some:>6.1f}  {many:>6.1f} us"
            f"              {many / few:.2f}"
        )
    print("\nconversation          open   page up (median, worst)")
    first = asyncio.run(opening(50))[0]
    for turns in (50, 1_000, 5_000):
        opened, pages = asyncio.run(opening(turns))
        print(
            f"  {turns * 2:>6} messages {opened:>6.1f} ms  "
            f"{statistics.median(pages):.1f} ms, {max(pages):.1f} ms"
            f"            {opened / first:.1f}"
        )
    print("\nfirst screen of")
    for name, spent in asyncio.run(hostile()):
        print(f"  {name:<22} {spent:>7.1f} ms")


if __name__ == "__main__":
    main()
