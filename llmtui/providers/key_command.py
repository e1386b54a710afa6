"""The key that a command of the user's prints: kept in memory, and nowhere else."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from subprocess import DEVNULL, PIPE

from llmtui.providers.errors import NoKey

SECONDS = 20.0
"""How long it may take: a password manager may ask for a finger first."""


FRESH = 60.0
"""Seconds for which a key that is refused is a wrong one, and not one that expired."""


class KeyCommand:
    """The key of one host, for all who talk to it: printed once, and again when it
    has expired. ``command`` may be "": then there is none."""

    def __init__(self, command: str) -> None:
        self.command = command
        self._key = ""
        self._since = 0.0
        self._running = asyncio.Lock()

    async def key(self) -> str:
        """The key, "" without a command. Raises ``NoKey``."""
        async with self._running:
            if self.command and not self._key:
                self._key = await key_of(self.command)
                self._since = time.monotonic()
            return self._key

    def expired(self, key: str) -> bool:
        """Told that a key was refused: whether another one is worth trying."""
        if self._key == key and time.monotonic() - self._since >= FRESH:
            self._key = ""
        return bool(self.command) and self._key != key


async def key_of(command: str, *, patience: float = SECONDS) -> str:
    """The first line that ``command`` prints.

    No shell has a hand in it, and it cannot read or paint the terminal; who wants a
    shell writes ``sh -c '…'``. Raises ``NoKey``.
    """
    running = _Command(shlex.split(command))
    try:
        return await asyncio.to_thread(running.key, patience)
    finally:
        running.end()


class _Command:
    """One run of a command, in a thread that may be left alone."""

    def __init__(self, words: list[str]) -> None:
        self._name = words[0]
        self._words = [os.path.expanduser(words[0]), *words[1:]]
        self._process: subprocess.Popen[bytes] | None = None
        self._unwanted = False

    def key(self, patience: float) -> str:
        """Run it and wait for its end. Blocking; raises ``NoKey``."""
        try:
            self._process = subprocess.Popen(
                self._words,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise _failed(f"{self._name!r} cannot be started ({why})") from None
        with self._process as process:
            if self._unwanted:
                self.end()
            try:
                printed, said = process.communicate(timeout=patience)
            except subprocess.TimeoutExpired:
                self.end()
                why = f"{self._name!r} was not done in {patience:g} seconds"
                raise _failed(why) from None
        return self._first_line(process.returncode, _text(printed), _text(said))

    def end(self) -> None:
        """End it and what it started, if it still runs."""
        self._unwanted = True
        process = self._process
        if process is None or process.poll() is not None:
            return
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)

    def _first_line(self, code: int, printed: str, said: str) -> str:
        key = printed.partition("\n")[0].strip()
        if code:
            words = said.rpartition("\n")[2]
            words = words.replace(key, "…") if key else words
            why = f"{self._name!r} ended with code {code}"
            raise _failed(f"{why}: {words}" if words else why)
        if not key:
            raise _failed(f"{self._name!r} printed nothing")
        return key


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").strip()


def _failed(why: str) -> NoKey:
    return NoKey(
        f"key_command gave no key: {why}",
        advice="Run it by hand, or correct key_command of this host in the settings.",
    )
