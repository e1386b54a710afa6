"""The table of commands, as data.

Key bindings, palette, slash commands, footer and help are all made from it, so
they cannot drift apart. It holds no callbacks: the app maps an id to an action.
"""

from __future__ import annotations

from llmtui.commands import (
    generation,
    input_box,
    messages,
    models,
    moving,
    program,
    replies,
    sessions,
)
from llmtui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    *replies.COMMANDS,
    *moving.COMMANDS,
    *messages.COMMANDS,
    *generation.COMMANDS,
    *models.COMMANDS,
    *sessions.COMMANDS,
    *input_box.COMMANDS,
    *program.COMMANDS,
)

BY_ID = {command.id: command for command in COMMANDS}
BY_SLASH = {name: command for command in COMMANDS for name in command.slash}

FOOTER = (
    "stop",
    "copy",
    "copy-code",
    "copy-link",
    "retry",
    "amend",
    "tree",
    "exclude",
    "message-previous",
    "prompt-previous",
    "fold",
    "newline",
    "sessions",
    "find",
    "palette",
    "help",
    "model",
    "new",
    "quit",
)
"""What the footer may show, in its order: where the width does not hold all, the
later ones go first, but for the last."""
