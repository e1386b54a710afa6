"""Out of the alternate screen and back: the terminal's own screen, pager, files."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from textual.app import App, SuspendNotSupported

from llmtui.chat.message import Message
from llmtui.files.errors import why
from llmtui.files.writing import create_file
from llmtui.sanitise import clean
from llmtui.ui.widgets.log.labels import author, clock

NOT_HERE = "this terminal cannot be left for a moment"


def conversation(messages: Iterable[Message]) -> str:
    """The messages as plain text, clean enough to print.

    >>> from llmtui.chat.message import Message
    >>> print(conversation([Message("a", None, "user", "hi\\x1b[2J", "")]), end="")
    you
    <BLANKLINE>
    hi␛[2J
    <BLANKLINE>
    """
    parts = []
    for message in messages:
        head = "  ".join(filter(None, (author(message), clock(message.created))))
        parts.append(f"{head}\n\n{clean(message.text).strip(chr(10))}\n\n")
    return "".join(parts)


async def show(app: App[Any], messages: Iterable[Message]) -> str:
    """Print the conversation on the terminal's own screen until a key is pressed.

    There it can be selected, searched and scrolled with what the terminal has.
    Returns "" or, where it cannot be done, why.
    """
    text = conversation(messages)

    async def run() -> None:
        await print_and_wait(text, sys.stdout, wait_for_key)

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


async def wait_for_key() -> None:
    """Wait for one key on the terminal, ctrl+c too, without its being shown."""
    if not sys.stdin.isatty():
        return
    try:
        import termios
        import tty
    except ImportError:
        await asyncio.to_thread(input)
        return
    descriptor = sys.stdin.fileno()
    loop, came = asyncio.get_running_loop(), asyncio.Event()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        quiet = termios.tcgetattr(descriptor)
        quiet[3] &= ~termios.ISIG
        termios.tcsetattr(descriptor, termios.TCSANOW, quiet)
        loop.add_reader(descriptor, came.set)
        await came.wait()
        with suppress(OSError):
            os.read(descriptor, 64)
    finally:
        loop.remove_reader(descriptor)
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)


async def page(app: App[Any], text: str, suffix: str = ".txt") -> str:
    """Show a text in ``$PAGER`` (``less`` if unset); returns "" or why not.

    The pager gets a file rather than a pipe, so that it has the keyboard.
    """
    try:
        command = shlex.split(os.environ.get("PAGER", "")) or ["less"]
    except ValueError as error:
        return f"PAGER is no command: {error}"
    try:
        with tempfile.TemporaryDirectory(prefix="llmtui-") as folder:
            path = Path(folder) / f"code{suffix}"
            create_file(path, clean(text))
            return await _paged(app, [*command, str(path)])
    except OSError as error:
        return f"no file for the pager: {why(error, Path(tempfile.gettempdir()))}"


async def _paged(app: App[Any], command: list[str]) -> str:
    problem: list[str] = []

    async def run() -> None:
        try:
            pager = await asyncio.create_subprocess_exec(*command)
        except OSError as error:
            problem.append(f"could not run {command[0]}: {error.strerror}")
            return
        try:
            await pager.wait()
        finally:
            if pager.returncode is None:
                pager.terminate()

    return await _outside(app, run) or "".join(problem)


def save(text: str, name: str) -> str:
    """Write a text to a new file; returns a sentence. Never overwrites.

    A name that is taken gets a number.
    """
    try:
        path = Path(name.strip()).expanduser()
    except RuntimeError:  # ~somebody who isn't here
        path = Path(name.strip())
    if path.name in ("", ".."):
        return "not saved: a file needs a name"
    for number in range(1, 1_000):
        taken = f"-{number}" if number > 1 else ""
        target = path.with_name(f"{path.stem}{taken}{path.suffix}")
        try:
            create_file(target, clean(text), mode=0o666)
        except FileExistsError:
            continue
        except OSError as error:
            return f"not saved: {why(error, target)}"
        except ValueError:
            return "not saved: a name cannot have a NUL in it"
        return f"saved to {target}"
    return f"not saved: {path}: too many files of that name"


async def _outside(app: App[Any], run: Callable[[], Awaitable[None]]) -> str:
    """Run something while the program has given the terminal back.

    Nothing is painted meanwhile, but replies and signals go on.
    """
    try:
        with app.batch_update(), app.suspend():
            await run()
    except SuspendNotSupported:
        return NOT_HERE
    app.refresh(layout=True)
    return ""
