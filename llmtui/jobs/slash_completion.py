"""Completing a line that begins with a slash: the names of commands."""

from __future__ import annotations

from llmtui.chat.completion import Candidate, Offered, Wanted
from llmtui.commands.table import COMMANDS

NAME = "command"
"""The kind of word that a command's name is."""


class SlashCompletion:
    """Knows the words of commands."""

    def wanted(self, before: str, row: int) -> Wanted | None:
        if row or not before.startswith("/") or before.startswith("//"):
            return None
        name, space, _ = before[1:].partition(" ")
        if space:
            return None
        return Wanted(NAME, 1, name)

    def candidates(self, wanted: Wanted) -> Offered:
        return [
            Candidate(name, command.title, " " if command.argument else "")
            for command in COMMANDS
            for name in command.slash
        ]
