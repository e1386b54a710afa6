"""``llmtui keys`` shows what a terminal sends, and what that does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmtui.cli.main import main
from llmtui.commands.keymap import Keymap, read_changes
from llmtui.ui.key_tester import KeyReader, lines_of
from tests.support.terminal import Terminal


@pytest.mark.parametrize(
    ("sent", "name", "does"),
    [
        ("\x12", "ctrl+r", "history: search what was typed before"),
        ("\x1b[114;5u", "ctrl+r", "history: search what was typed before"),
        ("\x1b[27;5;114~", "ctrl+r", "history: search what was typed before"),
        ("y", "y", "types y; in the log copy: copy the message as it was"),
        ("\x1b[17~", "f6", "retry: ask for another version"),
        ("\r", "enter", "send the prompt"),
        ("\n", "ctrl+j", "newline: start a new line"),
        ("[", "left_square_bracket", "types [; in the log sibling-previous"),
        ("\x17", "ctrl+w", "in the input: delete left to start of word"),
        ("\x1b[24~", "f12", "nothing"),
        ("\x1b[200~some\x1b[201~", "paste", "a paste of 4 characters"),
    ],
)
def test_a_key_is_named_and_explained(sent: str, name: str, does: str) -> None:
    read = KeyReader().feed(sent)
    assert read is not None
    (line,) = lines_of(read, Keymap())
    assert name in line
    assert does in line


def test_a_changed_key_is_explained_as_it_is_now() -> None:
    keymap = Keymap(read_changes({"new": "ctrl+r", "find": "ctrl+]"})[0])
    assert "new: start a new session" in line_of("\x12", keymap)
    assert "find: find words" in line_of("\x1d", keymap)


def line_of(sent: str, keymap: Keymap) -> str:
    read = KeyReader().feed(sent)
    assert read is not None
    return "".join(lines_of(read, keymap))


def test_a_sequence_that_comes_in_pieces_is_one_key() -> None:
    reader = KeyReader()
    assert reader.feed("\x1b[1") is None
    read = reader.feed("7~")
    assert read is not None
    assert (read.raw, read.key) == ("\x1b[17~", "f6")


def test_all_keys_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["copy"] == ["y"]
    assert main(["keys", "nosuch"]) == 2


@pytest.mark.e2e
def test_the_tester_in_a_terminal(tmp_path: Path) -> None:
    with Terminal("-m", "llmtui", "keys", home=tmp_path) as terminal:
        terminal.wait("twice, leaves")
        terminal.wait(lambda: b"\x1b[?2004h" in terminal.raw)
        terminal.type("\x1b[17~")
        terminal.wait("ESC [17~")
        terminal.wait("retry:")
        terminal.type("\x1b")
        terminal.wait("stop:")
        terminal.type("x")
        terminal.wait("types x")
        terminal.type("\x03")
        assert terminal.exit_code() == 0
        assert b"\x1b[<u\x1b[?2004l" in terminal.raw
