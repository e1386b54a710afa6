"""What was typed before, back in the input: by up and down, or by a search."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from llmtui.chat.pasted import Typed
from llmtui.commands.command import Action
from llmtui.sanitise import clean_line
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.input_history import Walk

_SHOWN = 400
"""Characters of an entry that a row of the list is made from."""


class History:
    """Puts entries into the input; undo brings back what stood there."""

    def __init__(
        self,
        chat: CurrentChat,
        prompt: Prompt,
        services: ScreenServices,
        above: Callable[[], bool],
        below: Callable[[], object],
    ) -> None:
        """``above`` brings back what is nearer than the history, if anything is;
        ``below`` does what down means in an empty input."""
        self._chat = chat
        self._prompt = prompt
        self._say = services.say
        self._ask = services.ask
        self._run = services.run_job
        self._spawn = services.spawn
        self._above = above
        self._below = below
        self._walk: Walk | None = None
        self._session = ""

    def actions(self) -> dict[str, Action]:
        return {
            "history-older": lambda _: self.older(),
            "history-newer": lambda _: self.newer(),
            "history": lambda _: self._run(self._search()),
        }

    def add(self, text: str) -> None:
        """Remember what was sent; the next way begins at its end."""
        self._walk = None
        history = self._chat.history
        if problem := history.add(self._chat.session, text):
            self._say(problem, warning=True)
        # What other windows wrote meanwhile is on the next way up.
        self._spawn(asyncio.to_thread(history.load))

    def older(self) -> None:
        """up on the first row."""
        if not self._prompt.text and self._above():
            return
        if not self._show(self._begin().older(self._prompt.typed)):
            self._prompt.action_cursor_up()

    def newer(self) -> None:
        """down on the last row."""
        walk = self._walk if self._session == self._chat.session.id else None
        if walk and self._show(walk.newer(self._prompt.typed)):
            return
        if self._prompt.text:
            self._prompt.action_cursor_down()
        else:
            self._below()

    def _begin(self) -> Walk:
        from llmtui.jobs.input_history import Walk

        session = self._chat.session
        if self._walk is None or self._session != session.id:
            self._walk = Walk(self._chat.history.texts(session))
            self._session = session.id
        return self._walk

    def _show(self, text: Typed | None) -> bool:
        if text is not None:
            self._prompt.exchange(text)
            self._prompt.focus()
        return text is not None

    async def _search(self) -> None:
        """A list of all that was typed, the latest first, with a filter."""
        from llmtui.ui.dialogs.choice import ChoiceDialog
        from llmtui.ui.dialogs.list_dialog import Choice

        history, session = self._chat.history, self._chat.session
        await asyncio.to_thread(history.load)
        texts = list(dict.fromkeys(reversed(history.texts(session))))
        rows = [
            Choice(str(at), Content(clean_line(text[:_SHOWN].strip())), text)
            for at, text in enumerate(texts)
        ]
        dialog = ChoiceDialog(
            "what was typed before", rows, empty="nothing was typed before"
        )
        self._ask(dialog, lambda at: self._show(Typed(texts[int(at)])))
