"""The hosts that there are, how they are, and going to another one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList

from llmtui.host_settings import notes
from llmtui.hosts import Host
from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.list_dialog import Choice, ListDialog
from llmtui.ui.glyphs import terminal_glyphs
from llmtui.ui.widgets.header import shortened

KEYS = "enter goes there   ctrl+r asks again   or type an address   esc closes"
_NOTHING = Content("")


class HostRow(NamedTuple):
    """One host and what is known of it."""

    host: Host
    state: str
    """``up``, ``down`` or ``unknown``."""
    words: str
    """How many models it has, or why it does not answer; untrusted."""
    current: bool = False


class HostsDialog(ListDialog):
    """Dismissed with the stored form of a host, or with an address that was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "ask_again", show=False, priority=True),
    ]

    def __init__(self, ask_again: Callable[[], object], *, current: str) -> None:
        super().__init__(current=current)
        self._ask_again = ask_again
        self._rows: dict[str, HostRow] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog choice hosts") as box:
            box.border_title = Content("hosts")
            hint = "filter, or box:11434, https://…, openai+http://box:8000/v1"
            yield Input(placeholder=hint, compact=True)
            yield OptionList(compact=True)
            yield Label(KEYS, classes="quiet", markup=False)

    def show(self, rows: Iterable[HostRow]) -> None:
        """The hosts as they are now."""
        self._rows = {row.host.stored: row for row in rows}
        self.offer(
            Choice(stored, _NOTHING, f"{row.host.label} {row.host.url} {row.host.kind}")
            for stored, row in self._rows.items()
        )

    def label(self, choice: Choice) -> Content:
        return row_label(self._rows[choice.id])

    def choose(self, wanted: str) -> None:
        if wanted.strip() and not self.matching(self._choices or [], wanted):
            self.dismiss(wanted.strip())
        else:
            super().choose(wanted)

    def count(self, found: int, total: int) -> None:
        typed = clean_line(self.query_one(Input).value.strip())
        self.query_one(Label).update(KEYS if found else f"enter connects to {typed}")

    def action_ask_again(self) -> None:
        self._ask_again()


def row_label(row: HostRow) -> Content:
    """State, name, address without secrets, and what it said."""
    glyphs, host = terminal_glyphs(), row.host
    mark = {"up": glyphs.checked, "down": glyphs.unchecked}.get(row.state, " ")
    name = shortened(host.label, 20)
    gap = " " * (21 - Content(name).cell_length)
    address = host.url if host.has_server else "this computer, without a server"
    address = shortened(clean_line(", ".join((address, *notes(host)))), 38)
    words = f"{address:<39} {clean_line(row.words)}"
    style = "bold" if row.current else ""
    return Content.assemble(f"{mark} ", (name, style), gap, (words, "dim"))
