"""What takes long, on standard error: a living line on a terminal, else plain ones."""

from __future__ import annotations

import os
import sys
import time

from llmtui.cli.context import tell
from llmtui.cli.output import STDERR, is_terminal
from llmtui.cli.tables import columns
from llmtui.sanitise import clean_line

_EVERY = 0.1
"""Seconds between two paintings of the line."""


class StatusLine:
    """``show`` as often as anything changes; it paints ten times a second at most."""

    def __init__(self) -> None:
        self.terminal = is_terminal(STDERR) and os.environ.get("TERM") != "dumb"
        self.blocks = _encoding().lower().startswith("utf")
        """Whether the terminal has the glyphs of a fine bar."""
        self._painted = 0.0
        self._shown = False
        self._said = ""

    def show(self, line: str, plain: str) -> None:
        """Show ``line``; on anything but a terminal ``plain``, if it is a new one.

        A line with a new ``plain`` is painted at once: it may stand for minutes.
        """
        new = bool(plain) and plain != self._said
        self._said = plain or self._said
        if not self.terminal:
            if new:
                tell(clean_line(plain) + "\n")
            return
        now = time.monotonic()
        if not new and now - self._painted < _EVERY:
            return
        self._painted, self._shown = now, True
        tell("\r\x1b[2K" + _beginning(clean_line(line), width() - 1))

    def clear(self) -> None:
        """Take the living line away."""
        if self._shown:
            tell("\r\x1b[2K")
        self._shown, self._painted = False, 0.0


def _beginning(text: str, room: int) -> str:
    """As much of a line as ``room`` columns hold: what is wrapped would stay.

    >>> _beginning("日本語", 5), _beginning("abc", 5)
    ('日本', 'abc')
    """
    text = text[:room]
    while columns(text) > room:
        text = text[:-1]
    return text


def _encoding() -> str:
    return (sys.stderr.encoding or "") if sys.stderr else ""


def width() -> int:
    """Columns of the terminal that standard error is, 80 where it is none."""
    try:
        return os.get_terminal_size(STDERR).columns or 80
    except OSError:
        return 80
