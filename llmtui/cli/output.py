"""Writing an answer to standard output as it comes, in as few steps as can be."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable

STDOUT = 1
STDERR = 2


class Writer:
    """Gathers text and writes it when the loop has nothing else to do.

    All pieces of one network read leave in one ``write``, the first one at
    once: nothing waits for a timer, and 20,000 tokens a second cost little.
    """

    def __init__(self, handle: int, stopped: Callable[[], object]) -> None:
        """``stopped`` is called once when ``handle`` takes nothing more."""
        self.terminal = is_terminal(handle)
        self.closed = False
        """Whether the reader of a pipe went away."""
        self.trouble = ""
        """Why nothing can be written any more, "" if the reader only left."""
        self.ends_line = True
        """Whether what was written ends with a line end, or is nothing."""
        self._begun = False
        self._stopped = stopped
        self._pieces: list[str] = []
        self._handle = handle
        stream = sys.stdout if handle == STDOUT else sys.stderr
        self._encoding = stream.encoding if self.terminal else "utf-8"

    def put(self, text: str) -> None:
        """Write ``text`` soon; for use inside a running loop."""
        if not self._pieces:
            asyncio.get_running_loop().call_soon(self.flush)
        self._pieces.append(text)

    def flush(self) -> None:
        """Write what was gathered now."""
        text = "".join(self._pieces)
        self._pieces.clear()
        if not text or self.closed or self.trouble:
            return
        self._begun = True
        self.ends_line = text.endswith("\n")
        try:
            write_all(self._handle, text.encode(self._encoding, "replace"))
        except BrokenPipeError:
            self.closed = True
            self._stopped()
        except OSError as error:
            self.trouble = f"the answer cannot be written: {error.strerror}"
            self._stopped()

    def take_back(self) -> bool:
        """Forget what was put so far; False if some of it is written already."""
        self._pieces.clear()
        return not self._begun

    def end(self) -> None:
        """Write the rest and close the last line."""
        self.flush()
        if not self.ends_line:
            self._pieces.append("\n")
            self.flush()


def is_terminal(handle: int) -> bool:
    """Whether it is one; a closed handle is not."""
    try:
        return os.isatty(handle)
    except OSError:
        return False


def write_all(handle: int, data: bytes) -> None:
    """Write all of ``data``; raises ``OSError``. Waits where the other side is slow."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(handle, view) :]
        except BlockingIOError:
            import select

            select.select([], [handle], [])
