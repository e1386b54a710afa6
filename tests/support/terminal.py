"""The real program in a pseudo-terminal, and what a person would see there.

::

    with Terminal("-m", "llmtui", "--host", server.url, home=tmp_path) as terminal:
        terminal.wait("Ready")
        terminal.type("hello\\r")
        terminal.wait("Hello from the fake server.")
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0
        assert terminal.restored
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte

CTRL_C = "\x03"
CTRL_D = "\x04"
CTRL_J = "\x0a"
CTRL_L = "\x0c"
CTRL_N = "\x0e"
CTRL_O = "\x0f"
CTRL_P = "\x10"
CTRL_Q = "\x11"
ESC = "\x1b"

LEAVE_ALTERNATE_SCREEN = b"\x1b[?1049l"
PATIENCE = 30.0
"""Seconds that something may take on a busy machine before it counts as hung."""


class Terminal:
    """One run of a Python program at the other end of a pseudo-terminal."""

    def __init__(
        self,
        *arguments: str,
        home: Path,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        """``arguments`` follow the interpreter's name; ``home`` holds all its files."""
        self._hung_up = False
        self.raw = bytearray()
        """Every byte the program wrote."""
        self._unseen = bytearray()
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._child: pexpect.spawn[bytes] = pexpect.spawn(
            sys.executable,
            list(arguments),
            env=environment(home, env or {}),
            dimensions=(rows, columns),
            timeout=PATIENCE,
            cwd=cwd,
            encoding=None,
            echo=False,  # the key must be shown by the program, not by the kernel
        )
        self._child.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._child.close(force=True)

    @property
    def pid(self) -> int:
        """The process id of the program."""
        return int(self._child.pid or 0)

    @property
    def lines(self) -> list[str]:
        """The screen as text, a line each."""
        self._stream.feed(bytes(self._unseen))
        self._unseen.clear()
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    @property
    def restored(self) -> bool:
        """Whether the program left the alternate screen after it had entered it."""
        return LEAVE_ALTERNATE_SCREEN in self.raw

    def type(self, keys: str) -> None:
        """Send keys as a terminal would; lone surrogates as bytes of no UTF-8."""
        self._child.send(keys.encode("utf-8", "surrogatepass"))

    def try_to_type(self, data: bytes) -> int:
        """Send as much as there is room for: nobody may read it, or ever will."""
        os.set_blocking(self._child.child_fd, False)
        try:
            return os.write(self._child.child_fd, data)
        except BlockingIOError:
            return 0
        finally:
            os.set_blocking(self._child.child_fd, True)

    def read(self, seconds: float = 0.05) -> None:
        """Take in what the program has written, or writes within so many seconds."""
        if self._hung_up:
            time.sleep(0.01)
            return
        try:
            data = self._child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            time.sleep(0.01)
            return
        self.raw += data
        self._unseen += data

    def wait(self, condition: str | Callable[[], bool]) -> None:
        """Read until ``condition`` holds: a text on the screen, or a function.

        Fails with the screen if it never does.
        """
        wanted = condition if callable(condition) else (lambda: condition in self.text)
        deadline = time.monotonic() + PATIENCE
        while not wanted():
            if time.monotonic() > deadline:
                raise AssertionError(f"never saw {condition!r} in:\n{self.text}")
            self.read()

    def settle(self, quiet: float = 0.15) -> None:
        """Read until nothing has come for ``quiet`` seconds."""
        end = time.monotonic() + quiet
        while time.monotonic() < end:
            before = len(self.raw)
            self.read()
            if len(self.raw) > before:
                end = time.monotonic() + quiet

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        os.kill(self.pid, number)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, as a dragged window does."""
        self._child.setwinsize(rows, columns)
        self._screen.resize(rows, columns)

    def hang_up(self) -> None:
        """Close the terminal, as a closed window does."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, self._child.child_fd)
        os.close(nowhere)
        self._hung_up = True

    @property
    def alive(self) -> bool:
        """Whether the program runs still. Reads nothing."""
        return bool(self._child.isalive())

    def exit_code(self) -> int:
        """Wait for the end; the exit code, negative for the signal that killed it."""
        deadline = time.monotonic() + PATIENCE
        while self._child.isalive():
            if time.monotonic() > deadline:
                raise AssertionError(f"it never ended:\n{self.text}")
            self.read()
        self.read()
        if self._child.signalstatus is not None:
            return -int(self._child.signalstatus)
        return int(self._child.exitstatus or 0)


def environment(home: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """The variables of a program whose files are all in ``home``."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "OLLAMA_"))}
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        env[f"XDG_{name}_HOME"] = str(home / name.lower())
    return env | {
        "HOME": str(home),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "TEXTUAL_ANIMATIONS": "none",
        **extra,
    }
