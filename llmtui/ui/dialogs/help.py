"""All keys and commands, made from the table."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from llmtui.commands import COMMANDS, Command, key_name

_INPUT = (
    ("enter", "send the prompt"),
    ("tab", "move between the input, the log and the model"),
    ("up", "in an empty input: take the last waiting prompt back"),
    ("ctrl+d", "in an empty input: leave"),
    ("//", "at the start of a prompt: a slash that is sent"),
)


class HelpDialog(ModalScreen[None]):
    """Keys on the left, what they do on the right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter", "dismiss(None)", "close", show=False),
    ]

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog help") as box:
            box.border_title = Content("keys and commands")
            yield Static(help_text(), markup=False)


def help_text() -> Content:
    """The whole help, one command a line."""
    keyed = [(_keys(c), c.title) for c in COMMANDS if c.keys]
    logged = [(_log_keys(c), c.title) for c in COMMANDS if c.log_keys]
    slashed = [(_slashes(c), _with_argument(c)) for c in COMMANDS if c.slash]
    sections = (
        ("in the input", list(_INPUT)),
        ("everywhere", keyed),
        ("in the log (tab goes there)", logged),
        ("typed as a line of their own", slashed),
    )
    lines: list[Content] = []
    for title, rows in sections:
        lines += [
            Content.styled(title, "bold"),
            *(_row(*row) for row in rows),
            Content(""),
        ]
    return Content("\n").join(lines[:-1])


def _row(keys: str, title: str) -> Content:
    return Content.assemble(f"  {keys:<24} ", (title, "dim"))


def _keys(command: Command) -> str:
    return ", ".join(map(key_name, command.keys))


def _log_keys(command: Command) -> str:
    return ", ".join(map(key_name, command.log_keys))


def _slashes(command: Command) -> str:
    return ", ".join(f"/{name}" for name in command.slash)


def _with_argument(command: Command) -> str:
    return f"{command.title}: {command.argument}" if command.argument else command.title
