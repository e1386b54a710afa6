"""Copying inside of tmux.

Of its own accord a stock tmux (``set-clipboard external``, no passthrough) hands
no sequence of a program on to the terminal outside. ``tmux load-buffer -w`` (3.2
and later) does: into tmux's own buffer, and to the clipboard of each terminal
that is attached and known to have one.
"""

from __future__ import annotations

from typing import NamedTuple

from llmtui.desktop import tool


class OuterClipboard(NamedTuple):
    """Whether a copy gets out of tmux."""

    reached: bool
    why_not: str = ""
    advice: str = ""


def load_buffer(text: str) -> bool:
    """Give tmux a text, for itself and the terminals outside; says if it took it."""
    return _run(["load-buffer", "-w", "-"], text) is not None


def outer_clipboard() -> OuterClipboard:
    """Whether ``load_buffer`` reaches a terminal's clipboard."""
    if (_run(["show-options", "-sv", "set-clipboard"]) or "").strip() == "off":
        return OuterClipboard(
            False,
            "tmux keeps copies to itself: its set-clipboard is off",
            "tmux set -s set-clipboard external",
        )
    format_ = "#{client_termname} #{client_termfeatures}"
    clients = (_run(["list-clients", "-F", format_]) or "").split("\n")
    terminals = [client.partition(" ")[::2] for client in clients if client.strip()]
    if any("clipboard" in features.split(",") for _, features in terminals):
        return OuterClipboard(True)
    name = terminals[0][0] if terminals else "xterm*"
    return OuterClipboard(
        False,
        f"tmux does not know that {name} has a clipboard",
        f"If it has: tmux set -as terminal-features ',{name}:clipboard', attach anew",
    )


def is_on(option: str) -> bool:
    """Whether a global option of tmux is on, for the server or for windows."""
    found = _run(["show-options", "-gv", option]) or _run(
        ["show-options", "-gwv", option]
    )
    return (found or "").strip() in ("on", "all")


def _run(arguments: list[str], text: str = "") -> str | None:
    """What a tmux command prints; None if it failed."""
    output = tool.ask(["tmux", *arguments], text)
    return None if output is None else output.decode("utf-8", "replace")
