"""Run a command that does not outlive this program: ``lifeline.py PARENT COMMAND…``.

A program of its own, with no imports but the standard library's. On Linux the kernel is
told to kill this process when its parent ends, however it ends
(``PR_SET_PDEATHSIG``, prctl(2)); that outlives ``execv``, so the command has it
from its first instruction on. On macOS a small process of its own waits for the
end of the command's standard input, which the parent holds, and kills the
command then. On Windows the command is just run.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1
_GRACE = 1.0
"""Seconds for the command to see the end of its input by itself."""


def tied(command: Sequence[str]) -> list[str]:
    """``command``, to be run so that it does not outlive this process.

    The kernel counts the thread that starts it as the parent: that must be one
    that lives as long as the command should. Standard input must be a pipe.
    """
    if sys.platform == "win32":
        return list(command)
    lifeline = [sys.executable, "-I", "-S", os.path.abspath(__file__)]
    return [*lifeline, str(os.getpid()), *command]


def tie_to_parent(parent: int) -> None:
    """Die when the parent dies; exits at once if it is dead already."""
    if sys.platform.startswith("linux"):
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        watch_input()
    # The parent may have ended before anybody watched: then another one,
    # init or a subreaper, has taken its place.
    if os.getppid() != parent:
        os._exit(1)


def watch_input() -> None:
    """Have this process killed when the other end of its standard input is closed."""
    watched = os.getpid()
    if os.fork():
        return
    # The output must end when the command does, not when this process does.
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    hangup = select.poll()
    hangup.register(0, select.POLLHUP)
    while os.getppid() == watched and not hangup.poll(1000):
        pass
    deadline = time.monotonic() + _GRACE
    while os.getppid() == watched and time.monotonic() < deadline:
        time.sleep(0.05)
    if os.getppid() == watched:
        os.kill(watched, signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    tie_to_parent(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])
