"""All keys and commands, made from the table."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from llmtui.commands.command import Command
from llmtui.commands.keymap import keymap
from llmtui.commands.keys import key_name
from llmtui.commands.table import COMMANDS
from llmtui.ui.dialogs.dialog import Dialog

_INPUT = (
    ("enter", "send the prompt"),
    ("tab", "move between the input, the log and the model"),
    ("up", "in an empty input: take the last waiting prompt back"),
    ("ctrl+d", "in an empty input: leave"),
    ("//", "at the start of a prompt: a slash that is sent"),
)


class HelpDialog(Dialog[None]):
    """Keys on the left, what they do on the right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,q,enter", "leave", "close", show=False),
    ]

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog help") as box:
            box.border_title = Content("keys and commands")
            box.border_subtitle = Content("esc closes")
            for title, rows in sections():
                yield Static(Content.styled(title, "bold"), classes="section")
                for keys, words in rows:
                    with Horizontal(classes="row"):
                        yield Static(Content(keys), classes="keys")
                        yield Static(Content(words), classes="quiet")


def sections() -> tuple[tuple[str, list[tuple[str, str]]], ...]:
    """Everything the help says: titles, and under each its keys and words."""
    keys = {command: keymap().keys(command.id) for command in COMMANDS}
    everywhere = [(_names(own.everywhere), c.title) for c, own in keys.items()]
    in_log = [(_names(own.in_log), c.title) for c, own in keys.items()]
    return (
        ("in the input", list(_INPUT)),
        ("everywhere", [row for row in everywhere if row[0]]),
        ("in the log (tab goes there)", [row for row in in_log if row[0]]),
        (
            "typed as a line of their own",
            [(_slashes(c), _with_argument(c)) for c in COMMANDS if c.slash],
        ),
    )


def _names(keys: tuple[str, ...]) -> str:
    return ", ".join(map(key_name, keys))


def _slashes(command: Command) -> str:
    return ", ".join(f"/{name}" for name in command.slash)


def _with_argument(command: Command) -> str:
    return f"{command.title}: {command.argument}" if command.argument else command.title
