"""Signals that end the program leave through the same door as its own key."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SIGHUP = 1
"""Its number everywhere; Windows has no name for it."""

_OF_KEYS = ("SIGINT", "SIGQUIT")
"""What ctrl+c and ctrl+\\ send in a terminal that nobody has for himself."""

Act = Callable[[int], object]


def mind_signals(leave: Act) -> None:
    """Have what ends a program call ``leave``, with the exit code of the signal.

    Without this Textual would leave the terminal in its alternate screen.
    """
    for name in ("SIGTERM", "SIGHUP", *_OF_KEYS):
        number = getattr(signal, name, None)
        if number is not None and not _mind(number, leave):
            return


def _mind(number: int, act: Act) -> bool:
    """Whether it could be done, which only the main thread can.

    The loop's own ``add_signal_handler`` hears of a signal by a byte in a pipe that has
    room for some hundred. Thousands of moves of a mouse fill it, and then it hears
    nothing.
    """
    loop = asyncio.get_running_loop()

    def heard(*_: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(act, 128 + number)
        else:
            signal.signal(number, before or signal.SIG_DFL)
            os.kill(os.getpid(), number)

    try:
        before = signal.signal(number, heard)
    except ValueError:
        return False
    return True


@contextmanager
def keys_of_others() -> Iterator[None]:
    """While the terminal is somebody else's, or nobody's, its keys interrupt nothing.

    They are not ignored, which a child would inherit.
    """
    numbers = [getattr(signal, name) for name in _OF_KEYS if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
