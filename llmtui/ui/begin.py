"""Work that is begun by a widget, and goes on beside it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode

Job = Coroutine[Any, Any, Any]


def begin(
    node: DOMNode,
    job: Job,
    group: str = "jobs",
    around: Callable[[Job], Job] = lambda job: job,
) -> None:
    """Have ``node`` run a job, within what ``around`` makes of it.

    While the program ends none is begun: a widget may ask for one still, and Textual
    would let go of it before its first step.
    """
    if node.app.is_running:
        node.run_worker(around(job), group=group)
    else:
        job.close()
