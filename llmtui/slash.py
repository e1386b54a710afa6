"""Lines that begin with a slash: what they ask for, and how such a prompt is typed."""

from __future__ import annotations

from typing import NamedTuple

from llmtui.commands.command import Command
from llmtui.commands.table import BY_SLASH


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
    if not text.startswith("/") or text.startswith("//"):
        return None
    name, _, argument = text[1:].partition(" ")
    name, newline, rest = name.partition("\n")
    return Slash(
        name,
        BY_SLASH.get(name.lower()),
        (rest + " " * bool(newline) + argument).strip(),
    )


def unescaped(text: str) -> str:
    """The prompt to send: a doubled slash at its start means one.

    >>> unescaped("//etc/hosts is a file"), unescaped("a // b")
    ('/etc/hosts is a file', 'a // b')
    """
    return text[1:] if text.startswith("//") else text


def escaped(prompt: str) -> str:
    """A prompt as it is typed: the opposite of ``unescaped``.

    >>> escaped("/etc/hosts is a file"), escaped("a // b")
    ('//etc/hosts is a file', 'a // b')
    """
    return f"/{prompt}" if prompt.startswith("/") else prompt


def near_slash(name: str) -> str:
    """The known slash name nearest to ``name``, or "".

    >>> near_slash("sesions")
    'sessions'
    """
    import difflib

    return next(iter(difflib.get_close_matches(name.lower(), BY_SLASH, n=1)), "")
