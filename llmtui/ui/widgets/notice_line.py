"""The one place of a notice: a line of its own, instead of the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from llmtui.commands.keymap import shown
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from llmtui.ui.notices import Notice


class NoticeLine(Widget):
    """Shows the app's notice; it and those that make room are ``-notice`` meanwhile.

    They alone: a class of the screen would have every widget styled anew, which takes
    longer than a frame.
    """

    notice: reactive[Notice | None] = reactive(None)
    """None while nothing is to be said."""

    def on_mount(self) -> None:
        self.watch(self.app, "notice", self._take)

    def _take(self, notice: Notice | None) -> None:
        self.notice = notice

    def watch_notice(self, notice: Notice | None) -> None:
        self.set_class(notice is not None and notice.warning, "-warning")
        for widget in (self, *self.screen.query("KeyHints, Status")):
            widget.set_class(notice is not None, "-notice")

    def render(self) -> Content:
        words = self.notice.words if self.notice else ""
        width = self.size.width
        if cell_len(words) <= width:
            return Content(words)
        rest = f"  {shown('notices')} all"
        return Content.assemble(shortened(words, width - len(rest)), (rest, "bold"))
