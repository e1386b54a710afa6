"""An environment in which Python keeps its byte-code."""

from __future__ import annotations

from pathlib import Path


def compiled_environment(cache: Path) -> dict[str, str]:
    """Variables for a child that reads and writes byte-code in ``cache``.

    An empty ``PYTHONDONTWRITEBYTECODE`` counts as unset.
    """
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(cache)}
