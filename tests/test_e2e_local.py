"""The real program with the real local model, in a real pseudo-terminal."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from llmtui.providers.local.weights import SMOLLM2
from tests.support.processes import alive
from tests.support.terminal import CTRL_Q, ESC, Terminal

pytestmark = [pytest.mark.e2e, pytest.mark.real_model]


@pytest.fixture
def home(tmp_path: Path, real_weights: Path) -> Path:
    """A home in which the weights are there already, as after a first start."""
    models = tmp_path / "data" / "llmtui" / "models"
    models.mkdir(parents=True)
    (models / SMOLLM2.file).symlink_to(real_weights / "models" / SMOLLM2.file)
    return tmp_path


def sessions(home: Path) -> list[dict[str, Any]]:
    files = sorted((home / "data" / "llmtui" / "sessions").glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    import psutil

    return [child.pid for child in psutil.Process(pid).children(recursive=True)]


LONG = {"type": "array", "items": {"type": "integer"}, "minItems": 300}
"""The schema of an answer that the model cannot end soon, whatever its luck."""


def ask_for_long(terminal: Terminal) -> None:
    """Ask for what takes long by its format; it is being written."""
    terminal.type(f"/format {json.dumps(LONG)}\r")
    terminal.wait("JSON by a schema")
    terminal.type("Count.\r")
    terminal.wait("writing ")


def ask_as_usual(terminal: Terminal) -> None:
    """Have the next answers end where they will."""
    terminal.type("/set noformat\r")
    terminal.wait("answers are free text")


def test_start_ask_stop_quit_resume(home: Path) -> None:
    with Terminal("-m", "llmtui", "--local", home=home) as terminal:
        terminal.wait("runs on this computer")
        ask_for_long(terminal)
        terminal.type(ESC)
        terminal.wait("stopped by you")
        ask_as_usual(terminal)
        terminal.type("Say hello.\r")
        terminal.wait(lambda: terminal.text.count("tokens ·") >= 1)
        (child,) = children(terminal.pid)
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0
        assert terminal.restored
        terminal.wait(lambda: not alive(child))

    with Terminal("-m", "llmtui", "--local", "-c", home=home) as terminal:
        terminal.wait("Say hello.")
        terminal.type("And once more.\r")
        terminal.wait(lambda: len(sessions(home)[0]["messages"]) == 6)
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0

    (session,) = sessions(home)
    prompts = [m for m in session["messages"] if m["role"] == "user"]
    answers = [m for m in session["messages"] if m["role"] == "assistant"]
    assert [m["text"] for m in prompts][1:] == ["Say hello.", "And once more."]
    assert [m["status"] for m in answers] == ["stopped", "complete", "complete"]
    assert all(m["text"] for m in answers)
    # The third answer was given with the history in the prompt.
    first, third = (answers[at]["usage"] for at in (1, 2))
    assert third["prompt_eval_count"] > first["prompt_eval_count"]


def test_killing_the_program_leaves_no_child(home: Path) -> None:
    with Terminal("-m", "llmtui", "--local", home=home) as terminal:
        terminal.wait("runs on this computer")
        ask_for_long(terminal)
        (child,) = children(terminal.pid)
        terminal.signal(signal.SIGKILL)
        assert terminal.exit_code() == -signal.SIGKILL
        terminal.wait(lambda: not alive(child))


def test_killing_the_child_keeps_what_came_and_the_next_prompt_works(
    home: Path,
) -> None:
    with Terminal("-m", "llmtui", "--local", home=home) as terminal:
        terminal.wait("runs on this computer")
        ask_for_long(terminal)
        (child,) = children(terminal.pid)
        os.kill(child, signal.SIGKILL)
        terminal.wait("cut off")
        ask_as_usual(terminal)
        terminal.type("/set parameter num_predict 5\r")
        terminal.wait("num_predict is 5")
        terminal.type("Say hello.\r")
        # However the model words it: what was cut has no count of tokens.
        terminal.wait("tokens ·")
        terminal.type(CTRL_Q)
        assert terminal.exit_code() == 0
    first, second = sessions(home)[0]["messages"][1::2]
    assert first["status"] == "incomplete"
    assert first["text"]
    assert second["status"] == "complete"
    assert second["text"]
