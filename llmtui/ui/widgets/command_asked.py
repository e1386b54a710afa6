"""What a widget says when it was used in place of a key."""

from __future__ import annotations

from textual.message import Message


class CommandAsked(Message):
    """The user wants a command of the table (``llmtui.commands``)."""

    def __init__(self, command_id: str) -> None:
        super().__init__()
        self.command_id = command_id
