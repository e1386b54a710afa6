"""Copying, by whatever way there is, with honest words about each.

A local tool where there is a display, tmux inside of it, the terminal's own
sequence (OSC 52) else, a file where the text is too long for that. Only a tool
confirms anything.
"""

from __future__ import annotations

import base64
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from llmtui.desktop import tmux, tool
from llmtui.desktop.multiplexer import handed_through
from llmtui.files.disk import make_folder
from llmtui.files.errors import why
from llmtui.files.writing import replace_file

OSC52_BYTES = 74_994
"""Of base64; xterm, tmux and others cut or drop what is longer."""


class Copied(NamedTuple):
    """What became of a copy."""

    way: str
    """``tool``, ``tmux``, ``terminal`` or ``file``; "" if there was no way."""
    words: str
    """One sentence for the user."""


def tools(env: Mapping[str, str], platform: str = sys.platform) -> list[list[str]]:
    """The clipboard commands that make sense here, best first.

    >>> tools({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    [['wl-copy']]
    >>> tools({}, "linux")
    []
    """
    if platform == "darwin" and not env.get("SSH_CONNECTION"):
        return [["pbcopy"]]
    found: list[list[str]] = []
    if env.get("WAYLAND_DISPLAY"):
        found.append(["wl-copy"])
    if env.get("DISPLAY"):
        found.append(["xclip", "-selection", "clipboard"])
        found.append(["xsel", "--clipboard", "--input"])
    return found


def osc52(text: str, env: Mapping[str, str]) -> str | None:
    """The sequence that asks the terminal to copy; None if it would be too long.

    Within tmux and screen it is wrapped, so that it reaches the terminal
    outside (tmux: with ``allow-passthrough on``; its ``set-clipboard`` takes
    the plain one, which goes first).
    """
    payload = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if len(payload) > OSC52_BYTES:
        return None
    plain = f"\x1b]52;c;{payload}\x07"
    through = handed_through(plain, env)
    return plain + through if env.get("TMUX") else through


def copy(
    text: str,
    write: Callable[[str], object] | None,
    folder: Path,
    env: Mapping[str, str] | None = None,
) -> Copied:
    """Copy ``text`` (cleaned before). May take some tenths of a second: a tool runs.

    ``write`` sends to the terminal, None where there is none. The file goes
    into ``folder``, readable for the user alone.
    """
    env = os.environ if env is None else env
    size = _size(text)
    for command in tools(env):
        if shutil.which(command[0]) and tool.give(command, text):
            return Copied("tool", f"copied {size} with {command[0]}")
    if env.get("TMUX") and tmux.load_buffer(text):
        if tmux.outer_clipboard().reached:
            return Copied("tmux", f"sent {size} to the terminal's clipboard by tmux")
        return Copied(
            "tmux",
            f"copied {size} to tmux alone: prefix ] pastes it (llmtui doctor says why)",
        )
    sequence = osc52(text, env)
    if write is not None and sequence is not None:
        write(sequence)
        return Copied("terminal", f"sent {size} to the terminal's clipboard")
    try:
        path = _save(text, folder)
    except OSError as error:
        return Copied("", f"could not copy: {why(error, folder)}")
    why_file = "no terminal to copy by" if write is None else "too long for a terminal"
    return Copied("file", f"{why_file}: saved {size} to {path}")


def describe(env: Mapping[str, str]) -> tuple[str, str]:
    """What copying does here, and how it could do more ("" if all is well).

    May take some tenths of a second.
    """
    for command in tools(env):
        if shutil.which(command[0]):
            return f"copies with {command[0]}", ""
    if env.get("TMUX"):
        found = tmux.outer_clipboard()
        words = "copies by tmux, which hands them to the terminal's clipboard"
        return (words, "") if found.reached else (found.why_not, found.advice)
    return "copies by the terminal's sequence (OSC 52), which some ignore", ""


def _save(text: str, folder: Path) -> Path:
    make_folder(folder)
    path = folder / "copied.txt"
    replace_file(path, [text.encode("utf-8", "replace")], durable=False)
    return path


def _size(text: str) -> str:
    lines = text.count("\n") + (not text.endswith("\n"))
    if lines > 1:
        return f"{lines} lines"
    return f"{len(text)} character{'' if len(text) == 1 else 's'}"
