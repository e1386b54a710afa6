"""``llmtui pull``: fetch models, with one bar for the whole of each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from llmtui.cli.context import INTERRUPTED, Context, complain, say_json, tell
from llmtui.cli.progress import StatusLine, width
from llmtui.cli.verbs.server import for_each, unable, with_provider
from llmtui.human import duration, size
from llmtui.jobs.pull import Pull
from llmtui.jobs.pull_words import bar, plain
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
