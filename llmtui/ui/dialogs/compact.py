"""A summary of the session: shown as it is written, and edited before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label

from llmtui.chat.compacting import tokens_after
from llmtui.human import count
from llmtui.sanitise import clean, clean_line
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.widgets.folding_area import FoldingArea

if TYPE_CHECKING:
    from llmtui.jobs.compaction import Compaction

_LOOK = 0.1
"""Seconds between two looks at what was written."""


class CompactDialog(Dialog[str]):
    """Dismissed with the summary, once the user begins a new session with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    def __init__(self, compaction: Compaction) -> None:
        super().__init__()
        self._compaction = compaction
        self._written = False
        """Whether the summary is there, and the user may change it."""
        self._warned = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog text") as box:
            box.border_title = Content("summary")
            yield Label("", id="tokens", classes="hint quiet", markup=False)
            yield FoldingArea(
                soft_wrap=True,
                compact=True,
                read_only=True,
                highlight_cursor_line=False,
            )
            yield Label("", id="keys", classes="quiet", markup=False)

    def on_mount(self) -> None:
        self._show()
        self.set_interval(_LOOK, self._show)

    def on_unmount(self) -> None:
        self._compaction.stop()

    def action_keep(self) -> None:
        """ctrl+s: go on with it in a new session."""
        text = self.query_one(FoldingArea).full_text.strip()
        if self._written and text:
            self.dismiss(text)

    def action_leave(self) -> None:
        """esc: end it; a summary that is there is given up only if asked for twice."""
        if self._written and not self._warned:
            self._warned = True
        else:
            self.dismiss(None)

    def _show(self) -> None:
        """What has been written so far, what it costs, and what can be done."""
        area, work = self.query_one(FoldingArea), self._compaction
        if not self._written:
            self._paint(area, clean(work.text))
        if work.done and not self._written and work.text:
            self._written, area.read_only = True, False
            area.focus()
        after = count(tokens_after(area.full_text, work.session.system))
        before = count(work.tokens)
        words = f"about {before} tokens before, about {after} after"
        self.query_one("#tokens", Label).update(words)
        self.query_one("#keys", Label).update(clean_line(self._keys()))

    def _paint(self, area: FoldingArea, text: str) -> None:
        if area.text != text:
            area.load_text(text)
            area.scroll_end(animate=False)

    def _keys(self) -> str:
        work = self._compaction
        if self._warned:
            return "ctrl+s goes on with it in a new session   esc gives it up"
        if work.error and work.text:
            return f"it was cut off: {work.error}   ctrl+s goes on with it   esc"
        if work.error:
            return f"no summary: {work.error}   esc closes"
        if not work.done:
            of = f" part {work.part} of {work.parts}" if work.parts > 1 else ""
            return f"the model is reading{of} and writing …   esc stops"
        return "change it as you like   ctrl+s goes on with it in a new session   esc"
