"""How far the reading of something large has come; who is told can end it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from llmtui.human import size


class Left(Exception):
    """The user does not want to wait for the end of it."""


class Progress(NamedTuple):
    """How much was counted, read or fetched until now."""

    files: int = 0
    """0 where it is no folder or pattern, but a page."""
    bytes: int = 0
    total: int = 0
    """Bytes that there will be, as far as somebody said so."""

    @property
    def words(self) -> str:
        """As both the chat and the shell say it.

        >>> Progress(1024, 3_200_000).words
        '1,024 files with 3.2 MB so far'
        >>> Progress(0, 340_000, 1_200_000).words, Progress(0, 340_000).words
        ('340 kB of 1.2 MB so far', '340 kB so far')
        """
        if self.files:
            return f"{self.files:,} files with {size(self.bytes)} so far"
        of = f" of {size(self.total)}" if self.total else ""
        return f"{size(self.bytes)}{of} so far"


Watch = Callable[[Progress], bool]
"""Is told the progress every now and then; False leaves it."""


def patient(progress: Progress) -> bool:
    """Waits for the end, whatever is told."""
    return True
