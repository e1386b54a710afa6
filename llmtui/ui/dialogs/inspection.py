"""What was sent for a reply, and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static

from llmtui.sanitise import clean, clean_line
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.dialogs.page import shown

if TYPE_CHECKING:
    from llmtui.chat.reply_facts import Fact
    from llmtui.jobs.reply_look import SentRequest

_NAMES = 14
"""Cells of the column with the names of facts."""


class InspectionDialog(Dialog[None]):
    """Facts on top, the request as JSON below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter,i", "leave", "close", show=False),
        Binding("y", "copy_request", "copy the request", show=False),
        Binding("s", "copy_facts", "copy the statistics", show=False),
    ]

    def __init__(
        self,
        facts: Sequence[Fact],
        sent: SentRequest,
        copy: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._facts = [(fact.name, clean_line(fact.value)) for fact in facts]
        self._sent = sent
        self._copy = copy

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog inspection") as box:
            box.border_title = Content("reply")
            box.border_subtitle = Content("y copies the request   s the rest   esc")
            for name, value in self._facts:
                yield Static(Content.assemble((f"{name:<{_NAMES}}", "dim"), value))
            yield Label("request", classes="section", markup=False)
            if self._sent.remark:
                yield Static(Content(clean_line(self._sent.remark)), classes="quiet")
            yield Static(Content(clean(shown(self._sent.text))), id="request")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_copy_request(self) -> None:
        """Copy what is selected, else the request as it is."""
        self._copy(self.get_selected_text() or self._sent.text)

    def action_copy_facts(self) -> None:
        """Copy the statistics, a line each."""
        self._copy("\n".join(f"{name}: {value}" for name, value in self._facts))
