"""One command line with all that is around it."""

from __future__ import annotations

import json
from typing import NamedTuple


class Line(NamedTuple):
    """``str`` of it is a line, ``read`` takes it back."""

    words: tuple[str, ...]
    """Arguments; bytes of no UTF-8 as lone surrogates."""
    around: tuple[tuple[str, str], ...] = ()
    """What is unusual around it: a part of ``surroundings`` and its kind."""

    def __str__(self) -> str:
        return json.dumps([self.words, self.around])

    @classmethod
    def read(cls, line: str) -> Line:
        words, around = json.loads(line)
        return cls(tuple(words), tuple((part, kind) for part, kind in around))

    def kind(self, part: str) -> str:
        """Of which kind a part is, "" for the usual one."""
        return dict(self.around).get(part, "")

    @property
    def parts(self) -> list[tuple[str, str]]:
        """All that can be left out to make it shorter."""
        return [("word", word) for word in self.words] + list(self.around)

    @classmethod
    def of(cls, parts: list[tuple[str, str]]) -> Line:
        """The opposite of ``parts``."""
        words = tuple(value for part, value in parts if part == "word")
        return cls(words, tuple(one for one in parts if one[0] != "word"))
