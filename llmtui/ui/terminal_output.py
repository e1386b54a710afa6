"""Writing to a terminal that may stop reading, or go away.

Textual's own thread has a queue of thirty writes: when the terminal stops
reading (a stalled connection, a stopped multiplexer) the thirty-first blocks the
event loop, and with it keys, replies and signals. Here a write never blocks. The
app asks whether the terminal is ``behind`` and paints nothing meanwhile; when it
has caught up it is painted once, as it is then.

Bytes go past Python's buffered file: at the exit of the program the lock of that
would be waited for, for as long as the terminal does not read. On their way they get
columns where terminals measure differently (``llmtui.ui.columns``).
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import IO

from llmtui.ui.columns import straight

BEHIND = 65_536
"""Characters that wait when nothing more is painted."""
PIECE = 4096
"""Bytes of one write: in between a writer can be told to give up."""
PATIENCE = 1.0
"""Seconds that a terminal has for what is left when the program leaves it."""


def _nothing() -> None:
    """Nobody listens yet."""


class TerminalWriter(threading.Thread):
    """As ``textual.drivers._writer_thread.WriterThread``, but never in the way."""

    def __init__(self, file: IO[str]) -> None:
        super().__init__(daemon=True, name="terminal output")
        self._file = file
        self._encoding = getattr(file, "encoding", None) or "utf-8"
        self._changed = threading.Condition()
        self._queue: deque[str] = deque()
        self._size = 0
        self._dropped = 0
        """How often what waited was dropped: a write in progress gives up."""
        self._stopping = False
        self.behind = False
        """Whether the terminal has much to read still. Then ``on_caught_up`` will be
        called, unless it goes away."""
        self.gone = False
        """Whether the terminal is no more."""
        self.on_gone: Callable[[], object] = _nothing
        """Called once, in this thread, when the terminal is no more."""
        self.on_caught_up: Callable[[], object] = _nothing
        """Called, in this thread, when the terminal is no longer behind."""

    def write(self, text: str) -> None:
        """Have a text written soon. Never blocks."""
        with self._changed:
            if not self.gone:
                self._queue.append(text)
                self._size += len(text)
                self.behind = self.behind or self._size > BEHIND
                self._changed.notify()

    def drop(self) -> None:
        """Forget what was not written yet, if the terminal is behind."""
        with self._changed:
            if self.behind:
                self._queue.clear()
                self._size = 0
                self.behind = False
                self._dropped += 1

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def flush(self) -> None:
        """Nothing is held back: the thread writes as soon as it can."""

    def run(self) -> None:
        try:
            self._file.flush()
            while (text := self._next()) is not None:
                self._write_out(text)
        except OSError:
            with self._changed:
                self.gone = True
                self._queue.clear()
                self._size = 0
            self.on_gone()

    def stop(self) -> None:
        """Write what is left, and end; what takes too long is given up."""
        self.on_gone = self.on_caught_up = _nothing
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self.join(PATIENCE)

    def _next(self) -> str | None:
        """The next text to write, waiting for it; None at the end."""
        with self._changed:
            while not self._queue:
                if self._stopping:
                    return None
                self._changed.wait()
            return self._queue.popleft()

    def _write_out(self, text: str) -> None:
        drops = self._dropped
        data = straight(text).encode(self._encoding, "replace")
        handle = self._file.fileno()
        while data and drops == self._dropped:
            data = data[os.write(handle, data[:PIECE]) :]
        with self._changed:
            if drops != self._dropped:
                return
            self._size -= len(text)
            caught_up = self.behind and self._size <= BEHIND // 2
            if caught_up:
                self.behind = False
        if caught_up:
            self.on_caught_up()
