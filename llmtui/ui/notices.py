"""Short notices: one at a time, each for as long as it takes to read it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple, Protocol

from llmtui.sanitise import clean_line

KEPT = 50
"""Notices that can be read again."""
SECONDS = 3.0
SECONDS_A_CHARACTER = 0.05
"""A notice stays for both together."""


class Say(Protocol):
    """Says one sentence, which is never parsed as markup."""

    def __call__(self, sentence: str, *, warning: bool = False) -> None: ...


class Notice(NamedTuple):
    """One sentence for the user, clean enough to be shown."""

    words: str
    warning: bool = False

    @property
    def seconds(self) -> float:
        return SECONDS + SECONDS_A_CHARACTER * len(self.words)


class Running(Protocol):
    """A timer that can be stopped."""

    def stop(self) -> None: ...


class Notices:
    """Decides which notice is shown.

    The newest one comes first. A warning that it covers returns after it for the
    rest of its time; anything else that it covers is only in the history. What is
    said again is not shown twice.
    """

    def __init__(
        self,
        show: Callable[[Notice | None], object],
        later: Callable[[float, Callable[[], None]], Running],
    ) -> None:
        """``later`` calls a function after some seconds."""
        self.history: deque[Notice] = deque(maxlen=KEPT)
        """Everything that was said, the last one last."""
        self._show = show
        self._later = later
        self._up: list[tuple[Notice, float]] = []
        """What is shown or will return, the shown one last, and its seconds."""
        self._since = 0.0
        self._timer: Running | None = None

    @property
    def current(self) -> tuple[Notice, ...]:
        """What is shown or will return, the shown one last."""
        return tuple(notice for notice, _ in self._up)

    def say(self, sentence: str, *, warning: bool = False) -> None:
        """Show a sentence now."""
        notice = Notice(clean_line(sentence), warning)
        if self._up:
            top, seconds = self._up.pop()
            self._up.append((top, seconds - (monotonic() - self._since)))
        self._up = [(n, s) for n, s in self._up if n.warning and n != notice]
        self._up.append((notice, notice.seconds))
        if notice in self.history:
            self.history.remove(notice)
        self.history.append(notice)
        self._show_top()

    def _over(self) -> None:
        self._up.pop()
        self._show_top()

    def _show_top(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not self._up:
            self._show(None)
            return
        notice, seconds = self._up[-1]
        self._since = monotonic()
        self._timer = self._later(max(SECONDS, seconds), self._over)
        self._show(notice)
