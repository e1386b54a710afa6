"""``llmtui pull``: fetch models, with one bar for the whole of each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from llmtui.cli.context import INTERRUPTED, Context, complain, say_json, tell
from llmtui.cli.progress import StatusLine, width
from llmtui.cli.verbs.server import for_each, unable, with_provider
from llmtui.human import duration, size
from llmtui.jobs.pull import Pull
from llmtui.providers.protocol import Pulls
from llmtui.sanitise import clean_line

if TYPE_CHECKING:
    from llmtui.providers.protocol import Provider


def pull(context: Context) -> int:
    """Fetch every model that was named; ctrl+c keeps what came."""
    line = StatusLine()

    async def work(provider: Provider) -> int:
        if not isinstance(provider, Pulls):
            raise unable(provider, "fetch models")

        async def one(name: str) -> None:
            job = Pull(name, insecure=context.parsed.given("insecure"))
            await _fetch(provider, job, line, context.parsed.given("json"))

        return await for_each(context.words, one)

    try:
        return with_provider(context, work)
    except KeyboardInterrupt:
        line.clear()
        complain("stopped; the same command goes on where it stopped")
        return INTERRUPTED


async def _fetch(provider: Pulls, job: Pull, line: StatusLine, as_json: bool) -> None:
    since = time.monotonic()

    def show(job: Pull) -> None:
        line.show(bar(job, width(), blocks=line.blocks), plain(job))

    try:
        await job.run(provider, show)
    finally:
        line.clear()
    took = duration(time.monotonic() - since)
    if as_json:
        say_json({"pulled": job.model, "size": job.total, "fetched": job.moved})
    elif line.terminal:
        much = f"  {size(job.total)}" if job.total else ""
        tell(f"pulled {clean_line(job.model)}{much} in {took}\n")


def bar(job: Pull, columns: int, *, blocks: bool = True) -> str:
    """One line: how much of the whole model is there, how fast, how long still.

    >>> from llmtui.chat.events import PullProgress
    >>> job = Pull("m")
    >>> job.take(PullProgress("pulling ab", "sha256:ab", 2_000_000_000, 0), 0)
    >>> job.take(PullProgress("pulling ab", "sha256:ab", 2_000_000_000, 900_000_000), 9)
    >>> bar(job, 70)
    'pulling m  45% ▕█████████▍           ▏  900 MB/2.0 GB  100 MB/s  11 s'
    >>> bar(job, 70, blocks=False)
    'pulling m  45% [#########            ]  900 MB/2.0 GB  100 MB/s  11 s'
    >>> bar(job, 30)
    'pulling m  45%'
    """
    if not job.total:
        return f"pulling {job.model}  {job.status}"
    share = job.completed / job.total
    left = f"pulling {job.model}  {share:.0%}"
    if job.completed == job.total and not job.status.startswith("pulling"):
        return f"{left}  {job.status}"
    right = f"  {size(job.completed)}/{size(job.total)}"
    if speed := job.speed():
        right += f"  {size(speed)}/s"
    if (seconds := job.seconds_left()) is not None:
        right += f"  {_left(seconds)}"
    room = columns - len(left) - len(right) - 4
    if room < 5:
        return left if room < -3 else left + right
    room = min(room, 40)
    if not blocks:
        return f"{left} [{'#' * int(share * room):<{room}}]{right}"
    return f"{left} ▕{_blocks(share, room)}▏{right}"


def _left(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else duration(seconds)


def plain(job: Pull) -> str:
    """A line for a log: the server's own words, and every tenth of the whole."""
    if not job.total or not job.status.startswith("pulling "):
        return job.status
    tenth = int(job.completed / job.total * 10) * 10
    return f"pulling {job.model}: {tenth}% of {size(job.total)}"


def _blocks(share: float, columns: int) -> str:
    eighths = int(share * columns * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + " ▏▎▍▌▋▊▉"[part : part + 1].strip()).ljust(columns)
