"""Attaching in a real terminal, and what reaches the server after a kill."""

from __future__ import annotations

import base64
import signal
from pathlib import Path

import pytest

from tests.support.pictures import png
from tests.support.server import Reply, ServerThread, model
from tests.support.terminal import CTRL_Q, Terminal

F6 = "\x1b[17~"

pytestmark = pytest.mark.e2e


def start(server: ServerThread, home: Path, here: Path, *arguments: str) -> Terminal:
    return Terminal(
        "-m", "llmtui", "--host", server.url, *arguments, home=home, cwd=here
    )


def test_what_is_attached_is_sent_the_same_after_a_kill(tmp_path: Path) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    (here / "src").mkdir(parents=True)
    (here / "src" / "lamp.py").write_bytes("light = 'ü'\n".encode())
    (here / "my cat.png").write_bytes(png())
    able = ["completion", "vision"]
    with ServerThread(replies=[Reply("First."), Reply("Second.")]) as server:
        server.fake.models[:] = [model("llava:7b", capabilities=able)]
        with start(server, home, here) as terminal:
            terminal.wait("Ready.")
            # Picked with enter, dropped as terminals do it, then neither is there.
            terminal.type("see @lmp")
            terminal.wait("src/lamp.py")
            terminal.type("\r")
            terminal.wait("lamp.py 13 B")
            dropped = str(here / "my cat.png").replace(" ", "\\ ")
            terminal.type(f"\x1b[200~{dropped} \x1b[201~")
            terminal.wait("my cat.png")
            terminal.wait(lambda: "here/my" not in terminal.text)
            terminal.signal(signal.SIGKILL)
            assert terminal.exit_code() == -9
        (here / "src" / "lamp.py").unlink()
        (here / "my cat.png").unlink()
        with start(server, home, here) as terminal:
            terminal.wait("lamp.py 13 B")
            terminal.type("\r")
            terminal.wait("First.")
            terminal.signal(signal.SIGKILL)
            assert terminal.exit_code() == -9
        with start(server, home, here, "-c") as terminal:
            terminal.wait("+ src/lamp.py, my cat.png")
            terminal.type(F6)
            terminal.wait("Second.")
            terminal.type(CTRL_Q)
            assert terminal.exit_code() == 0
        first, second = (chat.json["messages"] for chat in server.fake.chats)
    assert first == second
    assert first[-1]["content"] == (
        "src/lamp.py:\n```\nlight = 'ü'\n```\n\nsee src/lamp.py "
    )
    assert first[-1]["images"] == [base64.b64encode(png()).decode()]
