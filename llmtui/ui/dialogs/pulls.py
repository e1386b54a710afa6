"""The models that are being fetched, with their layers."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from llmtui.chat.names import short
from llmtui.human import size
from llmtui.jobs.pull_words import bar, percent
from llmtui.jobs.pulls import Pulls, PullState, QueuedPull
from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.glyphs import UNICODE, terminal_glyphs
from llmtui.ui.widgets.header import shortened
from llmtui.ui.widgets.options import Options

TICK = 0.25
"""Seconds between two looks at them."""


class PullsDialog(Dialog[None]):
    """One line per pull, in the order of asking; below them the layers of one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,backspace,d", "forget", show=False),
        Binding("q", "leave", show=False),
    ]

    def __init__(self, pulls: Pulls) -> None:
        super().__init__()
        self._pulls = pulls

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog pulls") as box:
            box.border_title = Content("models being fetched")
            yield Options(compact=True, markup=False)
            with VerticalScroll(can_focus=False):
                yield Static(markup=False, id="layers", classes="quiet")
            yield Label(
                "enter stops or goes on   delete takes out of the list   esc closes",
                classes="quiet",
                markup=False,
            )

    def on_mount(self) -> None:
        self._fill()
        self.set_interval(TICK, self._fill)

    def action_forget(self) -> None:
        if pull := self._highlighted():
            self._pulls.forget(pull)
            self._fill()

    @on(OptionList.OptionSelected)
    def _toggle(self, event: OptionList.OptionSelected) -> None:
        pull = self._pulls.find(event.option_id or "")
        if pull is None:
            return
        if pull.state.open:
            self._pulls.cancel(pull)
        else:
            self._pulls.resume(pull)
        self._fill()

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self._show_layers()

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        width = options.size.width or 70
        rows = {pull.id: Content(row(pull, width)) for pull in self._pulls.all}
        if [option.id for option in options.options] == list(rows):
            for pull_id, content in rows.items():
                options.replace_option_prompt(pull_id, content)
        else:
            at = options.highlighted or 0
            options.set_options(Option(rows[pull_id], id=pull_id) for pull_id in rows)
            options.highlighted = min(at, len(rows) - 1) if rows else None
        self._show_layers()

    def _show_layers(self) -> None:
        pull = self._highlighted()
        words = "\n".join(layers(pull)) if pull else "nothing is being fetched"
        self.query_one("#layers", Static).update(words)

    def _highlighted(self) -> QueuedPull | None:
        option = self.query_one(OptionList).highlighted_option
        return self._pulls.find(option.id or "") if option else None


def row(pull: QueuedPull, width: int) -> str:
    """One pull in a line."""
    if pull.state is PullState.running:
        words = bar(pull.pull, width, blocks=terminal_glyphs() is UNICODE)
    else:
        name = short(pull.model)
        much = pull.pull.share and pull.state is not PullState.done
        share = f" at {percent(pull.pull)}" if much else ""
        words = f"{name} on {pull.host.label}  {pull.state.value}{share}"
    return shortened(clean_line(words), width)


def layers(pull: QueuedPull) -> list[str]:
    """The layers of a pull, a line each, below what went wrong."""
    lines = [clean_line(pull.error)] if pull.error else []
    for digest, layer in pull.pull.layers:
        name, there = clean_line(digest[:19]), size(layer.completed)
        lines.append(f"{name:<20} {there:>8} of {size(layer.total)}")
    return lines or [clean_line(pull.pull.status) or pull.state.value]
