"""A command that the user typed, and what it printed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from typing import NamedTuple

MOST_OUTPUT = 1_000_000
"""Bytes of output that are kept: the beginning is, and the command is ended there."""
_PIECE = 65_536
_LAST_WORDS = 1.0
"""Seconds that one who was ended has to close its outputs."""


class Output(NamedTuple):
    """What a command printed, on both of its outputs in the order it came."""

    content: bytes
    code: int
    """Its exit code; negative: the number of the signal that ended it."""
    cut: bool = False
    """Whether it printed more than is kept."""


async def run_command(command: str) -> Output:
    """Run a command in the user's shell, without input; raises ``OSError``.

    Whoever cancels this ends the command, with all that it has started.
    """
    process = await asyncio.create_subprocess_shell(
        command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=sys.platform != "win32",
        executable=_shell(),
    )
    assert process.stdout is not None
    pieces, left = [], MOST_OUTPUT
    try:
        while left > 0 and (piece := await process.stdout.read(min(left, _PIECE))):
            pieces.append(piece)
            left -= len(piece)
        if left > 0:
            await process.wait()
    finally:
        if process.returncode is None:
            _end(process)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS):
                    await process.communicate()
    return Output(b"".join(pieces), process.returncode or 0, cut=left <= 0)


def _shell() -> str | None:
    """The user's own shell, where it is one that runs commands as sh does."""
    shell = os.environ.get("SHELL", "")
    known = os.path.basename(shell) in ("bash", "zsh", "dash", "ksh", "sh")
    return shell if known and os.access(shell, os.X_OK) else None


def _end(process: asyncio.subprocess.Process) -> None:
    """End it and its children, which may be many: a pipeline, a build."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
