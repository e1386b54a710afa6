"""What the next turn is sent with."""

from __future__ import annotations

from llmtui.chat.think_levels import THINK_LEVELS
from llmtui.commands.command import Command

COMMANDS = (
    Command(
        "think",
        "choose how much the model thinks",
        keys=("ctrl+t",),
        slash=("think",),
        argument=f"[on|off|{'|'.join(THINK_LEVELS)}]",
    ),
    Command(
        "system",
        "edit the system prompt",
        keys=("ctrl+s",),
        slash=("system",),
        argument="[TEXT]",
    ),
    Command(
        "options",
        "change the options of the model: temperature, num_ctx, stop, …",
        slash=("options",),
        argument="[NAME]",
    ),
    Command(
        "format",
        "have answers in JSON, by a schema, or free",
        slash=("format",),
        argument="[json|off|SCHEMA.json|{…}]",
    ),
    Command(
        "set",
        "set what the next turn is sent with, as in ollama run",
        slash=("set",),
        argument="parameter NAME VALUE… | system TEXT | think [LEVEL] | nothink"
        " | format json|SCHEMA.json|{…} | noformat | truncate on|off",
        palette=False,
    ),
    Command(
        "context",
        "see what the model will read, and how full its context is",
        slash=("context",),
    ),
    Command(
        "compact",
        "go on in a new session that begins with a summary of this one",
        slash=("compact",),
    ),
)
