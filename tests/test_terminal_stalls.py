"""A terminal that stops reading: nothing is lost, nothing waits, it can be left."""

from __future__ import annotations

import json
import os
import pty
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from llmtui.ui.terminal_output import BEHIND, TerminalWriter
from tests.support.server import Reply, ServerThread
from tests.support.terminal import CTRL_Q, PATIENCE, Terminal

pytestmark = pytest.mark.e2e

WORDS = [f"word{number} " for number in range(5_000)]


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that the terminal does not show."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def long_reply() -> Reply:
    """One that repaints the whole screen again and again."""
    return Reply("\n\n".join(WORDS), rate=2_000)


def start(server: ServerThread, home: Path) -> Terminal:
    terminal = Terminal(
        "-m", "llmtui", "--host", server.url, home=home, columns=160, rows=60
    )
    terminal.wait("Ready.")
    terminal.type("Count.\r")
    terminal.wait("word")
    return terminal


def is_complete(home: Path) -> bool:
    """Whether the whole reply is on disk."""
    return any(
        json.loads(file.read_text())["messages"][1]["status"] == "complete"
        for file in (home / "data" / "llmtui" / "sessions").glob("*.json")
    )


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "closed", "ctrl+q"])
def test_it_ends_though_nobody_reads(how: str, tmp_path: Path) -> None:
    with (
        ServerThread(replies=[long_reply()]) as server,
        start(server, tmp_path) as terminal,
    ):
        until(lambda: is_complete(tmp_path))
        if how == "closed":
            terminal.hang_up()
        elif how == "ctrl+q":
            terminal.type(CTRL_Q)
        else:
            terminal.signal(signal.Signals[how])
        until(lambda: not terminal.alive)


def test_it_shows_how_things_are_once_it_is_read_again(tmp_path: Path) -> None:
    with (
        ServerThread(replies=[long_reply()]) as server,
        start(server, tmp_path) as terminal,
    ):
        until(lambda: is_complete(tmp_path))
        terminal.wait(WORDS[-1].strip())
        terminal.type("next")
        terminal.wait("next")
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0
        assert terminal.restored


def test_a_write_never_waits_for_the_terminal() -> None:
    master, slave = pty.openpty()
    with open(slave, "w", closefd=False) as file:
        writer = TerminalWriter(file)
        caught_up: list[bool] = []
        writer.on_caught_up = lambda: caught_up.append(True)
        writer.start()
        for _ in range(100):
            writer.write("x" * 4_000)
        assert writer.behind
        read = 0
        while not caught_up:
            read += len(os.read(master, 65_536))
        assert not writer.behind
        assert read >= 400_000 - BEHIND
        while read < 400_000:
            read += len(os.read(master, 65_536))
        writer.stop()
        assert not writer.is_alive()
    os.close(master)
    os.close(slave)


def test_a_terminal_that_is_gone_is_noticed() -> None:
    master, slave = pty.openpty()
    with open(slave, "w", closefd=False) as file:
        writer = TerminalWriter(file)
        gone: list[bool] = []
        writer.on_gone = lambda: gone.append(True)
        writer.start()
        os.close(master)
        writer.write("x")
        until(lambda: bool(gone))
        writer.write("y")
        writer.stop()
        assert not writer.is_alive()
    os.close(slave)
