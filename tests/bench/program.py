"""A program in a pseudo-terminal of 120x40, watched as cheaply as can be.

Only the bytes it writes are looked at: a terminal emulator would take the CPU
that is being measured.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import psutil

from tests.support.terminal import environment

COLUMNS, ROWS = 120, 40
PATIENCE = 120.0
"""Seconds after which something that does not come is given up."""

_OVERLAP = 64
"""Bytes of the last read that are looked at again: a mark may be cut in two."""


class Program:
    """One run of a Python program."""

    def __init__(self, *arguments: str, home: Path, env: Mapping[str, str]) -> None:
        """``arguments`` follow the interpreter's name; ``home`` holds its files."""
        self.began = time.monotonic()
        self._child = pexpect.spawn(
            sys.executable,
            list(arguments),
            env=environment(home, env),
            dimensions=(ROWS, COLUMNS),
            echo=False,
        )
        self._handle = int(self._child.child_fd)
        self._process = psutil.Process(self._child.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._child.isalive():
            self._child.kill(signal.SIGKILL)
            self._child.wait()
        self._child.close()

    def type(self, keys: str) -> None:
        """Send keys as a terminal would."""
        os.write(self._handle, keys.encode())

    def until(self, mark: str, seconds: float = PATIENCE) -> float:
        """Read until it writes ``mark``; when that was, by ``time.monotonic()``."""
        wanted = mark.encode()
        tail = b""
        deadline = time.monotonic() + seconds
        while wanted not in tail:
            data = self._read(deadline - time.monotonic())
            if not data:
                raise SystemExit(f"{mark!r} never came; the last bytes: {tail!r}")
            tail = tail[-_OVERLAP:] + data
        return time.monotonic()

    def rest(self, seconds: float) -> None:
        """Read for so long, whatever comes."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._read(left)

    def quiet(self, seconds: float) -> float:
        """Read until nothing comes for so long; when the last bytes came."""
        last = time.monotonic()
        while self._read(seconds):
            last = time.monotonic()
        return last

    @property
    def cpu(self) -> float:
        """Seconds of CPU that it and its children have used."""
        return sum(map(_used, self._tree()))

    @property
    def memory(self) -> int:
        """Bytes of it and its children that are in memory."""
        return sum(process.memory_info().rss for process in self._tree())

    def _tree(self) -> list[psutil.Process]:
        return [self._process, *self._process.children(recursive=True)]

    def _read(self, seconds: float) -> bytes:
        """What it writes within so many seconds, b"" for nothing."""
        ready, _, _ = select.select([self._handle], [], [], max(0, seconds))
        if ready:
            with suppress(OSError):  # it has ended
                return os.read(self._handle, 65_536)
        return b""


def _used(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        times = process.cpu_times()
        ended = getattr(times, "children_user", 0) + getattr(
            times, "children_system", 0
        )
        return float(times.user + times.system + ended)
    return 0.0


def started(url: str, home: Path, env: Mapping[str, str], *arguments: str) -> Program:
    """``llmtui``, ready to be typed at and at rest."""
    program = Program("-m", "llmtui", "--host", url, *arguments, home=home, env=env)
    program.until("smollm2")
    program.rest(2)
    return program
