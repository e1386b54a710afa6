"""The real program as a child process: the console script, with pipes or a terminal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pexpect

_SCRIPT = Path(sys.executable).with_name("llmtui")
COMMAND = [str(_SCRIPT)] if _SCRIPT.exists() else [sys.executable, "-m", "llmtui"]


class Done(NamedTuple):
    """How a run ended."""

    code: int
    out: str
    err: str


def start(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start it with pipes for its output."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
    )


def run(
    *arguments: str,
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
) -> Done:
    """Run it to its end; no standard input means an empty one."""
    source = subprocess.DEVNULL if stdin is None else subprocess.PIPE
    with start(*arguments, env=env, stdin=source) as process:
        out, err = process.communicate(stdin, timeout=60)
        return Done(process.returncode, out.decode(), err.decode())


def terminal(*arguments: str) -> pexpect.spawn[str]:
    """The program in a pseudo-terminal."""
    return pexpect.spawn(
        COMMAND[0],
        [*COMMAND[1:], *arguments],
        encoding="utf-8",
        timeout=30,
        dimensions=(24, 80),
    )
