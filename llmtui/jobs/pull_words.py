"""A pull in words: one line with a bar, and lines for a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.human import duration, size
from llmtui.jobs.pull import Pull

if TYPE_CHECKING:
    from llmtui.chat.events import PullProgress


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
    if job.trouble:
        return f"pulling {job.model}  {percent(job)}  {job.trouble}; trying again"
    if not job.total:
        return f"pulling {job.model}  {job.status}"
    share = job.share
    left = f"pulling {job.model}  {percent(job)}"
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


def step_words(step: PullProgress, columns: int) -> str:
    """One step of making a model in a line; untrusted.

    >>> from llmtui.chat.events import PullProgress
    >>> step_words(PullProgress("sending w.gguf", "sha256:ab", 2000, 500), 40)
    'sending w.gguf  25%  500 B/2.0 kB'
    >>> step_words(PullProgress("using existing layer sha256:0123456789abcdef"), 30)
    'using existing layer sha256:01'
    """
    words = step.status
    if step.total:
        share = min(step.completed / step.total, 1)
        words += f"  {share:.0%}  {size(step.completed)}/{size(step.total)}"
    return words[:columns]


def percent(job: Pull) -> str:
    """How much of the whole is there; 100% only after success.

    >>> from llmtui.chat.events import PullProgress
    >>> job = Pull("m")
    >>> job.take(PullProgress("pulling ab", "sha256:ab", 1000, 1000), 0)
    >>> percent(job)
    '99%'
    """
    return f"{int(job.share * 100)}%"


def _left(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else duration(seconds)


def plain(job: Pull) -> str:
    """A line for a log: the server's own words, and every tenth of the whole."""
    if not job.total or not job.status.startswith("pulling "):
        return job.status
    tenth = int(job.share * 10) * 10
    return f"pulling {job.model}: {tenth}% of {size(job.total)}"


def _blocks(share: float, columns: int) -> str:
    eighths = int(share * columns * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + " ▏▎▍▌▋▊▉"[part : part + 1].strip()).ljust(columns)
