"""Sessions: a new one, the list of old ones, their titles."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.commands.keymap import shown
from llmtui.ui.controls.drafts import Drafts
from llmtui.ui.controls.problems import say_problems
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat


class Sessions:
    """Makes sessions the current one. Replies in those that are left go on."""

    def __init__(
        self,
        chat: CurrentChat,
        prompt: Prompt,
        drafts: Drafts,
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._prompt = prompt
        self._drafts = drafts
        self._run = services.run_job
        self._run_command = services.run_command
        self._say = services.say
        self._ask = services.ask

    def actions(self) -> dict[str, Action]:
        return {
            "new": lambda _: self.new(),
            "clear": lambda _: self.clear(),
            "private": lambda _: self.private(),
            "sessions": self.sessions,
            "rename": self.rename,
            "title": self.title,
        }

    def new(self) -> None:
        """Make an empty session the current one."""
        if not self._chat.saved and not self._prompt.text:
            self._say("this is a new session already")
        else:
            self._drafts.keep()
            self._chat.new()
            self._drafts.clear()
        self._prompt.focus()

    def clear(self) -> None:
        """The same with all that the next turn is sent with, as in ``ollama run``."""
        if not self._chat.saved:
            self._say("there is nothing to clear: this is a new session")
            return
        self._drafts.keep()
        self._chat.clear()
        self._drafts.clear()
        back = f"{shown('sessions')} finds the one before"
        self._say(f"a new session, with the same model and settings; {back}")
        self._prompt.focus()

    def private(self) -> None:
        """Begin a private session, or leave one for a new one that is kept.

        What is typed into an empty session goes along.
        """
        chat, before = self._chat, self._chat.session
        private, used = not chat.private, chat.saved
        if used:
            self._drafts.keep()
        else:
            chat.outbox.keep_draft(before, "")
        chat.new(private=private)
        if used:
            self._drafts.clear()
        self._prompt.focus()
        if private:
            words = "private: nothing of this session is written; it ends with llmtui"
        else:
            words = "this session is kept, as usual"
        self._say(f"{words} ({shown('sessions')} goes back)" if used else words)

    def sessions(self, words: str = "") -> None:
        """Resume the session of a title, or have one chosen from the list."""
        if words:
            self._run(self._resume_named(words))
        else:
            self.list()

    async def _resume_named(self, title: str) -> None:
        found = await asyncio.to_thread(self._chat.core.summaries)
        wanted = " ".join(title.split())
        for summary in found:
            if wanted in (summary.title_line, summary.id):
                await self.resume(summary.id)
                return
        self.list(wanted=title)

    def list(self, *, wanted: str = "") -> None:
        """Find and resume an old session; ``wanted`` filters the list at first."""
        from llmtui.jobs.archive import Archive
        from llmtui.jobs.exchange import Exchange
        from llmtui.ui.dialogs.sessions import SessionsDialog

        chat = self._chat
        say_problems(chat, self._say)
        dialog = SessionsDialog(
            Archive(chat.core),
            Exchange(chat.core),
            chat.marks.of,
            self._run_command,
            self._ask,
            chat.session.id,
            wanted=wanted,
        )
        self._ask(dialog, lambda session_id: self._run(self.resume(session_id)))

    async def resume(self, session_id: str, *, keep_input: bool = False) -> None:
        """Make a saved session the current one, or say why that can't be done.

        ``keep_input``: what was typed while the program started stays.
        """
        chat = self._chat
        if session_id == chat.session.id and chat.saved:
            return
        if not keep_input:
            self._drafts.keep()
        try:
            note = await chat.open(session_id)
        except OSError as error:
            self._say(str(error), warning=True)
            return
        if not keep_input:
            self._drafts.clear()
        self._prompt.focus()
        for words in filter(None, (note, chat.session.read_only)):
            self._say(words, warning=True)

    def rename(self, title: str = "") -> None:
        """Give the session another title."""
        if title:
            self._use_title(title)
            return
        from llmtui.ui.dialogs.text import LineDialog

        self._ask(LineDialog("title", self._chat.session.title), self._use_title)

    def title(self, title: str = "") -> None:
        """Give the session a title, or have the model think of one."""
        if title:
            self._use_title(title)
        elif problem := self._chat.titles.ask(self._chat.session):
            self._say(problem, warning=True)
        else:
            self._say("asking the model for a title")

    def _use_title(self, title: str) -> None:
        if title.strip():
            self._chat.change(title=" ".join(title.split()), title_by="user")
