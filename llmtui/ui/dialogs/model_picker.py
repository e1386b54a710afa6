"""The models to choose from, filtered as one types."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label

from llmtui.chat.models import Model, Recommendation
from llmtui.chat.names import canonical, short
from llmtui.human import context_size, parameters
from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.list_dialog import Choice, ListDialog
from llmtui.ui.glyphs import terminal_glyphs
from llmtui.ui.widgets.header import shortened
from llmtui.ui.widgets.options import Options

KEYS = "enter chooses   ctrl+f favourite"
ELSEWHERE = "ctrl+a all hosts"
NAME = 24
"""Cells of a name."""
_ABILITIES = ("vision", "tools", "thinking", "embedding")
_NOTHING = Content("")
_TYPED = "\0"
"""How the id of the row begins that is the name in the filter."""


class ModelRow(NamedTuple):
    """One model of one host; what it says is untrusted."""

    id: str
    model: Model
    host: str = ""
    """The label of its host, "" for the current one."""
    chosen: bool = False
    """Whether it answers next."""
    favourite: bool = False
    loaded: bool = False
    """Whether it is in memory now."""
    recommended: Recommendation | None = None
    """What its host says of it, where it is one to be fetched."""


class PickerActions(NamedTuple):
    """What can be done beside choosing; each is followed by ``show``."""

    favourite: Callable[[str], object]
    """With the id of a row."""
    all_hosts: Callable[[], object] | None
    """None where a model of this host is wanted."""
    other: Callable[[str], str]
    """What enter does with a name that no row has, "" for nothing."""


class ModelPicker(ListDialog):
    """Dismissed with the id of a row, or with a name that was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+f", "favourite", show=False, priority=True),
        Binding("ctrl+a", "all_hosts", show=False, priority=True),
    ]

    def __init__(self, actions: PickerActions, *, current: str = "") -> None:
        super().__init__(current=current, classes="-dropped")
        self._actions = actions
        self._empty = ""
        self._of_others = ""
        self._rows: dict[str, ModelRow] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog choice models") as box:
            box.border_title = Content("model")
            yield Input(placeholder="filter, or a name to fetch", compact=True)
            yield Options(compact=True)
            yield Label(clean_line(self._empty), classes="quiet", markup=False)

    def show(
        self, rows: Iterable[ModelRow] | None, empty: str, of_others: str = ""
    ) -> None:
        """Other rows, None while they are not known; ``empty`` is said of no rows,
        ``of_others`` of hosts that were asked and have none here."""
        self._empty, self._of_others = empty, of_others
        if rows is not None:
            self._rows = {row.id: row for row in rows}
            choices = [Choice(r.id, _NOTHING, _words(r)) for r in self._rows.values()]
            self.offer(choices)
        elif self.is_there:
            self.query_one(Label).update(clean_line(empty))

    def label(self, choice: Choice) -> Content:
        if (row := self._rows.get(choice.id)) is None:
            return Content.styled(f"  {clean_line(choice.words)}", "dim")
        return row_label(row) if row.recommended is None else recommended_label(row)

    def matching(self, choices: list[Choice], wanted: str) -> list[Choice]:
        """The rows that a filter leaves, and last the name itself, if it is none."""
        found = super().matching(choices, wanted)
        name = wanted.strip()
        other = self._actions.other(name) if name and not self._has(name) else ""
        return [*found, Choice(_TYPED + name, _NOTHING, other)] if other else found

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        return super().dismiss(result and result.removeprefix(_TYPED))

    def count(self, found: int, total: int) -> None:
        typed = bool(self._found) and self._found[-1].id.startswith(_TYPED)
        found -= typed
        if not found and typed:
            words = clean_line(self._found[-1].words)
        elif not total:
            words = clean_line(self._empty)
            words += f"\n{ELSEWHERE}" if self._actions.all_hosts else ""
        elif not found:
            words = "no match"
        else:
            words = f"{found} of {total}   {KEYS}"
            words += f"   {ELSEWHERE}" if self._actions.all_hosts else ""
        if self._of_others:
            words += f"\n{clean_line(self._of_others)}"
        self.query_one(Label).update(words)

    def action_favourite(self) -> None:
        if at := self.highlighted:
            self._actions.favourite(at)

    def action_all_hosts(self) -> None:
        if self._actions.all_hosts:
            self._actions.all_hosts()

    def _has(self, name: str) -> bool:
        """Whether a row of the current host has that very name."""
        wanted = canonical(name)
        own = (row.model.name for row in self._rows.values() if not row.host)
        return any(canonical(name) == wanted for name in own)


def _words(row: ModelRow) -> str:
    """What the filter looks in."""
    model = row.model
    marks = [
        "favourite" * row.favourite,
        "loaded" * row.loaded,
        "cloud" * bool(model.remote),
    ]
    told = (model.name, model.parameters, model.quantisation, model.family, row.host)
    if row.recommended is not None:
        marks.append(f"recommended {row.recommended.about}")
    return " ".join(filter(None, (*told, *marks, *(model.capabilities or ()))))


def recommended_label(row: ModelRow) -> Content:
    """What a model to be fetched takes, and what it is good for."""
    one = row.recommended or Recommendation(row.model.name)
    name = shortened(clean_line(short(one.model)), NAME)
    gap = " " * max(1, NAME + 1 - Content(name).cell_length)
    about = clean_line(one.about)
    return Content.assemble("  ", name, gap, (f"{one.takes:>6}  fetch: {about}", "dim"))


def row_label(row: ModelRow) -> Content:
    """Marks, name, size, quantisation, context, and what it can."""
    model = row.model
    chosen = terminal_glyphs().checked if row.chosen else " "
    star = "*" if row.favourite else " "
    name = shortened(clean_line(short(model.name)), NAME)
    gap = " " * max(1, NAME + 1 - Content(name).cell_length)
    context = context_size(model.context_length) if model.context_length else ""
    weights = shortened(clean_line(parameters(model.parameters)), 8)
    bits = shortened(clean_line(model.quantisation), 7)
    detail = f"{weights:>6}  {bits:<7} {context:>5}  {badges(row)}"
    where = f"  {shortened(clean_line(row.host), 16)}" if row.host else ""
    return Content.assemble(chosen, star, name, gap, (detail + where, "dim"))


def badges(row: ModelRow) -> str:
    """What is to be known of a model, in words.

    >>> able = Model("m", capabilities=frozenset({"tools"}))
    >>> badges(ModelRow("m", able, loaded=True))
    'loaded tools'
    """
    able = row.model.capabilities or ()
    words = ["loaded" * row.loaded, "cloud" * bool(row.model.remote)]
    return " ".join(filter(None, (*words, *(w for w in _ABILITIES if w in able))))
