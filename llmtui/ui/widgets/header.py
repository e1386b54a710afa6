"""The line at the top: session title, model picker, state of the host."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult, RenderResult
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.widget import Widget

from llmtui.sanitise import clean_line
from llmtui.ui.glyphs import terminal_glyphs
from llmtui.ui.widgets.command_asked import CommandAsked

_ENOUGH = 100
"""Cells that hold all that is said of a model or a host."""


class SessionTitle(Widget):
    """The program's name and the title of the session."""

    title: reactive[str] = reactive("")
    """The session's title, "" for a new one; untrusted."""
    private: reactive[bool] = reactive(False)
    """Whether nothing of it is written."""

    def render(self) -> RenderResult:
        """The program's name goes first where there is not room for both."""
        room = self.size.width
        sign = Content.styled(" private ", "reverse") if self.private else Content()
        blank = " " * self.private
        head = Content.assemble(("llmtui", "bold"), blank, sign)
        if head.cell_length > room:
            head = sign
        between = "  ·  " if head else ""
        room -= head.cell_length + len(between)
        title = shortened(clean_line(self.title), room)
        if not title:
            return head
        return Content.assemble(head, (between, "dim"), title)


class ModelButton(Widget):
    """The model of the next turn; a click on it drops the picker.

    It takes no focus, so that tab goes from the input into the log: the keyboard
    has a key for the picker.
    """

    model: reactive[str] = reactive("", layout=True)
    """Name of the model as people say it; untrusted."""
    detail: reactive[str] = reactive("", layout=True)
    """Size and quantisation."""

    def get_content_width(self, *_: object) -> int:
        return cell_len(str(self._words(_ENOUGH)))

    def render(self) -> Content:
        return self._words(self.size.width)

    def _words(self, room: int) -> Content:
        """The name goes before its detail where there is not room for both."""
        sign = f" {terminal_glyphs().unfolded}"
        name = clean_line(self.model) or "choose a model"
        name = shortened(name, min(40, room - cell_len(sign)))
        detail = shortened(clean_line(self.detail), 20)
        detail = f" {detail}" if detail and self.model else ""
        fits = cell_len(name + detail + sign) <= room
        return Content.assemble(name, (detail * fits, "dim"), sign)

    def on_click(self, event: Click) -> None:
        event.stop()
        self.post_message(CommandAsked("model"))


class HostState(Widget):
    """Which host is spoken to, and whether it answers."""

    host: reactive[str] = reactive("", layout=True)
    """The host's label."""
    state: reactive[str] = reactive("unknown", layout=True)
    """``up``, ``down`` or ``unknown``."""
    unverified: reactive[bool] = reactive(False, layout=True)
    """Whether anybody could answer in its place."""

    def get_content_width(self, *_: object) -> int:
        return cell_len(str(self._words(_ENOUGH)))

    def watch_state(self, state: str) -> None:
        for name in ("up", "down", "unknown"):
            self.set_class(name == state, f"-{name}")

    def watch_unverified(self, unverified: bool) -> None:
        self.set_class(unverified, "-unverified")

    def render(self) -> Content:
        return self._words(self.size.width)

    def _words(self, room: int) -> Content:
        """How it is goes before its name where there is not room for both."""
        glyphs = terminal_glyphs()
        mark = glyphs.checked if self.state == "up" else glyphs.unchecked
        state = " down" * (self.state == "down") + " unverified" * self.unverified
        least = cell_len(f"{mark} {state}")
        host = shortened(clean_line(self.host), min(28, room - least))
        return Content(f"{mark} {host}{state}")


class Header(Horizontal):
    """Title, picker and host in one row."""

    def compose(self) -> ComposeResult:
        yield SessionTitle()
        yield ModelButton()
        yield HostState()


def shortened(text: str, cells: int) -> str:
    """``text`` cut to ``cells`` with an ellipsis where something is missing.

    >>> shortened("The lighthouse", 8)
    'The lig…'
    """
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, max(0, cells - 1)).rstrip() + "…" if cells > 0 else ""
