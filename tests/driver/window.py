"""One run of the program in a terminal, and what is seen of it."""

from __future__ import annotations

import re
import signal
import time
from pathlib import Path

import psutil

from tests.support.terminal import Terminal

ENTERED = b"\x1b[?1049h"
_AWAY = b"any key goes back"
PRIVATE = re.compile(rb"\x1b\[(?:[\d;]*;)?7(?:;[\d;]*)?m private ")
"""The mark of a private session in the header."""
TRACEBACK = b"most recent call last"
"""Python's and rich's, whatever colours are between the words."""
_LONGEST_MARK = 100
"""Bytes by which what is looked for may lie in two reads."""
_TYPING = 60
"""Seconds after which what nobody reads is given up."""
_KEPT = 60_000
"""Bytes of what was written last."""
_LAST = 12_000
"""Characters of them that are shown."""
_COLOURS = re.compile(r"\x1b\[[\d;:?<>=]*[A-Za-z]")


class Window:
    """Started at once. It may end at any time: then all is done to nobody."""

    def __init__(self, home: Path, size: tuple[int, int], *arguments: str) -> None:
        self.terminal = Terminal(
            *("-X", "faulthandler", "-m", "llmtui", *arguments),
            home=home,
            columns=size[0],
            rows=size[1],
            cwd=home / "work",
            env={"EDITOR": "true", "PAGER": "true", "BROWSER": "true"},
        )
        self.crashed = False
        """Whether a traceback was seen."""
        self.excused = False
        """Whether something was seen that is meant to leave no trace."""
        self._latest = bytearray()

    @property
    def alive(self) -> bool:
        return self.terminal.alive

    @property
    def is_away(self) -> bool:
        """Whether the conversation stands in the scrollback until a key comes."""
        return self._latest.rfind(_AWAY) > self._latest.rfind(ENTERED)

    def entered(self, seconds: float) -> bool:
        """Wait for the first frame."""
        end = time.monotonic() + seconds
        while ENTERED not in self.terminal.raw and time.monotonic() < end:
            if not self.alive:
                break
            self.terminal.read()
        return ENTERED in self.terminal.raw

    def read(self, seconds: float = 0.05) -> None:
        """Take in what was written, and look at it."""
        raw = self.terminal.raw
        known = len(raw)
        self.terminal.read(seconds)
        fresh = raw[max(0, known - _LONGEST_MARK) :]
        self.excused |= PRIVATE.search(fresh) is not None or b"by the way" in fresh
        self.crashed |= TRACEBACK in fresh
        self._latest = (self._latest + raw[known:])[-_KEPT:]

    def wait(self, seconds: float) -> None:
        """Read for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def drain(self) -> None:
        """Read what is there already, for a moment: a reply may stream for long."""
        for _ in range(20):
            before = len(self.terminal.raw)
            self.read(0.01)
            if len(self.terminal.raw) == before:
                return

    def rest(self, quiet: float = 1.0, longest: float = 60.0) -> None:
        """Let it come to the end of what was typed: that is faster than any hand."""
        end = time.monotonic() + longest
        last = time.monotonic()
        while time.monotonic() < end and time.monotonic() - last < quiet:
            known = len(self.terminal.raw)
            self.read()
            if len(self.terminal.raw) != known:
                last = time.monotonic()

    def ended(self, seconds: float) -> bool:
        """Wait for its end."""
        end = time.monotonic() + seconds
        while self.alive and time.monotonic() < end:
            self.read()
        return not self.alive

    def type(self, data: str) -> None:
        """Send bytes, and read meanwhile: else both would wait for each other."""
        left = data.encode("utf-8", "surrogatepass")
        end = time.monotonic() + _TYPING
        while left and self.alive and time.monotonic() < end:
            try:
                sent = self.terminal.try_to_type(left[:1024])
            except OSError:
                return
            left = left[sent:]
            self.read(0 if sent else 0.05)

    def signal(self, name: str) -> None:
        """``name`` is without its SIG."""
        if self.alive:
            self.terminal.signal(signal.Signals[f"SIG{name}"])

    def close(self) -> None:
        """Let go of the terminal."""
        self.terminal.__exit__(None, None, None)

    def autopsy(self, seconds: float) -> str:
        """End it, and say what it said last; of a hang, where each thread is."""
        screen = ""
        if self.alive and not self.crashed:
            state = psutil.Process(self.terminal.pid).status()
            screen = f"{self.terminal.text}\n{state}\n"
            self._latest.clear()
            self.signal("ABRT")
            self.signal("CONT")
        if not self.ended(seconds):
            self.signal("KILL")
        self.read()
        said = _COLOURS.sub("", self._latest.decode(errors="replace"))
        return screen + said[-_LAST:]
