"""Models, and the hosts that run them."""

from __future__ import annotations

from llmtui.commands.command import Command, When

COMMANDS = (
    Command(
        "model",
        "choose the model of the next turn",
        label="model",
        keys=("ctrl+l",),
        slash=("model",),
        argument="[NAME]",
        footer=When.always,
    ),
    Command(
        "models",
        "look at the models of the host: show, make, delete, unload",
        slash=("models",),
    ),
    Command(
        "pull",
        "fetch a model, or show what is being fetched",
        keys=("f9",),
        slash=("pull",),
        argument="[NAME]",
    ),
    Command(
        "load",
        "go on with the conversation in a model, or choose a model",
        slash=("load",),
        argument="NAME",
        palette=False,
    ),
    Command(
        "save",
        "make a model of the conversation",
        slash=("save",),
        argument="[NAME]",
    ),
    Command(
        "host",
        "connect to another host",
        slash=("host",),
        argument="[URL]",
    ),
    Command(
        "hosts",
        "look at all hosts, and go to one of them",
        slash=("hosts",),
    ),
    Command(
        "local",
        "use the built-in model",
        slash=("local",),
    ),
)
