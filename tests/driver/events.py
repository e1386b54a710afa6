"""What a person, a terminal and a server may do: a line each."""

from __future__ import annotations

import json
from typing import NamedTuple

SIZES = ((20, 5), (40, 10), (80, 24), (120, 40), (250, 70))
COLUMNS, ROWS = SIZES[-1]
TRACELESS = ("/btw", "/private", "/erase")
"""Commands after which something is meant not to be on the disk."""


class Event(NamedTuple):
    """One thing that happens: ``str`` of it is a line, ``read`` takes it back.

    What ``play`` knows: ``key``, ``text``, ``paste``, ``click``, ``rows``, ``drag``,
    ``wheel``, ``focus``, ``size``, ``signal``, ``stop``, ``death``, ``window``,
    ``server``, ``reply``, ``wait``. Columns and rows are taken modulo the size of the
    terminal: -1 is the last.
    """

    verb: str
    argument: str = ""

    @property
    def traceless(self) -> bool:
        """Whether what follows may be meant to leave no trace."""
        return self.verb == "text" and str(json.loads(self.argument)).startswith(
            TRACELESS
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.argument}".rstrip()

    @classmethod
    def read(cls, line: str) -> Event:
        verb, _, argument = line.strip().partition(" ")
        return cls(verb, argument)


def marker(number: int) -> str:
    """A word that is in one prompt of a run alone.

    >>> marker(7)
    'q7q'
    """
    return f"q{number}q"
