"""Run a command that does not outlive this program: ``lifeline.py PARENT COMMAND…``.

A program of its own, with no imports but the standard library's. On Linux the kernel is
told to kill this process when its parent ends, however it ends
(``PR_SET_PDEATHSIG``, prctl(2)); that outlives ``execv``, so the command has it
from its first instruction on. Elsewhere the command is just run.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def tied(command: Sequence[str]) -> list[str]:
    """``command``, to be run so that it does not outlive this process.

    The kernel counts the thread that starts it as the parent: that must be one
    that lives as long as the command should.
    """
    if not sys.platform.startswith("linux"):
        return list(command)
    lifeline = [sys.executable, "-I", "-S", os.path.abspath(__file__)]
    return [*lifeline, str(os.getpid()), *command]


def tie_to_parent(parent: int) -> None:
    """Die when the parent dies; exits at once if it is dead already."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # The parent may have ended before the kernel knew: then another one,
    # init or a subreaper, has taken its place.
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    tie_to_parent(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])
