"""Finding one's way in the log: from prompt to prompt, and what is folded there."""

from __future__ import annotations

from llmtui.commands.command import Argument, Command, When

COMMANDS = (
    Command(
        "prompt-previous",
        "go to the prompt above",
        label="prompts",
        keys=("ctrl+up",),
        footer=When.log,
        palette=False,
    ),
    Command(
        "prompt-next",
        "go to the prompt below, and from the last one to the end",
        keys=("ctrl+down",),
        palette=False,
    ),
    Command(
        "message-previous",
        "go to the previous message",
        label="messages",
        log_keys=("k",),
        footer=When.log,
        palette=False,
    ),
    Command(
        "message-next",
        "go to the next message",
        log_keys=("j",),
        palette=False,
    ),
    Command(
        "link-next",
        "go to the next link; where it leads is in the status line",
        label="links",
        log_keys=("l",),
        palette=False,
    ),
    Command(
        "link-previous",
        "go to the link before",
        log_keys=("L",),
        palette=False,
    ),
    Command(
        "fold",
        "fold a long message to its first line, or unfold it",
        label="fold",
        log_keys=("z",),
        slash=("fold",),
        argument="[all|none]",
        takes=(
            Argument("all", "every long message of the session"),
            Argument("none", "unfold them all"),
        ),
        footer=When.log,
    ),
    Command(
        "contents",
        "see the headings of a long answer, and go to one",
        label="contents",
        log_keys=("h",),
        slash=("contents", "toc"),
        argument="[NUMBER]",
    ),
)
