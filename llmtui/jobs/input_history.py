"""What was typed before: kept for the next time, and brought back by up and down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from llmtui.chat.pasted import Typed
from llmtui.store.history import Entry

if TYPE_CHECKING:
    from llmtui.chat.session import Session
    from llmtui.store.session_store import SessionStore

_CREDENTIALS = re.compile(r"://[^/\s]+@")


class Walk:
    """A way through what was typed before, and back to what is being typed.

    A text that was changed on the way is found changed on the way back.

    >>> walk = Walk(["one", "two"])
    >>> walk.older(Typed("typ")).text, walk.older(Typed("two!")).text
    ('two', 'one')
    >>> walk.newer(Typed("one")).text, walk.newer(Typed("two!")).text
    ('two!', 'typ')
    """

    def __init__(self, entries: Sequence[str]) -> None:
        """``entries`` begin with the oldest."""
        self._texts = [Typed(text) for text in (*entries, "")]
        self._at = len(entries)

    def older(self, shown: Typed) -> Typed | None:
        """The entry before the one that is ``shown``, None at the first one."""
        return self._move(-1, shown)

    def newer(self, shown: Typed) -> Typed | None:
        """The entry after it; past the last one, what was typed at the start."""
        return self._move(1, shown)

    def _move(self, step: int, shown: Typed) -> Typed | None:
        at = self._at + step
        while 0 <= at < len(self._texts) - 1 and self._texts[at].text == shown.text:
            at += step
        if not 0 <= at < len(self._texts):
            return None
        self._texts[self._at], self._at = shown, at
        return self._texts[at]


class InputHistory:
    """What was typed in all sessions. A private one's stays with it, in memory."""

    def __init__(self, store: SessionStore, *, on: bool = True) -> None:
        self._store = store
        self._read: list[Entry] = []
        """What the disk had at the last look."""
        self._typed: list[Entry] = []
        """What was typed since the start."""
        self.on = on
        """Whether what is typed is written down."""

    def load(self) -> None:
        """Look again at the disk, which other windows write to. Blocking."""
        self._read = self._store.history.load()

    def texts(self, session: Session) -> list[str]:
        """What may be brought back in a session, the oldest first."""
        known, private = set(self._read), self._store.private
        entries = [*self._read, *(e for e in self._typed if e not in known)]
        return [
            entry.text
            for entry in entries
            if entry.session == session.id or entry.session not in private
        ]

    def add(self, session: Session, text: str) -> str:
        """Remember what was typed; returns why it is not kept, or ""."""
        entry = Entry(text, session.id)
        if not text.strip() or self._typed[-1:] == [entry]:
            return ""
        self._typed.append(entry)
        secret = text.startswith("/") and _CREDENTIALS.search(text)
        if secret or not (self.on and self._store.keeps(session.id)):
            return ""
        return self._store.history.add(entry)

    def erase(self, texts: Iterable[str]) -> None:
        """Forget texts that were taken out of all files."""
        texts = list(texts)
        self._read = [entry.without(texts) for entry in self._read]
        self._typed = [entry.without(texts) for entry in self._typed]
