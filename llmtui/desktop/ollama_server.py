"""Ollama's own server on this machine, started for somebody who has it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from llmtui.files.writing import open_log


class OllamaServer:
    """An Ollama server that this program started; it ends with the program."""

    def __init__(self, log: Path) -> None:
        """``log`` is the file for what it says."""
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, command: str) -> None:
        """Start it and return at once; it may take some seconds to answer.

        Raises ``OSError``. Its log is emptied. Not in this program's terminal, so
        that ctrl+c there is nothing to it.
        """
        if self.running:
            return
        log = open_log(self.log)
        try:
            self._process = subprocess.Popen(
                command.split(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            os.close(log)

    def failure(self) -> str:
        """The last line of its log if it has ended, "" while it runs."""
        if self._process is None or self._process.poll() in (None, 0):
            return ""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError:
            lines = []
        return next((line for line in reversed(lines) if line.strip()), "it ended")

    def stop(self) -> None:
        """End it, if this program started it; waits some seconds at most."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
