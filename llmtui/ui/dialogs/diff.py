"""Two versions of a message, word by word."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from llmtui.chat.transcript import body, who
from llmtui.human import age
from llmtui.sanitise import clean, clean_line
from llmtui.ui.dialogs.dialog import Dialog

if TYPE_CHECKING:
    from llmtui.chat.message import Message

_STYLES = {"same": "", "old": "$text-error strike", "new": "$text-success underline"}


class DiffDialog(Dialog[None]):
    """What is only in the first is struck out, what only the second has underlined."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter,c", "leave", "close", show=False),
    ]

    def __init__(self, old: Message, new: Message) -> None:
        super().__init__()
        self._old = old
        self._new = new

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog diff") as box:
            box.border_title = Content("two versions")
            box.border_subtitle = Content("esc closes")
            yield Static(
                Content.assemble(
                    (_heading(self._old), _STYLES["old"]),
                    "   ",
                    (_heading(self._new), _STYLES["new"]),
                ),
                classes="section",
            )
            yield Static("comparing …", id="text")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
        self._compare()

    @work
    async def _compare(self) -> None:
        from llmtui.chat.word_diff import diff

        texts = clean(body(self._old)), clean(body(self._new))
        pieces = await asyncio.to_thread(diff, *texts)
        text = Content.assemble(*((p.text, _STYLES[p.kind]) for p in pieces))
        for place in self.query("#text").results(Static):
            place.update(text)


def _heading(message: Message) -> str:
    return f"{clean_line(who(message))}, {age(message.created)}"
