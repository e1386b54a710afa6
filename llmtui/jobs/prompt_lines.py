"""The prompts that wait in each session: in memory, on disk, and to be changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from llmtui.store.redaction import without

if TYPE_CHECKING:
    from llmtui.chat.prompt import Prompt
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.store.session_store import SessionStore


class PromptLines:
    """One line for each session, next first. What it is told is on disk first."""

    def __init__(self, store: SessionStore, changed: Callable[[str], None]) -> None:
        """``changed(session id)`` is called when the user has changed a line."""
        self._store = store
        self._changed = changed
        self._lines: dict[str, tuple[Prompt, ...]] = {}

    def of(self, session_id: str) -> tuple[Prompt, ...]:
        """The prompts that wait in a session, next first."""
        return self._lines.get(session_id, ())

    def load(
        self, session: Session, find_host: Callable[[str], Host], without: str = ""
    ) -> None:
        """Take over what an earlier run of the program left in line. Blocking.

        ``find_host`` reads what ``Host.stored`` wrote; ``without`` is the id of a
        prompt that had left the line already.
        """
        if session.id in self._lines:
            return
        left = self._store.waiting.take_over(session.id, find_host)
        sent = {*session.messages, *session.removed, without}
        line = tuple(prompt for prompt in left if prompt.id not in sent)
        if line or left:
            self.shorten(session.id, line)

    def remove(self, session_id: str, prompt_id: str) -> Prompt | None:
        """Take a prompt out of the line; None if it is not there (any more)."""
        line = self.of(session_id)
        found = next((prompt for prompt in line if prompt.id == prompt_id), None)
        if found is not None:
            self.shorten(session_id, [p for p in line if p is not found])
            self._changed(session_id)
        return found

    def put_back(self, session_id: str, prompt: Prompt, place: int) -> None:
        """Put a prompt that was removed into the line again. Raises ``SaveError``."""
        line = self.of(session_id)
        self._put(session_id, [*line[:place], prompt, *line[place:]])

    def edit(self, session_id: str, prompt_id: str, text: str) -> None:
        """Give a waiting prompt other words. Raises ``SaveError``."""
        line = self.of(session_id)
        self._put(
            session_id,
            [replace(p, text=text) if p.id == prompt_id else p for p in line],
        )

    def move(self, session_id: str, prompt_id: str, place: int) -> None:
        """Put a waiting prompt at another place, 0 the next. Raises ``SaveError``."""
        line = list(self.of(session_id))
        moved = [prompt for prompt in line if prompt.id == prompt_id]
        rest = [prompt for prompt in line if prompt.id != prompt_id]
        place = max(0, place)
        self._put(session_id, [*rest[:place], *moved, *rest[place:]])

    def erase(self, texts: Sequence[str]) -> None:
        """Take texts out of all that waits; what says nothing more leaves the line.

        Raises ``SaveError``.
        """
        for session_id, line in list(self._lines.items()):
            changed = [replace(p, text=without(p.text, texts)) for p in line]
            if changed != list(line):
                left = [p for p in changed if p.text.strip() or p.attachments]
                self._put(session_id, left)

    def add(self, session_id: str, prompt: Prompt) -> None:
        """Put a prompt at the end of the line. Raises ``SaveError``."""
        self._put(session_id, [*self.of(session_id), prompt])

    def _put(self, session_id: str, line: Sequence[Prompt]) -> None:
        """Have a line on disk, then in memory. Raises ``SaveError``."""
        self._save(session_id, line)
        self._lines[session_id] = tuple(line)
        self._changed(session_id)

    def shorten(self, session_id: str, line: Sequence[Prompt]) -> None:
        """As ``_put``, for a line of which something is sent or gone.

        Where that cannot be written, the id of what was sent tells it next time.
        """
        self._lines[session_id] = tuple(line)
        with suppress(OSError):
            self._save(session_id, line)

    def _save(self, session_id: str, line: Sequence[Prompt]) -> None:
        if self._store.keeps(session_id):
            self._store.waiting.save(session_id, line)
