"""A question asked beside the session, and its answer as it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label

from llmtui.markdown.addresses import Link
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.status import Status

if TYPE_CHECKING:
    from llmtui.jobs.reply import Reply

_LOOK = 0.1
"""Seconds between two looks whether the answer has ended."""


class SideQuestionDialog(Dialog[None]):
    """Leaving it ends the answer; nothing of it is kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,ctrl+c", "copy", "copy", show=False),
        Binding("q", "leave", "close", show=False),
    ]

    def __init__(
        self,
        reply: Reply,
        copy: Callable[[str], object],
        follow_link: Callable[[MessageLog, Link], object],
    ) -> None:
        super().__init__()
        self._reply = reply
        self._copy = copy
        self._follow_link = follow_link

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog side-question") as box:
            box.border_title = Content("by the way")
            box.border_subtitle = Content("nothing of this is kept")
            yield MessageLog()
            yield Status()
            yield Label("", classes="quiet", markup=False)

    def on_mount(self) -> None:
        log, state = self.query_one(MessageLog), self._reply.state
        if state.prompt is not None:
            log.append(state.prompt)
        log.follow(state)
        log.focus()
        self._show()
        self.set_interval(_LOOK, self._show)

    def on_unmount(self) -> None:
        self._reply.stop()

    def action_leave(self) -> None:
        """esc: stop the answer; once it has ended, close."""
        if self._reply.state.done:
            self.dismiss(None)
        else:
            self._reply.stop()
            self._show()

    def action_copy(self) -> None:
        """Copy what is selected, else the answer."""
        self._copy(self.get_selected_text() or self._reply.state.text)

    def _show(self) -> None:
        state = self._reply.state
        self.query_one(Status).show_reply(None if state.done else state)
        keys = "y copies   esc closes" if state.done else "esc stops   y copies"
        self.query_one(Label).update(keys)

    @on(MessageLog.LinkClicked)
    def _link(self, event: MessageLog.LinkClicked) -> None:
        self._follow_link(event.log_view, event.link)

    @on(MessageLog.LinkPointed)
    def _link_pointed(self, event: MessageLog.LinkPointed) -> None:
        self.query_one(Status).link = event.link
