"""The format of the next answers: free, JSON, or JSON by a schema."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.ui.controls.services import ScreenServices

if TYPE_CHECKING:
    from llmtui.chat.request import Format
    from llmtui.jobs.current_chat import CurrentChat

_FREE = ("", "off", "none", "free")
_HINT = "json, a JSON schema, or the file that holds one; empty: free text"


class AnswerFormat:
    """Changes the session's own format."""

    def __init__(self, chat: CurrentChat, services: ScreenServices) -> None:
        self._chat = chat
        self._spawn = services.spawn
        self._say = services.say
        self._refuse = services.refuse
        self._ask = services.ask

    def actions(self) -> dict[str, Action]:
        return {"format": self.choose}

    def choose(self, text: str = "") -> None:
        """Use a format, or edit the one that is set."""
        if text.strip():
            self._spawn(self._use(text))
        else:
            self._edit(_text_of(self._chat.session.format), _HINT)

    def _edit(self, text: str, hint: str) -> None:
        from llmtui.ui.dialogs.text import TextDialog

        def kept(text: str) -> None:
            self._spawn(self._use(text, edit_again=True))

        self._ask(TextDialog("answer format", text, hint=hint), kept)

    async def _use(self, text: str, *, edit_again: bool = False) -> None:
        """Set it, or say why not; ``edit_again`` then has the user mend the text."""
        from llmtui.jobs.answer_format import FormatError, format_words, read_format

        session, format_ = self._chat.session, None
        if text.strip().lower() not in _FREE:
            try:
                format_ = await asyncio.to_thread(read_format, text)
            except FormatError as error:
                self._refuse(str(error))
                if edit_again:
                    self._edit(text, str(error))
                return
        if session is self._chat.session:
            self._chat.change(format=format_)
            self._say(f"answers are {format_words(format_)} from the next turn on")


def _text_of(format_: Format) -> str:
    if format_ is None or isinstance(format_, str):
        return format_ or ""
    import json

    return json.dumps(format_, indent=2, ensure_ascii=False)
