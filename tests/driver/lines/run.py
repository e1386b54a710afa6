"""Runs one command line with all that is around it, to its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.driver.lines.line import Line
from tests.driver.lines.surroundings import Sandbox
from tests.driver.play import Fault

PATIENCE = 30.0
"""Seconds after which a line counts as hung."""
ENDLESS = ("serve",)
"""Verbs that end when they are told to."""
_SOON = 3.0
_USUAL = ("PATH", "LANG", "VIRTUAL_ENV", "SYSTEMROOT")
_INPUT = {
    "text": b"what is it\n",
    "bytes": bytes(range(256)),
    "long": b"x y\n" * 50_000,
}


class Done(NamedTuple):
    """How a line ended."""

    line: Line
    code: int
    out: bytes
    err: bytes
    seconds: float
    hung: bool
    stopped: bool
    """Whether it was interrupted, since it would not end by itself."""
    faults: tuple[Fault, ...]
    """What was found in its folders."""


class _End:
    """One standard handle of the program: what it is given, and what comes of it."""

    def __init__(self, kind: str, sandbox: Sandbox) -> None:
        self.data = bytearray()
        self._thread: threading.Thread | None = None
        reader = None
        match kind:
            case "full":
                self.handle = os.open("/dev/full", os.O_WRONLY)
            case "file":
                path = sandbox.home / "tmp" / "out"
                self.handle = os.open(path, os.O_WRONLY | os.O_CREAT)
            case "terminal":
                reader, self.handle = os.openpty()
            case _:
                reader, self.handle = os.pipe()
                if kind == "broken":
                    os.close(reader)
                    reader = None
        if reader is not None:
            self._thread = threading.Thread(target=self._read, args=(reader,))
            self._thread.start()

    def _read(self, reader: int) -> None:
        try:
            while piece := os.read(reader, 1 << 16):
                self.data += piece
        except OSError:
            pass  # the other side of a terminal was closed
        finally:
            os.close(reader)

    def close(self) -> bytes:
        os.close(self.handle)
        if self._thread is not None:
            self._thread.join(timeout=5)
        return bytes(self.data)


def run(line: Line, template: Path, hosts: Mapping[str, str]) -> Done:
    """In folders of its own, with the server at one of ``hosts``."""
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(Path(folder), template)
        before = sandbox.outsiders
        out, err = (_End(line.kind(one), sandbox) for one in ("stdout", "stderr"))
        began = time.monotonic()
        process = _start(line, sandbox, hosts, out, err)
        hung, stopped = _wait(process, line)
        seconds = time.monotonic() - began
        said = out.close(), err.close()
        faults = [Fault("a crash", p.read_text()) for p in sandbox.crashes]
        if sandbox.outsiders != before:
            faults.append(Fault("wrote outside its folders"))
        code = process.returncode
        return Done(line, code, *said, seconds, hung, stopped, tuple(faults))


def _start(
    line: Line, sandbox: Sandbox, hosts: Mapping[str, str], out: _End, err: _End
) -> subprocess.Popen[bytes]:
    usual = {name: os.environ[name] for name in _USUAL if name in os.environ}
    env = sandbox.environment(line.kind("home"), usual)
    env |= {
        "TERM": "xterm-256color",
        "EDITOR": "true",
        "OLLAMA_HOST": hosts[line.kind("server")],
        # Whatever is asked for by a name of the network is not to be had.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    for part in ("locale", "terminal", "variable"):
        name, _, value = line.kind(part).partition("=")
        env |= {name: value} if name else {}
    command = [sys.executable, "-m", "llmtui", *line.words]
    stdin = _stdin(line.kind("stdin"), sandbox)
    try:
        return subprocess.Popen(
            ["sh", "-c", _shell(line), "sh", *command],
            env={k: v for k, v in env.items() if k},
            cwd=sandbox.cwd,
            stdin=stdin,
            stdout=out.handle,
            stderr=err.handle,
            start_new_session=True,
        )
    finally:
        os.close(stdin)


def _shell(line: Line) -> str:
    """What ``sh`` does before the program takes its place."""
    before = {
        "deleted": "mkdir gone && cd gone && rmdir ../gone && ",
        "read-only": "mkdir -m 500 still && cd still && ",
        "folder": "cd folder && ",
    }.get(line.kind("cwd"), "")
    closing = {"stdin": " <&-", "stdout": " >&-", "stderr": " 2>&-"}
    ends = [end for part, end in closing.items() if line.kind(part) == "closed"]
    return before + 'exec "$@"' + "".join(ends)


def _stdin(kind: str, sandbox: Sandbox) -> int:
    """A handle on what it reads."""
    if kind == "terminal":
        writer, reader = os.openpty()
        os.write(writer, b"n\n\x04\x04")
        # The terminal lives as long as somebody has its other side.
        threading.Timer(PATIENCE + 5, os.close, (writer,)).start()
        return reader
    path = sandbox.root / "home" / "tmp" / "in"
    path.write_bytes(_INPUT.get(kind, b""))
    return os.open(path, os.O_RDONLY)


def _wait(process: subprocess.Popen[bytes], line: Line) -> tuple[bool, bool]:
    """Whether it hung, and whether it was interrupted."""
    endless = any(verb in line.words for verb in ENDLESS)
    stopped = False
    if endless:
        try:
            process.wait(_SOON)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            stopped = True
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True, stopped
    return False, stopped
