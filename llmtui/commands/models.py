"""Models, and the hosts that run them."""

from __future__ import annotations

from llmtui.commands.command import Argument, Command, When

_MODEL = (Argument(kind="model"),)

_SHOW = (
    Argument("info", "what it is"),
    Argument("license", "what may be done with it"),
    Argument("modelfile", "what it was made of"),
    Argument("parameters", "its options, and those of this session"),
    Argument("system", "its system prompt, and that of this session"),
    Argument("template", "how a conversation is written down for it"),
)

COMMANDS = (
    Command(
        "model",
        "choose the model of the next turn",
        label="model",
        keys=("ctrl+l",),
        slash=("model",),
        argument="[NAME]",
        takes=_MODEL,
        footer=When.always,
    ),
    Command(
        "models",
        "look at the models of the host: show, make, delete, unload",
        slash=("models", "list"),
    ),
    Command(
        "show",
        "show what is known of the model",
        slash=("show",),
        argument="[info|license|modelfile|parameters|system|template]",
        takes=_SHOW,
    ),
    Command(
        "pull",
        "fetch a model, or show what is being fetched",
        keys=("f9",),
        slash=("pull",),
        argument="[NAME]",
        takes=(Argument(kind="new-model", free=True),),
    ),
    Command(
        "load",
        "go on with the conversation in a model, or choose a model",
        slash=("load",),
        argument="NAME",
        takes=_MODEL,
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
        takes=(Argument(kind="host", free=True),),
    ),
    Command(
        "hosts",
        "see all hosts: go to one, add, change, remove",
        slash=("hosts",),
    ),
    Command(
        "start",
        "start Ollama on this computer",
        keys=("f10",),
        slash=("start",),
    ),
    Command(
        "sign-in",
        "sign in on the host, in the browser",
        log_keys=("ctrl+u",),
        slash=("signin",),
    ),
    Command(
        "local",
        "use the built-in model",
        slash=("local",),
    ),
)
