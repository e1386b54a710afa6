"""The models of a host: looked at and sorted; keys tell what is to be done to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList

from llmtui.chat.models import Model, Recommendation, RunningModel, in_memory
from llmtui.chat.names import short
from llmtui.chat.running_words import processor, until
from llmtui.human import age, context_size, parameters, size
from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.list_dialog import Choice, ListDialog
from llmtui.ui.widgets.header import shortened
from llmtui.ui.widgets.options import Options

KEYS = (
    "enter uses · delete · ctrl+n new · ctrl+y copy · ctrl+r rename · ctrl+s sort"
    "\nctrl+o more · ctrl+u unload · ctrl+k keep in memory · ctrl+e for an hour"
)
SORTS: dict[str, Callable[[Model], Any]] = {
    "used": lambda model: 0,
    "name": lambda model: model.name.lower(),
    "size": lambda model: -model.size,
    "newest": lambda model: _reversed(model.modified),
}
TICK = 10.0
"""Seconds after which the rows say anew how long a model stays in memory."""
NAME = 26
"""Cells of a name."""
ROOMY = 100
"""Columns in which there is room for what a model is and what it takes in memory."""
_NOTHING = Content("")


class HostView(NamedTuple):
    """What the dialog shows, as it is now."""

    label: str
    """Of the host."""
    models: Sequence[Model]
    running: Sequence[RunningModel]
    recommended: Sequence[Recommendation] = ()
    """Those that it has not, and could have."""
    empty: str = ""
    """What is said where it has no models."""


class ModelsDialog(ListDialog):
    """Dismissed with the name of the model to use, or to fetch.

    What is marked to be deleted goes when the dialog is left, so that it can be
    taken back until then, on every host, and nothing is left over if the program
    dies.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,ctrl+d", "mark", show=False, priority=True),
        Binding("ctrl+z", "take_back", show=False, priority=True),
        Binding("ctrl+s", "sort", show=False, priority=True),
        *(
            Binding(key, f"act('{what}')", show=False, priority=True)
            for key, what in (
                ("ctrl+n", "make"),
                ("ctrl+y", "copy"),
                ("ctrl+r", "rename"),
                ("ctrl+o", "details"),
                ("ctrl+u", "unload"),
                ("ctrl+k", "keep"),
                ("ctrl+e", "extend"),
            )
        ),
    ]

    def __init__(
        self,
        act: Callable[[str, Model], object],
        left: Callable[[Sequence[Model]], object],
    ) -> None:
        """``act`` does something to one model; ``left`` is called once, with those
        that are to be deleted."""
        super().__init__()
        self._act = act
        self._left = left
        self._view = HostView("", (), ())
        self._sort = "used"
        self._models: dict[str, Model] = {}
        self._recommended: dict[str, Recommendation] = {}
        self._marked: dict[str, Model] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog models-screen") as box:
            box.border_title = Content("models")
            yield Input(
                placeholder="filter: name, size, vision, loaded …", compact=True
            )
            yield Options(compact=True)
            yield Label(id="words", classes="quiet", markup=False)

    def on_mount(self) -> None:
        self.say_keys()
        self.set_interval(TICK, self.refill)

    def show(self, view: HostView) -> None:
        """The host as it is now."""
        before, self._view = self._view, view
        models = sorted(view.models, key=SORTS[self._sort])
        self._models = {model.name: model for model in models}
        self._recommended = {one.model: one for one in view.recommended}
        rows = [Choice(m.name, _NOTHING, _words(m, view.running)) for m in models]
        rows += [
            Choice(one.model, _NOTHING, f"{one.model} {one.about} recommended")
            for one in view.recommended
        ]
        self.offer(rows)
        if not (before.models and view.models):
            self.say_keys()

    def say(self, words: str) -> None:
        """Words in the place of the keys, until the next key in the filter."""
        if self.query("#words"):
            lines = map(clean_line, words.split("\n"))
            self.query_one("#words", Label).update("\n".join(lines))

    def take_marked(self) -> list[Model]:
        """Those that are marked to be deleted; they are marked no longer."""
        marked = list(self._marked.values())
        self._marked.clear()
        return marked

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """Leave: what is marked goes now, but for what is to be used."""
        self._marked.pop(result or "", None)
        self._left(self.take_marked())
        return super().dismiss(result)

    def on_resize(self) -> None:
        """The rows are made for one width."""
        self.call_after_refresh(self.refill)

    # -- what a list dialog asks for -------------------------------------------------

    def label(self, choice: Choice) -> Content:
        if (model := self._models.get(choice.id)) is None:
            return recommended_row(self._recommended[choice.id])
        if choice.id in self._marked:
            return marked_row(model)
        running = in_memory(model.name, model.digest, self._view.running)
        width = self.query_one(OptionList).size.width
        return row(model, running, datetime.now(UTC), roomy=width >= ROOMY)

    def count(self, found: int, total: int) -> None:
        title = f"models on {clean_line(self._view.label)}   {found} of {total}"
        box = self.query_one(".dialog", Vertical)
        box.border_title = Content(title)
        box.border_subtitle = Content(f"sorted: {self._sort}   esc closes")

    # -- keys ----------------------------------------------------------------------

    def action_sort(self) -> None:
        names = list(SORTS)
        self._sort = names[(names.index(self._sort) + 1) % len(names)]
        self.show(self._view)

    def action_act(self, what: str) -> None:
        if model := self._models.get(self.highlighted or ""):
            self._act(what, model)

    def action_mark(self) -> None:
        """Mark a model to be deleted, or no longer."""
        if model := self._models.get(self.highlighted or ""):
            if self._marked.pop(model.name, None) is None:
                self._marked[model.name] = model
            self._marked_others()

    def action_take_back(self) -> None:
        """Keep the model that was marked last."""
        if self._marked:
            self._marked.popitem()
            self._marked_others()

    def _marked_others(self) -> None:
        self.refill()
        self.say_keys()

    @on(Input.Changed)
    def say_keys(self) -> None:
        """What can be done, or what will be; why there is nothing to do it to."""
        marked = list(self._marked.values())
        names = ", ".join(short(model.name) for model in marked)
        much = size(sum(model.size for model in marked))
        words = f"deleted when you leave this: {names} ({much})   ctrl+z keeps it"
        usual = KEYS if self._view.models else self._view.empty
        self.say(words if marked else usual)


