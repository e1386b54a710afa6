"""The verbs and their options, as data: parser, help and completion come from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from llmtui.chat.think_levels import THINK_LEVELS
from llmtui.cli.notes import (
    ASK_NOTES,
    CREATE_NOTES,
    HOSTS_NOTES,
    SERVE_NOTES,
    SESSIONS_NOTES,
)
from llmtui.cli.options import Option, Parsed, parse


def _is_level(word: str) -> bool:
    return word.lower() in (*THINK_LEVELS, "on", "off", "true", "false")


def _is_weights(word: str) -> bool:
    """A file; an address, or a repository of the hub, is a model to fetch."""
    away = "://" in word or word.startswith(("hf.co/", "huggingface.co/"))
    return word.lower().endswith(".gguf") and not away


def _is_id(word: str) -> bool:
    return not word.startswith("-")


HELP = Option(("-h", "--help"), "say how it is used")
VERSION = Option(("--version",), "say which version this is")
MODEL = Option(("-m", "--model"), "the model to ask", "MODEL")
HOST = Option(("--host",), "a URL, openai+URL, or a name from config.toml", "HOST")
LOCAL = Option(
    ("--local",),
    "no server: the models of this computer, or one file",
    "FILE.gguf",
    optional=_is_weights,
)
CONTINUE = Option(("-c", "--continue"), "go on with the session last used")
RESUME = Option(
    ("-r", "--resume"), "go on with a session; without ID choose one", "ID", _is_id
)
PRIVATE = Option(("--private",), "begin a session that is never written anywhere")
JSON = Option(("--json",), "print JSON")

EVERYWHERE = (MODEL, HOST, LOCAL, HELP)
"""Taken by every verb, so that an alias with them works for all."""

_APP = (CONTINUE, RESUME, PRIVATE)

_ASK = (
    Option(("--system",), "the system prompt", "TEXT"),
    Option(("-o", "--option"), "an option of the model: temperature=0.5", "NAME=VALUE"),
    Option(("--preset",), "what presets/NAME.toml says, prompt and options", "NAME"),
    Option(("--var",), "a variable of the preset; may be given again", "NAME=VALUE"),
    Option(("--think",), "let the model think", "LEVEL", optional=_is_level),
    Option(("--no-think",), "answer without thinking", stores="off", key="think"),
    Option(("--format",), "answer in JSON, or by a JSON schema", "json|SCHEMA.json"),
    Option(("--image",), "an image to look at; may be given again", "FILE"),
    Option(("--file",), "texts put before the prompt; again too", "FILE|GLOB|FOLDER"),
    Option(("--url",), "a web page put before the prompt; again too", "URL"),
    Option(("--keep-alive",), "how long the model stays in memory: 5m, -1", "SPAN"),
    Option(("--no-stream",), "print the answer when it is whole"),
    Option(("--raw",), "send the prompt without the model's template"),
    Option(("--code",), "print only the code blocks of the answer"),
    Option(("--copy",), "copy the answer to the clipboard too"),
    Option(("--save",), "keep prompt and answer as a session"),
    CONTINUE,
    Option(("--session",), "go on with the session of this id", "ID"),
    Option(("--show-thinking",), "print the thinking on standard error"),
    Option(("--stats",), "print what the answer cost on standard error"),
    JSON._replace(help="print one JSON object at the end"),
    Option(("--ndjson",), "print the events as they come, a JSON object a line"),
    Option(("--render",), "show the Markdown, on a terminal"),
    Option(("--color",), "colours: auto, always or never", "WHEN"),
)

PARTS = ("license", "modelfile", "parameters", "system", "template")
"""What ``show`` prints by itself if asked to, as ``ollama show`` does."""

_SHOW = (
    *(Option((f"--{part}",), f"print only its {part}") for part in PARTS),
    Option(("-v", "--verbose"), "print the metadata of its weights too"),
    JSON,
)

_CREATE = (
    Option(("--from",), "the model that it is made from", "MODEL"),
    Option(("--system",), "its system prompt", "TEXT"),
    Option(("--parameter",), "one of its options; again too", "NAME=VALUE"),
    Option(("-f", "--file"), "read a Modelfile; - is standard input", "FILE"),
    Option(("-q", "--quantize"), "make its weights smaller: q4_K_M", "LEVEL"),
    JSON,
)

_PULL = (Option(("--insecure",), "take a registry without a certificate too"), JSON)

SESSION_ACTIONS = (
    "list",
    "show",
    "search",
    "export",
    "import",
    "rm",
    "restore",
    "rename",
)


_SESSIONS = (
    Option(("--format",), "what export writes: md, html, json, text", "FORMAT"),
    Option(("-o", "--output"), "where export writes: a file or a folder", "FILE"),
    Option(("--all",), "export all sessions"),
    Option(("--limit",), "search no more than so many sessions", "NUMBER"),
    Option(("--newest",), "what search finds: the newest first, not the best"),
    Option(("--dry-run",), "say what import would do, and do nothing"),
    Option(("--trash",), "list what is in the trash"),
    Option(("--for-good",), "rm what cannot be brought back, from the trash too"),
    Option(("-y", "--yes"), "do not ask"),
    JSON,
)

HOST_ACTIONS = ("list", "test", "add", "rm")

_HOSTS = (
    Option(("--kind",), "add: ollama, openai or local", "KIND"),
    Option(("--key-env",), "add: the variable that holds its key", "NAME"),
    Option(("--key-command",), "add: the command that prints its key", "COMMAND"),
    Option(("--header",), "add: one more header; may be given again", "NAME:VALUE"),
    Option(("--ca-file",), "add: who may sign its certificate", "FILE"),
    Option(("--no-verify",), "add: do not check its certificate", key="no-verify"),
    Option(("--proxy",), "add: its proxy, or none", "URL"),
    Option(("--replace",), "add: change the host of that name"),
    JSON,
)


KEYS_NOTES = """\
list prints all commands with their keys. Other keys are set in config.toml, by
the names of the commands:

  [keys]
  retry = ["f6", "r"]     single characters: while the log has the focus
  scrollback = ""         none"""


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
    options=(*_APP, VERSION),
)

VERBS = (
    Verb(
        "ask",
        "answer one prompt on standard output",
        'cat error.log | llmtui ask -m mistral "explain"',
        "[PROMPT…]",
        _ASK,
        most=None,
        notes=ASK_NOTES,
    ),
    Verb(
        "run",
        "open the chat with a model",
        'llmtui run mistral "Are you listening?"',
        "MODEL [PROMPT…]",
        _APP,
        least=1,
        most=None,
        complete="models",
    ),
    Verb(
        "pull",
        "fetch models",
        "llmtui pull mistral",
        "NAME…",
        _PULL,
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
        _SHOW,
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
        _CREATE,
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
        options=(Option(("--port",), "the port, 11434 unless told otherwise", "N"),),
        notes=SERVE_NOTES,
    ),
    Verb(
        "sessions",
        "list, search, export, import and tidy saved sessions",
        'llmtui sessions search "no space left"',
        "ACTION [ARGUMENT…]",
        _SESSIONS,
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
        _HOSTS,
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
