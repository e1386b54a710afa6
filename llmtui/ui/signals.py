"""Signals that end the program leave through the same door as its own key."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

SIGHUP = 1
"""Its number everywhere; Windows has no name for it."""


def mind_signals(
    leave: Callable[[int], object], interrupt: Callable[[int], object]
) -> None:
    """Have SIGTERM and SIGHUP call ``leave``, and what a terminal's keys send
    ``interrupt``, with the exit code of the signal.

    Without this Textual would leave the terminal in its alternate screen.
    """
    loop = asyncio.get_running_loop()
    leaving, interrupting = ("SIGTERM", "SIGHUP"), ("SIGINT", "SIGQUIT")
    acts = dict.fromkeys(leaving, leave) | dict.fromkeys(interrupting, interrupt)
    for name, act in acts.items():
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, act, 128 + number)
        except (NotImplementedError, RuntimeError, ValueError):
            return  # Windows, or a loop outside the main thread (tests)
