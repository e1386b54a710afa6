"""The real program in a real pseudo-terminal, and what is left when it dies."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import Reply, ServerThread
from tests.support.terminal import CTRL_D, CTRL_L, CTRL_Q, ESC, PATIENCE, Terminal

F3 = "\x1bOR"

pytestmark = pytest.mark.e2e


def start(server: ServerThread, home: Path, *arguments: str, **env: str) -> Terminal:
    line = ("-m", "llmtui", "--host", server.url, *arguments)
    return Terminal(*line, home=home, env=env)


def sessions(home: Path) -> list[dict[str, Any]]:
    """The session files, as a script of the user's would read them."""
    files = sorted((home / "data" / "llmtui" / "sessions").glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def journals(home: Path) -> str:
    """Everything that is in left-over journals."""
    files = sorted((home / "data" / "llmtui" / "sessions").glob("*.jsonl"))
    return "".join(file.read_text(encoding="utf-8") for file in files)


def test_chat_quit_resume_and_go_on_with_another_model(tmp_path: Path) -> None:
    replies = [Reply("I am *glad* to meet you."), Reply("You are Sébastien.")]
    with ServerThread(replies=replies, models=["smollm2", "mistral"]) as server:
        with start(server, tmp_path) as terminal:
            terminal.wait("Ready.")
            terminal.type("My name is Sébastien.\r")
            terminal.wait("I am glad to meet you.")
            terminal.type(CTRL_Q)
            assert terminal.exit_code() == 0
            assert terminal.restored

        with start(server, tmp_path, "-c") as terminal:
            terminal.wait("I am glad to meet you.")
            terminal.type(CTRL_L)
            terminal.wait("2 of 2")
            terminal.type("mistr\r")
            terminal.wait(lambda: "mistral" in terminal.lines[0])
            terminal.type("What is my name?\r")
            terminal.wait("You are Sébastien.")
            terminal.type(CTRL_D)
            assert terminal.exit_code() == 0

        last = server.fake.chats[-1].json
    assert last["model"].startswith("mistral")
    assert [m["content"] for m in last["messages"]] == [
        "My name is Sébastien.",
        "I am *glad* to meet you.",
        "What is my name?",
    ]
    (session,) = sessions(tmp_path)
    models = [m["request"]["model"] for m in session["messages"] if m.get("request")]
    assert [name.partition(":")[0] for name in models] == ["smollm2", "mistral"]


Death = Callable[[Terminal], None]

DEATHS: dict[str, tuple[Death, int | None, bool]] = {
    "SIGKILL": (lambda t: t.signal(signal.SIGKILL), -9, False),
    "SIGTERM": (lambda t: t.signal(signal.SIGTERM), 143, True),
    "SIGHUP": (lambda t: t.signal(signal.SIGHUP), 129, True),
    "ctrl+q": (lambda t: t.type(CTRL_Q), 0, True),
    "terminal closed": (lambda t: t.hang_up(), None, False),
}


@pytest.mark.parametrize("how", DEATHS)
def test_nothing_that_arrived_is_lost_when_it_dies(how: str, tmp_path: Path) -> None:
    die, code, restored = DEATHS[how]
    reply = Reply("The river was wide and the night was long.", at=4, then="stall")
    with ServerThread(replies=[reply]) as server:
        with start(server, tmp_path) as terminal:
            terminal.wait("Ready.")
            terminal.type("Tell me about the river.\r")
            terminal.wait("The river was")
            die(terminal)
            if code is not None:
                assert terminal.exit_code() == code
            else:
                terminal.exit_code()
            assert terminal.restored is restored

        with start(server, tmp_path, "-c") as terminal:
            terminal.wait("Tell me about the river.")
            terminal.wait("The river was")
            terminal.type(CTRL_Q)
            assert terminal.exit_code() == 0
    (session,) = sessions(tmp_path)
    prompt, answer = session["messages"]
    assert prompt["text"] == "Tell me about the river."
    assert answer["text"].startswith("The river was")
    assert answer["status"] in ("stopped", "incomplete")
    assert journals(tmp_path) == ""


def test_a_stopped_reply_is_kept_and_the_server_sees_it(tmp_path: Path) -> None:
    reply = Reply("One two three four five.", at=3, then="stall")
    with (
        ServerThread(replies=[reply]) as server,
        start(server, tmp_path) as terminal,
    ):
        terminal.wait("Ready.")
        terminal.type("Count.\r")
        terminal.wait("One two")
        terminal.type(ESC)
        terminal.wait("stopped by you")
        server.wait(lambda fake: fake.chats[-1].hung_up)
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0
    (session,) = sessions(tmp_path)
    assert session["messages"][1]["status"] == "stopped"


def test_it_stops_and_goes_on_as_the_shell_wants(tmp_path: Path) -> None:
    with (
        ServerThread(replies=[Reply("Here I am.")]) as server,
        start(server, tmp_path) as terminal,
    ):
        terminal.wait("Ready.")
        for sent in (signal.SIGTSTP, signal.SIGSTOP, None):
            terminal.raw.clear()
            if sent is not None:
                terminal.signal(sent)
                terminal.wait(lambda: _is_stopped(terminal.pid))
            for _ in range(5):
                terminal.signal(signal.SIGCONT)
            if sent is not signal.SIGTSTP:
                terminal.type("\x03")  # a SIGINT of a terminal that it has not now
            terminal.wait(lambda: b"Ready." in terminal.raw)
        # One thread reads the keys, so that none is lost to another.
        terminal.type("Are you there?")
        terminal.wait("Are you there?")
        terminal.type("\r")
        terminal.wait("Here I am.")
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0
        assert terminal.restored


def test_what_is_stopped_and_continued_at_once_goes_on(tmp_path: Path) -> None:
    with ServerThread() as server, start(server, tmp_path) as terminal:
        terminal.wait("Ready.")
        for _ in range(3):
            terminal.signal(signal.SIGTSTP)
            terminal.signal(signal.SIGCONT)
        terminal.type("still here")
        terminal.wait("still here")
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0


EDITOR = "sh -c 'trap \"\" INT QUIT TSTP; echo now editing; read line'"


def test_the_keys_of_an_editor_end_and_stop_nothing(tmp_path: Path) -> None:
    """No shell is there to continue it: it leads the session."""
    with (
        ServerThread() as server,
        start(server, tmp_path, EDITOR=EDITOR) as terminal,
    ):
        terminal.wait("Ready.")
        terminal.type("/edit\r")
        terminal.wait("now editing")
        terminal.type("\x1a\x1c\x03\r")
        terminal.wait("Ready.")
        terminal.type("still here")
        terminal.wait("still here")
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0


def _is_stopped(pid: int) -> bool:
    _, status = os.waitpid(pid, os.WUNTRACED | os.WNOHANG)
    return os.WIFSTOPPED(status)


def test_a_server_that_is_down_is_a_state_and_the_prompt_stays(tmp_path: Path) -> None:
    with ServerThread() as server:
        url = server.url
    with Terminal("-m", "llmtui", "--host", url, home=tmp_path) as terminal:
        terminal.wait("trying again")
        terminal.type("hello\r")
        terminal.wait("not sent")
        assert "hello" in terminal.text
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0
    assert sessions(tmp_path) == []


def test_without_a_terminal_it_says_what_to_use(tmp_path: Path) -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "llmtui"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "llmtui ask" in done.stderr


def test_what_is_typed_before_the_first_frame_is_not_lost(tmp_path: Path) -> None:
    with ServerThread() as server, start(server, tmp_path) as terminal:
        terminal.type("early bird")
        terminal.wait("early bird")
        terminal.type("\r")
        terminal.wait("Hello from the fake server.")
        assert "early bird" in terminal.text


@pytest.mark.parametrize("again", ["", "\x1b[I"], ids=["never", "again"])
def test_keys_are_heard_if_it_starts_without_the_focus(
    again: str, tmp_path: Path
) -> None:
    with ServerThread() as server, start(server, tmp_path) as terminal:
        terminal.type("\x1b[O")
        terminal.wait("Ready.")
        terminal.type(f"{again}here I am")
        terminal.wait("here I am")
        terminal.type("\x15/help\r\x1b[O")  # it opens in the background
        terminal.wait("keys and commands")
        terminal.type(f"{again}q")
        terminal.wait(lambda: "keys and commands" not in terminal.text)
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0


@pytest.mark.parametrize("key", ["x", "\x13"], ids=["x", "ctrl+s"])
def test_a_reply_goes_on_while_the_scrollback_shows(key: str, tmp_path: Path) -> None:
    reply = Reply("One two three four five.", at=2, then="stall")
    with (
        ServerThread(replies=[reply]) as server,
        start(server, tmp_path) as terminal,
    ):
        terminal.wait("Ready.")
        terminal.type("Count.\r")
        terminal.wait("One two")
        terminal.type(F3)
        terminal.wait("any key goes back")
        server.go_on()
        server.wait(lambda fake: fake.chats[-1].finished)
        until(lambda: len(sessions(tmp_path)) == 1)
        terminal.type(key)
        terminal.wait("three four five.")
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "terminal closed"])
def test_it_dies_from_the_scrollback_too(how: str, tmp_path: Path) -> None:
    die, code, _ = DEATHS[how]
    reply = Reply("One two three four five.", at=2, then="stall")
    with (
        ServerThread(replies=[reply]) as server,
        start(server, tmp_path) as terminal,
    ):
        terminal.wait("Ready.")
        terminal.type("Count.\r")
        terminal.wait("One two")
        terminal.type(F3)
        terminal.wait("any key goes back")
        die(terminal)
        assert terminal.exit_code() == code or code is None
    (session,) = sessions(tmp_path)
    assert session["messages"][1]["status"] == "stopped"


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that only the disk shows."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_keys_that_come_in_one_read_are_dealt_with_in_turn(tmp_path: Path) -> None:
    replies = [Reply("one"), Reply("two"), Reply("three")]
    with (
        ServerThread(replies=replies, models=["smollm2", "mistral"]) as server,
        start(server, tmp_path) as terminal,
    ):
        terminal.wait("Ready.")
        terminal.type(f"first\rsecond\x1b\rline\r{CTRL_L}mistr\rthird\rrest")
        terminal.wait("three")
        terminal.wait("rest")
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0
    (session,) = sessions(tmp_path)
    texts = [m["text"] for m in session["messages"] if m["role"] == "user"]
    assert texts == ["first", "second\nline", "third"]
    models = [chat.json["model"].partition(":")[0] for chat in server.fake.chats]
    assert models[-1] == "mistral"


def test_spaces_and_joiners_of_all_scripts_are_typed(tmp_path: Path) -> None:
    typed = "全角\u3000空白 می\u200cخواهم 👩\u200d👧 a\u00a0b"
    with (
        ServerThread(replies=[Reply("yes")]) as server,
        start(server, tmp_path) as terminal,
    ):
        terminal.wait("Ready.")
        terminal.type(f"{typed}\r")
        terminal.wait("yes")
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0
    (session,) = sessions(tmp_path)
    assert session["messages"][0]["text"] == typed
