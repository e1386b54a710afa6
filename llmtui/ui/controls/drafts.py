"""What is unsent, kept on disk: the text in the input and the prompts in line."""

from __future__ import annotations

from llmtui.ui.controls.board import Board

DELAY = 0.3
"""Seconds after a key until the unsent text is on disk."""


class Drafts:
    """Keeps the draft of the session on the desk."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._due = False

    def changed(self) -> None:
        """The input changed: put it on disk soon, once for several keys."""
        if not self._due:
            self._due = True
            self._board.prompt.set_timer(DELAY, self.keep)

    def keep(self) -> None:
        """Put what is unsent on disk now."""
        self._due = False
        if self._board.ready:
            desk = self._board.desk
            waiting = desk.turns.waiting(desk.session.id)
            unsent = [*waiting, self._board.prompt.full_text]
            desk.keep_draft("\n\n".join(filter(None, unsent)))

    def show(self) -> None:
        """Bring the draft of the session on the desk into an empty input."""
        if not self._board.prompt.text and (text := self._board.desk.draft()):
            self._board.prompt.put(text)