def _words(model: Model, running: Sequence[RunningModel]) -> str:
    """What the filter looks in."""
    told = (model.name, model.parameters, model.quantisation, model.family)
    loaded = "loaded" if in_memory(model.name, model.digest, running) else ""
    return " ".join((*told, loaded, *(model.capabilities or ())))


def _reversed(when: str) -> tuple[int, ...]:
    """Sorts the later first; RFC 3339 sorts as text."""
    return tuple(-ord(letter) for letter in when) or (1,)


def row(
    model: Model, running: RunningModel | None, now: datetime, *, roomy: bool
) -> Content:
    """Name, size, quantisation and age; the digest, or what it takes of the memory.

    Of one in memory that is what matters most where not all is ``roomy`` enough.
    """
    much = _much(model)
    weights = shortened(clean_line(parameters(model.parameters)), 7)
    bits = shortened(clean_line(model.quantisation), 7)
    old = age(model.modified, now)
    digest = clean_line(model.digest.removeprefix("sha256:"))[:12]
    detail = f"{much:>7}"
    if roomy or not running:
        detail += f"  {weights:>6} {bits:<7} {old:>9}"
    detail += "" if running else f"  {digest}"
    memory = f"  {memory_words(running, now)}" if running else ""
    return Content.assemble(_name(model.name), (detail, "dim"), memory)


def _much(model: Model) -> str:
    """What it takes on the disk; a cloud model has no weights there."""
    return "cloud" if model.remote else size(model.size) if model.size else ""


def marked_row(model: Model) -> Content:
    """A model that is to go."""
    name = _name(model.name)
    words = f"{_much(model):>7}  deleted when you leave this"
    return Content.assemble(
        (name.rstrip(), "strike dim"), name[len(name.rstrip()) :], words
    )


def recommended_row(one: Recommendation) -> Content:
    """A model that could be fetched: what it takes, and what it is good for."""
    words = f"{one.takes:>7}  enter fetches it: {clean_line(one.about)}"
    return Content.assemble(_name(one.model), (words, "dim"))


def _name(name: str) -> str:
    """The first column."""
    shown = shortened(clean_line(short(name)), NAME)
    return shown + " " * (NAME + 1 - Content(shown).cell_length)


def memory_words(running: RunningModel, now: datetime) -> str:
    """What a model takes of the memory, where, and how long still.

    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> memory_words(RunningModel("m", 10**9, 10**9, 4096, "2026-01-01T00:04:00Z"), at)
    '1.0 GB 100% GPU 4k 4 min left'
    """
    context = context_size(running.context_length) if running.context_length else ""
    much = size(running.size) if running.size else "loaded"
    where = processor(running.size, running.size_vram) if running.size else ""
    left = until(running.expires, now) if running.expires else ""
    left = left.replace("from now", "left")
    return " ".join(filter(None, (much, where, context, left)))
