"""The child process as the parent sees it: one with one model in memory."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from llmtui.files.writing import open_log
from llmtui.providers.errors import ProviderError, Unreachable
from llmtui.providers.local.child import Order, Report
from llmtui.providers.local.lifeline import tied
from llmtui.providers.local.process_errors import SMALLER, crashed, load_failed

_HERE = Path(__file__).resolve().parent
_PATIENCE = 2.0
"""Seconds that a child has to end by itself before it is killed."""

PROGRAM = (sys.executable, "-P", "-X", "faulthandler", str(_HERE / "child.py"))
"""The command that runs the child. ``-P``: the folder of ``child.py`` holds
modules of this package, which must not stand in for others of their name."""


class Child:
    """One running child; its server listens at ``address``."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        order: Order,
        address: str,
        vram: int = 0,
    ) -> None:
        self._process = process
        self.address = address
        """``http://127.0.0.1:PORT``."""
        self.key = order["key"]
        """What requests have to bring as their API key."""
        self.vram = vram
        """Bytes that GPUs had free before the load, 0 without one."""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def fate(self) -> int | None:
        """Its exit status (negative: the signal), None if it is alive.

        A connection breaks a moment before the end of the process is known, so
        this waits a little.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self._process.wait()
        return self._process.returncode

    async def aclose(self) -> None:
        """End it, politely first."""
        await _end(self._process)


async def start(
    order: Order,
    log: Path,
    program: Sequence[str] = PROGRAM,
    *,
    refusal: Callable[[int], str] = lambda vram: "",
) -> Child:
    """Start a child and wait until it serves; ``order["key"]`` is made here.

    ``refusal`` is told how many bytes the GPUs have free, and says why the
    model must not be loaded. However this is left, by an error or by
    cancelling, no process stays. Raises ``ProviderError``.
    """
    title = order["name"]
    order = {**order, "key": secrets.token_urlsafe(32)}
    try:
        chatter = open_log(log)
    except OSError as error:
        raise ProviderError(
            f"the log of {title} cannot be written: {error.strerror}: {log}"
        ) from error
    try:
        process = await asyncio.create_subprocess_exec(
            *tied(program),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=chatter,
            # Not ours to be stopped by: ctrl+c goes to a whole terminal session.
            start_new_session=True,
        )
    except OSError as error:
        raise ProviderError(
            f"no process could be started for {title}: {error.strerror}"
        ) from error
    finally:
        os.close(chatter)
    try:
        address, vram = await _address(process, order, log, refusal)
    except BaseException:
        await _end(process, politely=False)
        raise
    return Child(process, order, address, vram)


async def _address(
    process: asyncio.subprocess.Process,
    order: Order,
    log: Path,
    refusal: Callable[[int], str],
) -> tuple[str, int]:
    """Where it serves, and what the GPUs had free before."""
    title, vram = order["name"], 0
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError):
        # A child that is gone already says so by its exit status below.
        process.stdin.write(json.dumps(order).encode() + b"\n")
        await process.stdin.drain()
    while line := await process.stdout.readline():
        try:
            report: Report = json.loads(line)
        except ValueError:
            continue  # something that was printed before llama.cpp came in
        if not isinstance(report, dict):
            continue
        if address := report.get("address"):
            return address, vram
        if report.get("loading"):
            vram = report.get("vram", 0)
            if said := refusal(vram):
                raise Unreachable(said, advice=SMALLER)
        if "error" in report:
            raise load_failed(title, report["error"], order["context"], log)
    raise crashed(await process.wait(), title, "while it was loaded", log)


async def _end(process: asyncio.subprocess.Process, *, politely: bool = True) -> None:
    """End a process; closing its input is how it is asked to.

    The pipe is closed first in any case, so that a cancelled wait leaves no
    process behind either.
    """
    if process.stdin is not None:
        process.stdin.close()
    if politely:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await process.wait()
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
