"""Replies: stopping them, asking again, what waits in line."""

from __future__ import annotations

from llmtui.commands.command import Argument, Command, When

COMMANDS = (
    Command(
        "stop",
        "stop the reply and keep what came",
        label="stop",
        keys=("escape",),
        slash=("stop",),
        footer=When.stoppable,
    ),
    Command(
        "interrupt",
        "copy what is selected, or stop the reply",
        keys=("ctrl+c",),
        palette=False,
    ),
    Command(
        "retry",
        "ask for another version of the last reply",
        label="retry",
        keys=("f6",),
        slash=("retry",),
        argument="[MODEL]",
        takes=(Argument(kind="model"),),
        footer=When.log,
    ),
    Command(
        "repeat",
        "ask for a reply again, exactly as it was asked for",
        slash=("repeat",),
    ),
    Command(
        "mend",
        "have the model mend a JSON answer that does not fit",
        label="mend",
        log_keys=("ctrl+e",),
        slash=("mend",),
    ),
    Command(
        "retry-with",
        "ask another model for a version of the reply",
        log_keys=("ctrl+y",),
    ),
    Command(
        "continue",
        "continue a reply that was cut off",
        label="continue",
        keys=("f7",),
        slash=("continue",),
    ),
    Command(
        "sibling-previous",
        "show the previous version of a reply",
        log_keys=("[",),
    ),
    Command(
        "sibling-next",
        "show the next version of a reply",
        log_keys=("]",),
    ),
    Command(
        "thinking",
        "open or fold the model's thinking",
        keys=("f4",),
        log_keys=("t",),
        slash=("thinking",),
    ),
    Command(
        "take-back",
        "take the last waiting prompt back",
        slash=("back",),
    ),
    Command(
        "queue",
        "edit, move or remove what waits in line",
        keys=("f5",),
        slash=("queue",),
    ),
    Command(
        "btw",
        "ask something that leaves no trace in the session",
        slash=("btw",),
        argument="[QUESTION]",
    ),
)
