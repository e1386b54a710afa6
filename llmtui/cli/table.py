"""The verbs, as data: parser, help and completion are made from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from llmtui.cli.notes import (
    ASK_NOTES,
    CREATE_NOTES,
    HOSTS_NOTES,
    KEYS_NOTES,
    SERVE_NOTES,
    SESSIONS_NOTES,
)
from llmtui.cli.options import Option, Parsed, parse
from llmtui.cli.verb_options import (
    APP_OPTIONS,
    ASK_OPTIONS,
    CREATE_OPTIONS,
    EVERYWHERE,
    HOST_ACTIONS,
    HOSTS_OPTIONS,
    JSON,
    PULL_OPTIONS,
    SERVE_OPTIONS,
    SESSION_ACTIONS,
    SESSIONS_OPTIONS,
    SHOW_OPTIONS,
    VERSION,
)


class Verb(NamedTuple):
    """One word after ``llmtui``."""

    name: str
    summary: str
    example: str
    words: str = ""
    """Its arguments as the help shows them."""
    options: tuple[Option, ...] = ()
    least: int = 0
    most: int | None = 0
    """How many arguments it takes; None for any number."""
    notes: str = ""
    complete: str = ""
    """What its arguments are, for completion: ``models``, ``sessions``, words."""
    alias: str = ""
    """Another name, which people have in their fingers."""


APP = Verb(
    "",
    "chat in the terminal",
    "llmtui -m mistral",
    options=(*APP_OPTIONS, VERSION),
)

VERBS = (
    Verb(
        "ask",
        "answer one prompt on standard output",
        'cat error.log | llmtui ask -m mistral "explain"',
        "[PROMPT…]",
        ASK_OPTIONS,
        most=None,
        notes=ASK_NOTES,
    ),
    Verb(
        "run",
        "open the chat with a model",
        'llmtui run mistral "Are you listening?"',
        "MODEL [PROMPT…]",
        APP_OPTIONS,
        least=1,
        most=None,
        complete="models",
    ),
    Verb(
        "pull",
        "fetch models",
        "llmtui pull mistral",
        "NAME…",
        PULL_OPTIONS,
        least=1,
        most=None,
    ),
    Verb(
        "list",
        "list the models",
        "llmtui list",
        "[PREFIX]",
        (JSON,),
        most=1,
        alias="ls",
    ),
    Verb(
        "show",
        "describe a model",
        "llmtui show mistral",
        "NAME",
        SHOW_OPTIONS,
        least=1,
        most=1,
        complete="models",
    ),
    Verb(
        "ps",
        "list the models in memory",
        "llmtui ps",
        "[PREFIX]",
        (JSON,),
        most=1,
    ),
    Verb(
        "create",
        "make a model from another one",
        'llmtui create brief --from mistral --system "Be brief."',
        "NAME",
        CREATE_OPTIONS,
        least=1,
        most=1,
        notes=CREATE_NOTES,
    ),
    Verb(
        "rm",
        "delete models",
        "llmtui rm mistral",
        "NAME…",
        (JSON,),
        least=1,
        most=None,
        complete="models",
    ),
    Verb(
        "cp",
        "copy a model",
        "llmtui cp mistral my-mistral",
        "SOURCE DESTINATION",
        (JSON,),
        least=2,
        most=2,
        complete="models",
    ),
    Verb(
        "stop",
        "put models out of memory",
        "llmtui stop mistral",
        "NAME…",
        (JSON,),
        least=1,
        most=None,
        complete="models",
    ),
    Verb(
        "serve",
        "offer the models of this machine to other programs",
        "llmtui serve --port 11435",
        options=SERVE_OPTIONS,
        notes=SERVE_NOTES,
    ),
    Verb(
        "sessions",
        "list, search, export, import and tidy saved sessions",
        'llmtui sessions search "no space left"',
        "ACTION [ARGUMENT…]",
        SESSIONS_OPTIONS,
        most=None,
        notes=SESSIONS_NOTES,
        complete=" ".join(SESSION_ACTIONS),
    ),
    Verb(
        "config",
        "show the settings, or edit them",
        "llmtui config edit",
        "path | show | edit",
        (JSON,),
        least=1,
        most=1,
        complete="path show edit",
    ),
    Verb(
        "hosts",
        "list, test, add and remove hosts",
        "llmtui hosts add gpu https://me@gpu.lan --key-command 'pass show gpu'",
        "[list | test | add | rm] [ARGUMENT…]",
        HOSTS_OPTIONS,
        most=None,
        notes=HOSTS_NOTES,
        complete=" ".join(HOST_ACTIONS),
    ),
    Verb(
        "keys",
        "show what the terminal sends for a key, and what it does",
        "llmtui keys",
        "[list]",
        (JSON,),
        most=1,
        notes=KEYS_NOTES,
        complete="list",
    ),
    Verb("doctor", "look for what is wrong", "llmtui doctor", options=(JSON,)),
    Verb(
        "completion",
        "print the completion script of a shell",
        'eval "$(llmtui completion bash)"',
        "bash | zsh | fish",
        least=1,
        most=1,
        complete="bash zsh fish",
    ),
)

BY_NAME = {name: verb for verb in VERBS for name in (verb.name, verb.alias) if name}

COMPLETE = "__complete"
"""The hidden verb that completion scripts ask."""


def options_of(verb: Verb) -> tuple[Option, ...]:
    return (*verb.options, *EVERYWHERE)


def all_options() -> list[Option]:
    """Every option once, as it is understood before the verb is known.

    One means the same for all verbs, but for ``--system``: a text that ``ask``
    takes, and a part that ``show`` prints.
    """
    found: dict[tuple[str, ...], Option] = {}
    for verb in (APP, *VERBS):
        for option in options_of(verb):
            found.setdefault(option.names, option)
    return list(found.values())


def read_line(argv: Sequence[str]) -> Parsed:
    """Read a command line by this table; raises ``UsageError``."""

    def own(word: str) -> tuple[Option, ...]:
        return options_of(BY_NAME[word]) if word in BY_NAME else ()

    return parse(argv, all_options(), lambda word: word not in BY_NAME, own)
