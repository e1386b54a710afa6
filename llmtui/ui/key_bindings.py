"""The keymap as Textual has it: bindings, and names of keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.keys import _character_to_key
from textual.widgets import TextArea

from llmtui.commands.keymap import keymap
from llmtui.commands.table import COMMANDS

ELSEWHERE = frozenset({"quit", "newline"})
"""Commands whose keys the app or the input hears itself."""


def chat_bindings() -> Iterator[Binding]:
    """The keys of all commands on the chat screen.

    A key that the user gave to a command is heard before the input, which may have
    its own use for it.
    """
    keys, edits = keymap(), _keys_of_input()
    for command in COMMANDS:
        if command.id in ELSEWHERE:
            continue
        own = keys.keys(command.id)
        for key in own.everywhere:
            first = key in edits and key not in command.keys
            action = f"command('{command.id}')"
            yield Binding(
                textual_name(key), action, command.title, False, priority=first
            )
        for key in own.in_log:
            action = f"log_command('{command.id}')"
            yield Binding(textual_name(key), action, command.title, False)


def quit_bindings() -> Iterator[Binding]:
    """The keys that leave from wherever one is."""
    for key in keymap().keys("quit").everywhere:
        yield Binding(textual_name(key), "quit", "leave", show=False, priority=True)


def leave_bindings(command_id: str) -> Iterator[Binding]:
    """The keys that open a dialog close it too."""
    for key in keymap().keys(command_id).everywhere:
        yield Binding(textual_name(key), "leave", "close", show=False)


def bind_first(node: DOMNode, bindings: Iterable[Binding]) -> None:
    """Have a node hear keys, before those of its class."""
    node._bindings = BindingsMap.merge([BindingsMap(list(bindings)), node._bindings])


def _keys_of_input() -> frozenset[str]:
    """What a text area does something for."""
    return frozenset(
        key
        for binding in Binding.make_bindings(TextArea.BINDINGS)
        for key in binding.key.split(",")
    )


def textual_name(key: str) -> str:
    """Textual's name of a key of the keymap: it has words for signs."""
    is_sign = len(key) == 1 or key[-2] == "+"
    return key[:-1] + _character_to_key(key[-1]) if is_sign else key
