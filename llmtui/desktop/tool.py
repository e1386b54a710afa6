"""Small programs of the desktop: what they are given, and what they print."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

SECONDS = 2.0
"""Time that one of them may take, unless told otherwise."""


def give(command: Sequence[str], text: str, *, seconds: float = SECONDS) -> bool:
    """Run a command that takes a text; whether it did.

    It may leave a child that goes on, as xclip does: nobody waits for that.
    """
    return _run(command, text, subprocess.DEVNULL, seconds) is not None


def ask(
    command: Sequence[str], text: str = "", *, seconds: float = SECONDS
) -> bytes | None:
    """What a command prints; None if it failed."""
    return _run(command, text, subprocess.PIPE, seconds)


def _run(
    command: Sequence[str], text: str, stdout: int, seconds: float
) -> bytes | None:
    try:
        done = subprocess.run(
            command,
            input=text.encode("utf-8", "replace"),
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout or b""
