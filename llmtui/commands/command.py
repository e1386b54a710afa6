"""What a command is: a row of the table."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

Action = Callable[[str], object]
"""What carries a command out; it is given the argument of a slash command, "" for
a key."""


class When(StrEnum):
    """When the footer shows a command."""

    always = "always"
    stoppable = "stoppable"
    log = "log"
    """While the message log has the focus."""
    never = "never"


class Argument(NamedTuple):
    """One word, or one kind of words, that may stand behind a slash name."""

    word: str = ""
    """It, if it is just one."""
    about: str = ""
    """What it does, for help and completion."""
    kind: str = ""
    """What is to be put here, if not that word: ``model``, ``option``, …"""
    free: bool = False
    """Whether what nobody can list will do too."""
    then: tuple[Argument, ...] = ()
    """What may stand behind it."""


class Command(NamedTuple):
    """One thing the user can do."""

    id: str
    title: str
    """What it does, for palette and help."""
    label: str = ""
    """One or two words for the footer."""
    keys: tuple[str, ...] = ()
    """Textual's names of keys, heard everywhere; the first one is shown."""
    log_keys: tuple[str, ...] = ()
    """Keys heard while the message log has the focus. What sends something, or
    changes what will be sent, has no letter: somebody may just be typing there."""
    slash: tuple[str, ...] = ()
    """Names after a slash; the first one is shown."""
    argument: str = ""
    """What may follow the slash name, as help shows it."""
    takes: tuple[Argument, ...] = ()
    """The same, as completion needs it."""
    footer: When = When.never
    palette: bool = True
