"""Copying by tool, terminal or file."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

import llmtui.desktop.tool
from llmtui.desktop.clipboard import copy, describe, osc52


def unwrapped(sequence: str) -> str:
    """The text in an OSC 52 sequence."""
    found = re.fullmatch("\x1b\\]52;c;([^\x07]*)\x07", sequence)
    assert found is not None
    return base64.b64decode(found[1]).decode()


def test_the_terminal_gets_the_text(tmp_path: Path) -> None:
    sent: list[str] = []
    done = copy("naïve 漢字", sent.append, tmp_path, {})
    assert unwrapped("".join(sent)) == "naïve 漢字"
    assert (done.way, done.words) == (
        "terminal",
        "sent 8 characters to the terminal's clipboard",
    )


def fake_tmux(folder: Path, clipboard: str, clients: str, load: int = 0) -> None:
    tool(
        folder,
        "tmux",
        f"""case "$1 $2" in
"load-buffer -w") cat > {folder}/got; exit {load};;
"show-options -sv") echo {clipboard};;
"list-clients -F") echo '{clients}';;
esac""",
    )


@pytest.mark.parametrize(
    ("clipboard", "clients", "words", "advice"),
    [
        ("external", "xterm-256color clipboard,title", "terminal's clipboard", ""),
        ("on", "foo title", "tmux alone: prefix ] pastes it", "',foo:clipboard'"),
        ("off", "xterm clipboard", "tmux alone", "set-clipboard external"),
        ("external", "", "tmux alone", "terminal-features"),
    ],
)
def test_tmux_is_given_the_text_itself(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clipboard: str,
    clients: str,
    words: str,
    advice: str,
) -> None:
    fake_tmux(tmp_path, clipboard, clients)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    done = copy("naïve", pytest.fail, tmp_path, {"TMUX": "/tmp/s"})
    assert done.way == "tmux"
    assert words in done.words
    assert (tmp_path / "got").read_text() == "naïve"
    assert advice in describe({"TMUX": "/tmp/s"})[1]
    assert bool(advice) == bool(describe({"TMUX": "/tmp/s"})[1])


def test_an_old_tmux_gets_the_sequence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_tmux(tmp_path, "on", "", load=1)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    sent: list[str] = []
    done = copy("x", sent.append, tmp_path, {"TMUX": "/tmp/s"})
    assert done.way == "terminal"
    assert sent


def test_tmux_hands_on_what_is_wrapped() -> None:
    plain, wrapped = (osc52("x", {"TMUX": "/tmp/s"}) or "").split("\x1bPtmux;")
    assert unwrapped(plain) == "x"
    assert unwrapped(wrapped.removesuffix("\x1b\\").replace("\x1b\x1b", "\x1b")) == "x"


def test_screen_gets_short_pieces() -> None:
    text = "long " * 400
    pieces = (osc52(text, {"STY": "1.tty"}) or "").split("\x1b\\")
    assert all(p.startswith("\x1bP") and len(p) < 250 for p in pieces[:-1])
    assert unwrapped("".join(p.removeprefix("\x1bP") for p in pieces)) == text


def test_what_is_too_long_becomes_a_file(tmp_path: Path) -> None:
    text = "line\n" * 20_000
    for _ in range(2):
        done = copy(text, pytest.fail, tmp_path / "cache", {})
        assert done.way == "file"
    path = tmp_path / "cache" / "copied.txt"
    assert str(path) in done.words
    assert path.read_text() == text
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = copy("x", None, tmp_path / "file" / "cache", {})
    assert done.way == ""
    assert done.words.startswith("could not copy: ")


def tool(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def test_a_tool_is_used_where_there_is_a_display(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(tmp_path, "xclip", f"cat > {tmp_path}/got")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    done = copy("a\nb\n", pytest.fail, tmp_path, {"DISPLAY": ":0"})
    assert done == ("tool", "copied 2 lines with xclip")
    assert (tmp_path / "got").read_text() == "a\nb\n"


def test_a_tool_that_fails_or_hangs_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(tmp_path, "wl-copy", "exit 1")
    tool(tmp_path, "xclip", "exec sleep 30")
    monkeypatch.setattr(llmtui.desktop.tool, "SECONDS", 0.1)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    sent: list[str] = []
    env = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}
    assert copy("x", sent.append, tmp_path, env).way == "terminal"
    assert unwrapped(sent[0]) == "x"
