"""Signals that end the program leave through the same door as its own key."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable

SIGHUP = 1
"""Its number everywhere; Windows has no name for it."""

Act = Callable[[int], object]


def mind_signals(leave: Act, interrupt: Act) -> None:
    """Have SIGTERM and SIGHUP call ``leave``, and what a terminal's keys send
    ``interrupt``, with the exit code of the signal.

    Without this Textual would leave the terminal in its alternate screen.
    """
    leaving, interrupting = ("SIGTERM", "SIGHUP"), ("SIGINT", "SIGQUIT")
    acts = dict.fromkeys(leaving, leave) | dict.fromkeys(interrupting, interrupt)
    for name, act in acts.items():
        number = getattr(signal, name, None)
        if number is not None and not _mind(number, act):
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
