"""Lines that begin with a slash: what they ask for, and how such a prompt is typed."""

from __future__ import annotations

from typing import NamedTuple

from llmtui.commands.command import Command
from llmtui.commands.table import BY_SLASH
from llmtui.human import nearest


class Slash(NamedTuple):
    """A line that began with a slash."""

    name: str
    command: Command | None
    """None if there is no such command."""
    argument: str


def read_slash(text: str) -> Slash | None:
    """What a prompt that begins with ``/`` asks for; None if it is to be sent.

    >>> read_slash("/model mistral").command.id, read_slash("/model mistral").argument
    ('model', 'mistral')
    >>> read_slash("/nosuch").command is None
    True
    >>> read_slash("hello /model"), read_slash("//etc/hosts")
    (None, None)
    """
    if not is_slash(text):
        return None
    name, _, argument = text[1:].partition(" ")
    name, newline, rest = name.partition("\n")
    return Slash(
        name,
        BY_SLASH.get(name.lower()),
        _argument((rest + " " * bool(newline) + argument).strip()),
    )


QUOTES = '"' * 3
"""Begin and end a block of several lines, as in ``ollama run``."""

LITERALLY = "// at the start sends a slash"


def is_slash(text: str) -> bool:
    """Whether a line is a command rather than a prompt."""
    return text.startswith("/") and not text.startswith("//")


def shell_command(text: str) -> str | None:
    """The command of the system that a line asks for; None if it is to be sent.

    >>> shell_command("!git diff"), shell_command("!!! wow"), shell_command("hi!")
    ('git diff', None, None)
    """
    if not text.startswith("!") or text.startswith("!!") or not text[1:].strip():
        return None
    return text[1:].strip()


def unescaped(text: str) -> str:
    """The prompt to send: a doubled slash or exclamation mark at its start means one,
    and the quotes of a block are no part of it, nor are the line ends beside them.

    >>> unescaped("//etc/hosts is a file"), unescaped("!!important"), unescaped("a//")
    ('/etc/hosts is a file', '!important', 'a//')
    >>> unescaped(f"{QUOTES}\\n/one\\ntwo{QUOTES}")
    '/one\\ntwo'
    """
    if _is_block(text):
        return _unquoted(text)
    return text[1:] if text.startswith(("//", "!!")) else text


def escaped(prompt: str) -> str:
    """A prompt as it is typed: the opposite of ``unescaped``.

    >>> escaped("/etc/hosts is a file"), escaped("!important"), escaped("a // b")
    ('//etc/hosts is a file', '!!important', 'a // b')
    """
    if prompt.startswith(QUOTES):
        return f"{QUOTES}\n{prompt}\n{QUOTES}"
    return f"{prompt[0]}{prompt}" if prompt.startswith(("/", "!")) else prompt


def is_open(text: str) -> bool:
    """Whether a block has begun at the start of a prompt, or of what follows the words
    of a command, and has not ended: enter adds a line to it.

    >>> is_open(f"{QUOTES}one"), is_open(f"{QUOTES}one{QUOTES}"), is_open("/set system")
    (True, False, False)
    >>> is_open(f"/set system {QUOTES}one"), is_open(f"what is {QUOTES}")
    (True, False)
    """
    block = _split(text)[1] if is_slash(text) else text
    return _is_block(block) and not _is_ended(block)


def _argument(text: str) -> str:
    """What follows a command, a block at its end without its quotes."""
    before, block = _split(text)
    return before + _unquoted(block)


def _split(text: str) -> tuple[str, str]:
    """What stands before a block in the first line, and the block, "" if none is."""
    before, quotes, after = text.partition(QUOTES)
    begins = quotes and "\n" not in before and before[-1:] in ("", " ")
    return (before, quotes + after) if begins else (text, "")


def _is_block(text: str) -> bool:
    """Whether a text begins with one. What ends in its first line, with others behind
    it, is none: it is the beginning of a program, most likely."""
    if not text.startswith(QUOTES):
        return False
    first, _, rest = text.partition("\n")
    return not (_is_ended(first) and rest.strip())


def _is_ended(block: str) -> bool:
    block = block.rstrip()
    return block.endswith(QUOTES) and len(block) >= 2 * len(QUOTES)


def _unquoted(block: str) -> str:
    if not (_is_block(block) and _is_ended(block)):
        return block
    inside = block.rstrip().removeprefix(QUOTES).removesuffix(QUOTES)
    return inside.removeprefix("\n").removesuffix("\n")


def near_slash(name: str) -> str:
    """The known slash name nearest to ``name``, or "".

    >>> near_slash("sesions")
    'sessions'
    """
    return nearest(name.lower(), BY_SLASH)
