"""Out of the alternate screen and back: the terminal's own screen, the pager."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from textual.app import App

from llmtui.chat.message import Message
from llmtui.chat.transcript import transcript
from llmtui.desktop.pager import run_pager
from llmtui.sanitise import clean
from llmtui.ui.outside import CannotLeave, is_away, outside
from llmtui.ui.widgets.log.labels import clock


async def show(app: App[Any], messages: Iterable[Message]) -> str:
    """Print the conversation on the terminal's own screen until a key is pressed.

    There it can be selected, searched and scrolled with what the terminal has.
    Returns "" or, where it cannot be done, why.
    """
    text = clean(transcript(messages, when=clock))

    async def run() -> str:
        with keys_only(), suppress(OSError):  # the terminal may be gone
            await print_and_wait(text, sys.stdout, wait_for_key)
        return ""

    return await _outside(app, run)


async def print_and_wait(
    text: str, out: TextIO, wait: Callable[[], Awaitable[None]]
) -> None:
    """Print, ask for a key, wait for it."""
    encoding = out.encoding or "ascii"
    out.write(text.encode(encoding, "replace").decode(encoding))
    out.write("-- any key goes back --")
    out.flush()
    await wait()
    out.write("\n")
    out.flush()


@contextmanager
def keys_only() -> Iterator[None]:
    """Have no key of the terminal shown, be a signal, or stop what is printed.

    A ctrl+s would do that, and with the output the whole program, replies too.
    """
    try:
        import termios
        import tty
    except ImportError:
        yield
        return
    if not sys.stdin.isatty():
        yield
        return
    descriptor = sys.stdin.fileno()
    before = None
    with suppress(termios.error):  # the terminal may be gone
        before = termios.tcgetattr(descriptor)
        tty.setcbreak(descriptor)
        quiet = termios.tcgetattr(descriptor)
        quiet[tty.LFLAG] &= ~termios.ISIG
        quiet[tty.IFLAG] &= ~termios.IXON
        termios.tcsetattr(descriptor, termios.TCSANOW, quiet)
    try:
        yield
    finally:
        if before is not None:
            with suppress(termios.error):
                termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)


async def wait_for_key() -> None:
    """Wait for one key on the terminal, ctrl+c too."""
    if not sys.stdin.isatty():
        return
    if sys.platform == "win32":
        await asyncio.to_thread(input)
        return
    descriptor = sys.stdin.fileno()
    loop, came = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, came.set)
    try:
        await came.wait()
        with suppress(OSError):
            os.read(descriptor, 64)
    finally:
        loop.remove_reader(descriptor)


async def page(app: App[Any], text: str, suffix: str = ".txt") -> str:
    """Show a text in the user's pager; returns "" or why not."""
    return await _outside(app, lambda: run_pager(text, suffix))


async def _outside(app: App[Any], run: Callable[[], Awaitable[str]]) -> str:
    if is_away(app):
        return ""
    try:
        return await outside(app, run)
    except CannotLeave as error:
        return str(error)
