"""The hosts that there are, how they are, and what can be done to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static

from llmtui.host_settings import UNVERIFIED, notes
from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.list_dialog import Choice, ListDialog
from llmtui.ui.glyphs import terminal_glyphs
from llmtui.ui.widgets.header import shortened
from llmtui.ui.widgets.options import Options

if TYPE_CHECKING:
    from llmtui.hosts import Host
    from llmtui.jobs.host_checks import HostReport

KEYS = (
    "enter goes there · ctrl+n new · ctrl+e edit · delete · ctrl+z undo"
    "\nctrl+r asks again · ctrl+b signs in · or type an address · esc closes"
)
_ROOMY = 100
"""Columns in which everything has its full width."""
_NOTHING = Content("")


class HostActions(NamedTuple):
    """What the dialog has done by its control."""

    ask_again: Callable[[], object]
    add: Callable[[Callable[[str], object]], object]
    edit: Callable[[Host, Callable[[str], object]], object]
    """Both call what they are given with the name of the host that was written."""
    remove: Callable[[Host], object]
    restore: Callable[[], object]
    sign_in: Callable[[Host], object]


class HostsDialog(ListDialog):
    """Dismissed with the stored form of a host, or with an address that was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "ask_again", show=False, priority=True),
        Binding("ctrl+n", "add", show=False, priority=True),
        Binding("ctrl+e", "edit", show=False, priority=True),
        Binding("delete,ctrl+d", "remove", show=False, priority=True),
        Binding("ctrl+z", "restore", show=False, priority=True),
        Binding("ctrl+b", "sign_in", show=False, priority=True),
    ]

    def __init__(self, actions: HostActions, *, current: str) -> None:
        super().__init__(current=current)
        self._actions = actions
        self._now = current
        self._reports: dict[str, HostReport] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog hosts") as box:
            box.border_title = Content("hosts")
            hint = "filter, or box:11434, https://…, openai+http://box:8000/v1"
            yield Input(placeholder=hint, compact=True)
            yield Options(compact=True)
            yield Static(id="more", classes="quiet", markup=False)
            yield Label(KEYS, id="keys", classes="quiet", markup=False)

    def show(self, reports: Iterable[HostReport], current: str) -> None:
        """The hosts as they are now; ``current`` is spoken to."""
        self._now = current
        self._reports = {report.host.stored: report for report in reports}
        self.offer(
            Choice(stored, _NOTHING, f"{r.host.label} {r.host.url} {r.host.kind}")
            for stored, r in self._reports.items()
        )

    def label(self, choice: Choice) -> Content:
        width = self.query_one(OptionList).scrollable_content_region.width
        return row_label(self._reports[choice.id], width, choice.id == self._now)

    def on_resize(self) -> None:
        """The rows are made for one width."""
        self.call_after_refresh(self.refill)

    def choose(self, wanted: str) -> None:
        if wanted.strip() and not self.matching(self._choices or [], wanted):
            self.dismiss(wanted.strip())
        else:
            super().choose(wanted)

    def count(self, found: int, total: int) -> None:
        typed = clean_line(self.query_one(Input).value.strip())
        keys = KEYS if found else f"enter connects to {typed}\n"
        self.query_one("#keys", Label).update(keys)
        self._tell_more()

    @on(OptionList.OptionHighlighted)
    def _tell_more(self) -> None:
        """Say of the host that one is at what its row has no room for."""
        report = self._reports.get(self.highlighted or "")
        self.query_one("#more", Static).update(more_of(report) if report else "")

    def _go_to(self, name: str) -> None:
        """Be at a host that was written just now."""
        self.query_one(Input).value = ""
        self.refill()
        options = self.query_one(OptionList)
        if name in self._reports:
            options.highlighted = options.get_option_index(name)

    # -- what is done to one -------------------------------------------------------

    def action_ask_again(self) -> None:
        self._actions.ask_again()

    def action_add(self) -> None:
        self._actions.add(self._go_to)

    def action_edit(self) -> None:
        self._do(lambda host: self._actions.edit(host, self._go_to))

    def action_remove(self) -> None:
        self._do(self._actions.remove)

    def action_restore(self) -> None:
        self._actions.restore()

    def action_sign_in(self) -> None:
        self._do(self._actions.sign_in)

    def _do(self, action: Callable[[Host], object]) -> None:
        if report := self._reports.get(self.highlighted or ""):
            action(report.host)


def row_label(report: HostReport, width: int, current: bool = False) -> Content:
    """State, name, address without secrets, and what it said, in ``width`` columns."""
    glyphs, host = terminal_glyphs(), report.host
    mark = {"up": glyphs.checked, "down": glyphs.unchecked}.get(report.state, " ")
    of_name, of_address = (20, 38) if width >= _ROOMY else (width // 5, width // 3)
    name = shortened(host.label, of_name)
    gap = " " * (of_name + 1 - Content(name).cell_length)
    address = host.url if host.has_server else "this computer, without a server"
    known = [note for note in notes(host) if note != UNVERIFIED]
    address = shortened(clean_line(", ".join((address, *known))), of_address)
    style = "bold" if current else ""
    return Content.assemble(
        f"{mark} ",
        (name, style),
        gap,
        (f"{address:<{of_address + 1}} ", "dim"),
        ("unverified · " * host.is_unverified, "$text-warning"),
        (clean_line(report.words), "dim"),
    )


def more_of(report: HostReport) -> Content:
    """What is set for a host, and what helps where it does not answer."""
    host, error = report.host, report.error
    said = error.sentence if error else report.words
    if report.signin_url:
        said = f"nobody is signed in: ctrl+b opens {report.signin_url}"
    warning = f"{UNVERIFIED}   " * host.is_unverified
    rest = (note for note in notes(host) if note != UNVERIFIED)
    return Content.assemble(
        (warning, "$text-warning"), clean_line(" · ".join((*rest, said)))
    )
