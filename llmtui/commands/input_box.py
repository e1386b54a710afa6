"""The input: what is typed there, and what was typed before."""

from __future__ import annotations

from llmtui.commands.command import Argument, Command, When

COMMANDS = (
    Command(
        "newline",
        'start a new line (""" begins and ends a block of them)',
        label="newline",
        keys=("ctrl+j", "alt+enter", "shift+enter"),
        footer=When.always,
        palette=False,
    ),
    Command(
        "history-older",
        "bring back what was typed before (on the first row)",
        keys=("up",),
        palette=False,
    ),
    Command(
        "history-newer",
        "and the way back (on the last row)",
        keys=("down",),
        palette=False,
    ),
    Command(
        "edit",
        "write in your editor (or open the paste that the cursor is at)",
        keys=("ctrl+g",),
        slash=("edit",),
        argument="[TEXT]",
    ),
    Command(
        "vim",
        "vim's modes and keys in the input, or no longer",
        slash=("vim",),
        argument="[on|off]",
        takes=(Argument("on"), Argument("off")),
    ),
    Command(
        "history",
        "search what was typed before",
        keys=("ctrl+r",),
        slash=("history",),
    ),
    Command(
        "attach",
        "attach a file, a folder, a page or the image in the clipboard (also: @path)",
        slash=("attach",),
        argument="[PATH|PATTERN|URL|clipboard]",
        takes=(
            Argument("clipboard", "the image that is there"),
            Argument(kind="file", free=True),
        ),
    ),
    Command(
        "attached",
        "go to what is attached: open it, take it off (shift+tab does that too)",
        slash=("attached",),
    ),
    Command(
        "shell",
        "run a command of the system, and attach what it prints (also: !COMMAND)",
        slash=("shell",),
        argument="COMMAND",
        palette=False,
    ),
)
