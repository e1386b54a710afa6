"""Sessions: a new one, the list of old ones, their titles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from llmtui.ui.controls.context import Action, ChatContext

if TYPE_CHECKING:
    from llmtui.chat.summary import Summary


class Sessions:
    """Makes sessions the current one. Replies in those that are left go on."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context

    def actions(self) -> dict[str, Action]:
        return {
            "new": lambda _: self.new(),
            "sessions": lambda _: self.list(),
            "rename": self.rename,
        }

    def new(self) -> None:
        """Make an empty session the current one."""
        context = self._context
        if not context.chat.saved and not context.prompt.text:
            context.say("this is a new session already")
        else:
            context.keep_draft()
            context.chat.new()
            context.prompt.put("")
            context.show_session()
        context.prompt.focus()

    def list(self) -> None:
        """Find and resume an old session."""
        from llmtui.ui.dialogs.sessions import SessionsDialog

        chat = self._context.chat
        core = chat.core

        async def load() -> Sequence[Summary]:
            found = await asyncio.to_thread(core.summaries)
            self._context.say_problems()
            return found

        async def preview(session_id: str) -> str:
            return await asyncio.to_thread(chat.end_of, session_id)

        async def trash(session_id: str) -> str:
            return await asyncio.to_thread(_said, core.store.trash, session_id)

        async def restore(session_id: str) -> str:
            return await asyncio.to_thread(_said, core.store.restore, session_id)

        dialog = SessionsDialog(load, preview, trash, restore, chat.session.id)
        self._context.ask(dialog, self._resume)

    def _resume(self, session_id: str) -> None:
        self._context.app.run_worker(self.resume(session_id), group="resume")

    async def resume(self, session_id: str, *, keep_input: bool = False) -> None:
        """Make a saved session the current one, or say why that can't be done.

        ``keep_input``: what was typed while the program started stays.
        """
        context, chat = self._context, self._context.chat
        if session_id == chat.session.id and chat.saved:
            return
        if not keep_input:
            context.keep_draft()
        try:
            session = await chat.open(session_id)
        except OSError as error:
            context.say(str(error), warning=True)
            return
        if not keep_input:
            context.prompt.put("")
        context.show_session()
        context.prompt.focus()
        if session.read_only:
            context.say(session.read_only, warning=True)

    def rename(self, title: str = "") -> None:
        """Give the session another title."""
        if title:
            self._use_title(title)
            return
        from llmtui.ui.dialogs.text import LineDialog

        dialog = LineDialog("title", self._context.chat.session.title)
        self._context.ask(dialog, self._use_title)

    def _use_title(self, title: str) -> None:
        if title.strip():
            self._context.chat.change(title=" ".join(title.split()), title_by="user")
            self._context.show_chrome()


def _said(call: Callable[[str], None], session_id: str) -> str:
    """Do ``call``; "" or the sentence of its error."""
    try:
        call(session_id)
    except OSError as error:
        return str(error)
    return ""
