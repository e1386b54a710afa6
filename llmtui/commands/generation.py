"""What the next turn is sent with."""

from __future__ import annotations

from llmtui.chat.think_levels import THINK_LEVELS
from llmtui.commands.command import Argument, Command

_SWITCH = (Argument("on"), Argument("off"))
_FORMAT = (
    Argument("json", "any JSON"),
    Argument(kind="file", about="a schema", free=True),
)
_LEVEL = Argument(kind="think")
_PRESET = Argument(kind="preset", free=True)

_SET = (
    Argument(
        "parameter",
        "an option of the model",
        then=(Argument(kind="option", then=(Argument(kind="value", free=True),)),),
    ),
    Argument("system", "what the model is told before the conversation"),
    Argument("think", "have the model think", then=(_LEVEL,)),
    Argument("nothink", "have it answer without thinking"),
    Argument("format", "the form of answers", then=_FORMAT),
    Argument("noformat", "answers in any form"),
    Argument("history", "keep what is typed for the next time"),
    Argument("nohistory", "keep it no longer"),
    Argument("vim", "vim's modes and keys in the input"),
    Argument("novim", "the input without them"),
    Argument("verbose", "show all that a reply cost"),
    Argument("quiet", "show only the most of it"),
    Argument("wordwrap", "wrap lines at words, which is always done here"),
    Argument("nowordwrap", "as in ollama run; here lines are always wrapped"),
    Argument("truncate", "leave out what does not fit, or not", then=_SWITCH),
)
"""The words of ``ollama run``, and some more."""

COMMANDS = (
    Command(
        "think",
        "choose how much the model thinks",
        keys=("ctrl+t",),
        slash=("think",),
        argument=f"[on|off|{'|'.join(THINK_LEVELS)}]",
        takes=(_LEVEL,),
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
        takes=(Argument(kind="option"),),
    ),
    Command(
        "preset",
        "use a preset: system prompt, options, a prompt to fill in",
        slash=("preset", "presets"),
        argument="[NAME] | save NAME | edit NAME",
        takes=(
            _PRESET,
            Argument("save", "keep what is set now as one", then=(_PRESET,)),
            Argument("edit", "open the file of one", then=(_PRESET,)),
        ),
    ),
    Command(
        "format",
        "have answers in JSON, by a schema, or free",
        slash=("format",),
        argument="[json|off|SCHEMA.json|{…}]",
        takes=(*_FORMAT, Argument("off", "any text")),
    ),
    Command(
        "set",
        "set what the next turn is sent with, as in ollama run",
        slash=("set",),
        argument="parameter NAME VALUE… | system TEXT | think [LEVEL] | nothink"
        " | format json|SCHEMA.json|{…} | noformat | history | nohistory"
        " | vim | novim | verbose | quiet | wordwrap | nowordwrap | truncate on|off",
        takes=_SET,
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
