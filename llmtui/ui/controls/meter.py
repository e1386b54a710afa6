"""How full the context will be, measured while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.slash import read_slash, unescaped
from llmtui.ui.controls.editing import Editing
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat

DELAY = 0.6
"""Seconds after a key until it is measured, once for several keys."""


class Meter:
    """Measures what stands in the input, together with what was said."""

    def __init__(
        self,
        chat: CurrentChat,
        prompt: Prompt,
        editing: Editing,
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._prompt = prompt
        self._editing = editing
        self._spawn = services.spawn
        self._due = False

    def typed(self) -> None:
        """The input changed."""
        if not self._due:
            self._due = True
            self._prompt.set_timer(DELAY, self._measure)

    def _measure(self) -> None:
        self._due = False
        meter, typed = self._chat.context, self._prompt.full_text
        if not typed.strip() or read_slash(typed) is not None:
            if meter.next is not None:
                meter.next = None
                self._spawn(_nothing())
        elif self._chat.reply is None:
            self._spawn(self._look(unescaped(typed)))

    async def _look(self, text: str) -> None:
        from llmtui.jobs.context_look import ContextError

        chat = self._chat
        session = chat.session
        try:
            found = await chat.look.tokens(session, text, self._editing.message)
        except ContextError:
            found = None  # sending it will say why
        if session is chat.session:
            chat.context.next = found


async def _nothing() -> None:
    """For the painting that follows."""
