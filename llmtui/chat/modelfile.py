"""Modelfiles: what a model is made of, as a text that people write. Pure.

Read as Ollama's ``parser/parser.go`` does it: a command and its argument on a line,
which goes on over line ends inside of quotes, one or three; ``#`` begins a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from llmtui.chat.option_texts import option_value
from llmtui.chat.options import OPTIONS, OptionError, takes_texts
from llmtui.chat.request import Turn

_COMMANDS = (
    "from",
    "parameter",
    "template",
    "system",
    "adapter",
    "license",
    "message",
    "renderer",
    "parser",
    "requires",
)
_ROLES: Mapping[str, Literal["system", "user", "assistant"]] = {
    "system": "system",
    "user": "user",
    "assistant": "assistant",
}
_RETIRED = (
    "penalize_newline",
    "low_vram",
    "f16_kv",
    "logits_all",
    "vocab_only",
    "use_mlock",
    "mirostat",
    "mirostat_tau",
    "mirostat_eta",
)
"""Parameters that Ollama once had: they are passed over with a word, as it does."""


class ModelfileError(ValueError):
    """A Modelfile that cannot be meant; ``str()`` says in which line and why."""


class Modelfile(NamedTuple):
    """What a Modelfile says."""

    sources: tuple[str, ...]
    """Of ``FROM``: the name of a model, or paths of weights."""
    adapters: tuple[str, ...] = ()
    """Paths of LoRA adapters."""
    texts: dict[str, str] = {}  # noqa: RUF012
    """``system``, ``template``, ``renderer``, ``parser`` and ``requires``, where they
    are given."""
    parameters: dict[str, Any] = {}  # noqa: RUF012
    licenses: tuple[str, ...] = ()
    messages: tuple[Turn, ...] = ()
    warnings: tuple[str, ...] = ()
    """What was passed over, as sentences."""


def parse_modelfile(text: str) -> Modelfile:
    """Read a Modelfile; raises ``ModelfileError``.

    >>> read = parse_modelfile('FROM smollm2\\nPARAMETER stop a\\nSYSTEM "Be\\nbrief."')
    >>> read.sources, read.parameters, read.texts
    (('smollm2',), {'stop': ['a']}, {'system': 'Be\\nbrief.'})
    >>> parse_modelfile("FROM m\\nSYSTEM \\"open")
    Traceback (most recent call last):
    llmtui.chat.modelfile.ModelfileError: line 2: its quotes are never closed
    """
    sources: list[str] = []
    adapters: list[str] = []
    licenses: list[str] = []
    messages: list[Turn] = []
    warnings: list[str] = []
    texts: dict[str, str] = {}
    parameters: dict[str, Any] = {}
    for number, command, value in _commands(text):
        match command:
            case "from":
                sources.append(value)
            case "adapter":
                adapters.append(value)
            case "license":
                licenses.append(value)
            case "message":
                messages.append(_message(number, value))
            case "parameter":
                name, words = _two(number, value, "PARAMETER NAME VALUE")
                if name.lower() in _RETIRED:
                    warnings.append(f"line {number}: nothing reads {name} any more")
                else:
                    _add(parameters, number, name.lower(), words)
            case _:
                texts[command] = value
    if not sources:
        raise ModelfileError("there is no FROM line: it says which model is the base")
    return Modelfile(
        tuple(sources),
        tuple(adapters),
        texts,
        parameters,
        tuple(licenses),
        tuple(messages),
        tuple(warnings),
    )


def _commands(text: str) -> Iterator[tuple[int, str, str]]:
    """Number of the line, command in small letters, argument."""
    lines = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))
    at = 0
    while at < len(lines):
        number, line = at + 1, lines[at].lstrip(" \t")
        at += 1
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.replace("\t", " ", 1).partition(" ")
        command = word.lower()
        if command not in _COMMANDS:
            raise ModelfileError(f"line {number}: {_no_command(word)}")
        head = ""
        if command in ("message", "parameter"):
            # The quotes are about what follows the role or the name.
            head, _, rest = rest.strip().partition(" ")
        while (value := _unquoted(rest.strip())) is None:
            if at == len(lines):
                raise ModelfileError(f"line {number}: its quotes are never closed")
            rest += "\n" + lines[at]
            at += 1
        if not value and not head and command != "system":
            raise ModelfileError(f"line {number}: {word} needs a value")
        yield number, command, f"{head} {value}" if head else value


def _unquoted(text: str) -> str | None:
    """The text without its quotes, None while they are open."""
    for quote in ('"""', '"'):
        if text.startswith(quote):
            whole = len(text) >= 2 * len(quote) and text.endswith(quote)
            return text[len(quote) : -len(quote)] if whole else None
    return text


def _no_command(word: str) -> str:
    if word.lower() in OPTIONS:
        return f"{word!r} is no command; PARAMETER {word.lower()} VALUE may be meant"
    known = ", ".join(command.upper() for command in _COMMANDS)
    return f"{word[:40]!r} is no command; known are {known}"


def _two(number: int, text: str, form: str) -> tuple[str, str]:
    first, _, second = text.partition(" ")
    if not second.strip():
        raise ModelfileError(f"line {number}: it is written {form}")
    return first, second


def _message(number: int, text: str) -> Turn:
    role, words = _two(number, text, "MESSAGE ROLE TEXT")
    if role not in _ROLES:
        known = ", ".join(_ROLES)
        raise ModelfileError(f"line {number}: a message is of {known}, not {role!r}")
    return Turn(_ROLES[role], words)


def _add(found: dict[str, Any], number: int, name: str, words: str) -> None:
    """One parameter: of texts each line is one more, of others the last counts."""
    try:
        if takes_texts(name):
            found[name] = [*found.get(name, ()), words]
        else:
            found[name] = option_value(name, words)
    except OptionError as error:
        raise ModelfileError(f"line {number}: {error}") from None
