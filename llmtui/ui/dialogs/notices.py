"""What was said lately, in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.key_bindings import bind_first, leave_bindings
from llmtui.ui.notices import Notice


class NoticesDialog(Dialog[None]):
    """A notice under the other, the last one on top."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter", "leave", "close", show=False),
    ]

    def __init__(self, notices: Sequence[Notice]) -> None:
        super().__init__()
        bind_first(self, leave_bindings("notices"))
        self._notices = notices

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog notices") as box:
            box.border_title = Content("notices")
            box.border_subtitle = Content("esc closes")
            if not self._notices:
                yield Static(Content("nothing was said yet"), classes="quiet")
            for notice in reversed(self._notices):
                yield Static(
                    Content(notice.words), classes="-warning" if notice.warning else ""
                )
