"""The program itself."""

from __future__ import annotations

from llmtui.commands.command import Argument, Command, When

COMMANDS = (
    Command(
        "palette",
        "all commands",
        label="commands",
        keys=("ctrl+p",),
        footer=When.always,
        palette=False,
    ),
    Command(
        "help",
        "all keys and commands",
        label="help",
        keys=("f1",),
        slash=("?", "help"),
        argument="[/COMMAND | shortcuts]",
        takes=(
            Argument("shortcuts", "only the keys"),
            Argument(kind="command"),
        ),
        footer=When.always,
    ),
    Command(
        "scrollback",
        "show the conversation in the terminal's own screen",
        keys=("f3",),
        slash=("scrollback",),
    ),
    Command(
        "notices",
        "read the last notices again",
        keys=("f2",),
        slash=("notices",),
    ),
    Command(
        "theme",
        "choose the colours",
        slash=("theme",),
        argument="[NAME]",
        takes=(Argument(kind="theme"),),
    ),
    Command(
        "quit",
        "leave",
        label="quit",
        keys=("ctrl+q",),
        slash=("bye", "exit", "quit"),
        footer=When.always,
    ),
)
