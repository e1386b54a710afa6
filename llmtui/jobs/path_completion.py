"""Completing ``@`` and the beginning of a path: the files below where the user is."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from llmtui.chat.completion import Candidate, Wanted
from llmtui.chat.mentions import begun_mention
from llmtui.jobs.background import in_background

NAME = "path"
"""The kind of word that a path is."""
MOST = 20_000
"""Files that are looked at: more make every key slow."""
_FIRST = 300
"""Files that are enough to be offered; the rest is added to them."""
_MOMENT = 0.05
"""Seconds after which fewer are too."""
_STEP = 0.005
_PIECE = 20
"""Files after which the thread lets go of the interpreter, for who types."""
AGAIN = 0.2
"""Seconds between two times that it is said that there are more."""


class PathCompletion:
    """Knows the files that nothing leaves out: ``.gitignore`` counts."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        most: int = MOST,
        more: Callable[[], object] = lambda: None,
    ) -> None:
        """``folder`` is where paths begin, by default where the program was started;
        ``more`` is called while there are more candidates than were offered at first.
        """
        self._folder = folder or Path()
        self._most = most
        self._more = more
        self._walking: threading.Event | None = None
        self._walks: set[asyncio.Task[None]] = set()

    async def prepare(self) -> None:
        """Import what the first look needs, which would take most of its time."""
        await in_background(_import)

    def wanted(self, before: str, row: int) -> Wanted | None:
        begun = begun_mention(before)
        if begun is None:
            return None
        start, word = begun
        return Wanted(NAME, start, word, picks=True)

    def candidates(self, wanted: Wanted) -> Awaitable[Sequence[Candidate]]:
        return self._look()

    async def _look(self) -> Sequence[Candidate]:
        """What was found in a moment; a thread adds to it what comes later."""
        if self._walking is not None:
            self._walking.set()
        over = self._walking = threading.Event()
        found: list[Candidate] = []
        walk = asyncio.create_task(in_background(partial(self._walk, found, over)))
        self._walks.add(walk)
        walk.add_done_callback(self._walks.discard)
        end = time.monotonic() + _MOMENT
        while not walk.done() and len(found) < _FIRST:
            if found and time.monotonic() > end:
                break
            await asyncio.wait({walk}, timeout=_STEP)
        if not walk.done():
            tell = asyncio.create_task(self._tell(walk))
            self._walks.add(tell)
            tell.add_done_callback(self._walks.discard)
        return found

    async def _tell(self, walk: asyncio.Task[None]) -> None:
        while not walk.done():
            await asyncio.wait({walk}, timeout=AGAIN)
            self._more()

    def _walk(self, found: list[Candidate], over: threading.Event) -> None:
        from llmtui.attachments.folder import Walk

        for name in Walk(self._folder).files():
            quoted = f'{name}"' if " " in name else name
            found.append(Candidate(quoted, end=" "))
            if len(found) >= self._most or over.is_set():
                break
            if not len(found) % _PIECE:
                time.sleep(0)


def _import() -> None:
    import llmtui.attachments.folder  # noqa: F401
