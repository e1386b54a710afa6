"""The options that verbs take, as data."""

from __future__ import annotations

from llmtui.chat.think_levels import THINK_LEVELS
from llmtui.cli.options import Option


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

APP_OPTIONS = (CONTINUE, RESUME, PRIVATE)

ASK_OPTIONS = (
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

SHOW_OPTIONS = (
    *(Option((f"--{part}",), f"print only its {part}") for part in PARTS),
    Option(("-v", "--verbose"), "print the metadata of its weights too"),
    JSON,
)

CREATE_OPTIONS = (
    Option(("--from",), "the model that it is made from", "MODEL"),
    Option(("--system",), "its system prompt", "TEXT"),
    Option(("--parameter",), "one of its options; again too", "NAME=VALUE"),
    Option(("-f", "--file"), "read a Modelfile; - is standard input", "FILE"),
    Option(("-q", "--quantize"), "make its weights smaller: q4_K_M", "LEVEL"),
    JSON,
)

PULL_OPTIONS = (
    Option(("--insecure",), "take a registry without a certificate too"),
    JSON,
)

SERVE_OPTIONS = (Option(("--port",), "the port, 11434 unless told otherwise", "N"),)

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

SESSIONS_OPTIONS = (
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

HOSTS_OPTIONS = (
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
