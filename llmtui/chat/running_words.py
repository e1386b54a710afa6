"""Models in memory, in the words of ``ollama ps``."""

from __future__ import annotations

from datetime import datetime

from llmtui import clock
from llmtui.human import duration


def processor(total: int, gpu: int) -> str:
    """Where a model is, as ``ollama ps`` words it.

    >>> processor(1000, 0), processor(1000, 1000), processor(1000, 250)
    ('100% CPU', '100% GPU', '75%/25% CPU/GPU')
    """
    if not gpu or not total:
        return "100% CPU"
    if gpu >= total:
        return "100% GPU"
    cpu = round((total - gpu) / total * 100)
    return f"{cpu}%/{100 - cpu}% CPU/GPU"


def until(expires: str, now: datetime) -> str:
    """When a model leaves memory, as ``ollama ps`` words it.

    >>> at = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    >>> [until(x, at) for x in ("2026-01-01T00:04:00Z", "2025-01-01T00:00:00Z")]
    ['4 min from now', 'Stopping...']
    >>> until("2318-01-01T00:00:00Z", at), until("", at)
    ('Forever', '-')
    """
    when = clock.moment(expires)
    if when is None:
        return "-"
    seconds = (when - now).total_seconds()
    if seconds < 0:
        return "Stopping..."
    if seconds > 20 * 365 * 86_400:
        return "Forever"
    return f"{duration(seconds)} from now"
