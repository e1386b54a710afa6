"""All keys and commands, made from the table."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from llmtui.commands.command import Argument, Command
from llmtui.commands.keymap import keymap
from llmtui.commands.keys import key_name
from llmtui.commands.table import BY_SLASH, COMMANDS
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.key_bindings import bind_first, leave_bindings
from llmtui.ui.widgets.key_rows import KeyRows

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
        Binding("q,enter", "leave", "close", show=False),
    ]

    def __init__(self, topic: str = "") -> None:
        """``topic`` is as ``sections`` has it."""
        super().__init__()
        bind_first(self, leave_bindings("help"))
        self._sections = sections(topic)

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog help") as box:
            box.border_title = Content("keys and commands")
            box.border_subtitle = Content("esc closes")
            for title, rows in self._sections:
                yield Static(Content.styled(title, "bold"), classes="section")
                yield KeyRows(rows)


Rows = list[tuple[str, str]]


def sections(topic: str = "") -> tuple[tuple[str, Rows], ...]:
    """What the help says: titles, and under each its keys and words.

    A ``topic`` is ``shortcuts``, for the keys alone, or a slash name, as in
    ``ollama run``; "" is all of it, and one that nobody knows is nothing.
    """
    name = topic.strip().lower().removeprefix("/")
    if command := BY_SLASH.get(name):
        return _of_one(command)
    typed = (
        "typed as a line of their own",
        [(_slashes(c), _with_argument(c)) for c in COMMANDS if c.slash],
    )
    if name in ("shortcuts", ""):
        return (*_of_keys(), *((typed,) if not name else ()))
    return ()


def _of_keys() -> tuple[tuple[str, Rows], ...]:
    keys = {command: keymap().keys(command.id) for command in COMMANDS}
    everywhere = [(_names(own.everywhere), c.title) for c, own in keys.items()]
    in_log = [(_names(own.in_log), c.title) for c, own in keys.items()]
    return (
        ("in the input", list(_INPUT)),
        ("everywhere", [row for row in everywhere if row[0]]),
        ("in the log (tab goes there)", [row for row in in_log if row[0]]),
    )


def _of_one(command: Command) -> tuple[tuple[str, Rows], ...]:
    own = keymap().keys(command.id)
    keys = _names(own.everywhere), _names(own.in_log)
    rows = [(_slashes(command), command.title)]
    rows += [(keys[0], "the same")] if keys[0] else []
    rows += [(keys[1], "the same, in the log")] if keys[1] else []
    name = f"/{command.slash[0]}"
    words = [
        (f"{name} {a.word} {_then(a.then)}".rstrip(), a.about)
        for a in command.takes
        if a.word
    ]
    if not words and command.argument:
        words = [(f"{name} {command.argument}", "what may stand behind it")]
    return ((name, rows), *((("with a word behind it", words),) if words else ()))


def _then(arguments: tuple[Argument, ...]) -> str:
    """What may stand behind a word.

    >>> _then((Argument("on"), Argument("off"))), _then((Argument(kind="option"),))
    ('on|off', 'OPTION')
    """
    if not arguments:
        return ""
    words = "|".join(a.word or a.kind.upper() for a in arguments)
    return f"{words} {_then(arguments[0].then)}".rstrip()


def _names(keys: tuple[str, ...]) -> str:
    return ", ".join(map(key_name, keys))


def _slashes(command: Command) -> str:
    return ", ".join(f"/{name}" for name in command.slash)


def _with_argument(command: Command) -> str:
    return f"{command.title}: {command.argument}" if command.argument else command.title
