"""Sessions: a new one, the list of old ones, their titles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from llmtui.ui.controls.board import Action, Board

if TYPE_CHECKING:
    from llmtui.jobs.chats import Summary


class Sessions:
    """Puts sessions on the desk. Replies in those that are left go on."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def actions(self) -> dict[str, Action]:
        return {
            "new": lambda _: self.new(),
            "sessions": lambda _: self.list(),
            "rename": self.rename,
        }

    def new(self) -> None:
        """Put an empty session on the desk."""
        board = self._board
        if not board.desk.saved and not board.prompt.text:
            board.say("this is a new session already")
        else:
            board.keep_draft()
            board.desk.new()
            board.prompt.put("")
            board.show_session()
        board.prompt.focus()

    def list(self) -> None:
        """Find and resume an old session."""
        from llmtui.ui.dialogs.sessions import SessionsDialog

        desk = self._board.desk
        chats = desk.core.chats

        async def load() -> Sequence[Summary]:
            found = await asyncio.to_thread(chats.summaries)
            self._board.say_problems()
            return found

        async def preview(session_id: str) -> str:
            return await asyncio.to_thread(desk.end_of, session_id)

        async def trash(session_id: str) -> str:
            return await asyncio.to_thread(_said, chats.trash, session_id)

        async def restore(session_id: str) -> str:
            return await asyncio.to_thread(_said, chats.restore, session_id)

        dialog = SessionsDialog(load, preview, trash, restore, desk.session.id)
        self._board.ask(dialog, self._resume)

    def _resume(self, session_id: str) -> None:
        self._board.app.run_worker(self.resume(session_id), group="resume")

    async def resume(self, session_id: str, *, keep_input: bool = False) -> None:
        """Put a saved session on the desk, or say why that can't be done.

        ``keep_input``: what was typed while the program started stays.
        """
        board, desk = self._board, self._board.desk
        if session_id == desk.session.id and desk.saved:
            return
        if not keep_input:
            board.keep_draft()
        try:
            session = await desk.open(session_id)
        except OSError as error:
            board.say(str(error), warning=True)
            return
        if not keep_input:
            board.prompt.put("")
        board.show_session()
        board.prompt.focus()
        if session.read_only:
            board.say(session.read_only, warning=True)

    def rename(self, title: str = "") -> None:
        """Give the session another title."""
        if title:
            self._use_title(title)
            return
        from llmtui.ui.dialogs.text import LineDialog

        dialog = LineDialog("title", self._board.desk.session.title)
        self._board.ask(dialog, self._use_title)

    def _use_title(self, title: str) -> None:
        if title.strip():
            self._board.desk.change(title=" ".join(title.split()), title_by="user")
            self._board.show_chrome()


def _said(call: Callable[[str], None], session_id: str) -> str:
    """Do ``call``; "" or the sentence of its error."""
    try:
        call(session_id)
    except OSError as error:
        return str(error)
    return ""
