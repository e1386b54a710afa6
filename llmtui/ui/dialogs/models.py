"""The models of a host: looked at, sorted, and what can be done to one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static

from llmtui.chat.models import Model, ModelDetails, RunningModel
from llmtui.chat.names import canonical, short
from llmtui.chat.running_words import processor, until
from llmtui.human import age, context_size, parameters, size
from llmtui.sanitise import clean, clean_line
from llmtui.ui.dialogs.dialog import Ask, Dialog
from llmtui.ui.dialogs.list_dialog import Choice, ListDialog
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from llmtui.jobs.model_actions import ModelActions

KEYS = (
    "enter uses · delete · ctrl+y copy · ctrl+r rename · ctrl+s sort"
    "\nctrl+o more · ctrl+u unload · ctrl+k keep in memory · ctrl+e for an hour"
)
SORTS: dict[str, Callable[[Model], Any]] = {
    "used": lambda model: 0,
    "name": lambda model: model.name.lower(),
    "size": lambda model: -model.size,
    "newest": lambda model: _reversed(model.modified),
}
LONGEST = 20_000
"""Characters of a license or a template that are shown."""
_NOTHING = Content("")


class HostView(NamedTuple):
    """What the dialog shows, as it is now."""

    label: str
    """Of the host."""
    models: Sequence[Model]
    running: Sequence[RunningModel]


class ModelsDialog(ListDialog):
    """Dismissed with the name of the model to use."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,ctrl+d", "delete", show=False, priority=True),
        Binding("ctrl+y", "copy", show=False, priority=True),
        Binding("ctrl+r", "rename", show=False, priority=True),
        Binding("ctrl+s", "sort", show=False, priority=True),
        Binding("ctrl+o", "details", show=False, priority=True),
        Binding("ctrl+u", "unload", show=False, priority=True),
        Binding("ctrl+k", "keep(-1)", show=False, priority=True),
        Binding("ctrl+e", "keep(3600)", show=False, priority=True),
    ]

    def __init__(
        self,
        actions: ModelActions,
        details: Callable[[str], Coroutine[Any, Any, ModelDetails | None]],
        ask: Ask,
    ) -> None:
        super().__init__()
        self._actions = actions
        self._details = details
        self._ask = ask
        self._view = HostView("", (), ())
        self._sort = "used"
        self._models: dict[str, Model] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog models-screen") as box:
            box.border_title = Content("models")
            yield Input(
                placeholder="filter: name, size, vision, loaded …", compact=True
            )
            yield OptionList(compact=True)
            yield Label(KEYS, id="words", classes="quiet", markup=False)

    def show(self, view: HostView) -> None:
        """The host as it is now."""
        self._view = view
        models = sorted(view.models, key=SORTS[self._sort])
        self._models = {model.name: model for model in models}
        self.offer([Choice(m.name, _NOTHING, self._words(m)) for m in models])

    def on_resize(self) -> None:
        """The rows are made for one width."""
        self.call_after_refresh(self.refill)

    # -- what a list dialog asks for -------------------------------------------------

    def label(self, choice: Choice) -> Content:
        model = self._models[choice.id]
        return row(model, self._in_memory(model), datetime.now(UTC))

    def count(self, found: int, total: int) -> None:
        title = f"models on {clean_line(self._view.label)}   {found} of {total}"
        box = self.query_one(".dialog", Vertical)
        box.border_title = Content(title)
        box.border_subtitle = Content(f"sorted: {self._sort}   esc closes")

    def _words(self, model: Model) -> str:
        told = (model.name, model.parameters, model.quantisation, model.family)
        loaded = "loaded" if self._in_memory(model) else ""
        return " ".join((*told, loaded, *(model.capabilities or ())))

    def _in_memory(self, model: Model) -> RunningModel | None:
        wanted = canonical(model.name)
        found = (m for m in self._view.running if canonical(m.name) == wanted)
        return next(found, None)

    # -- what is done to one -------------------------------------------------------

    def action_sort(self) -> None:
        names = list(SORTS)
        self._sort = names[(names.index(self._sort) + 1) % len(names)]
        self.show(self._view)

    def action_delete(self) -> None:
        from llmtui.ui.dialogs.choice import ChoiceDialog

        if not (name := self.highlighted):
            return
        much = size(self._models[name].size)
        ways = {"no": "keep it", "yes": f"delete it: {much} must be fetched again"}
        rows = [Choice(way, Content(words), words) for way, words in ways.items()]

        def answered(way: str) -> None:
            if way == "yes":
                again = f"deleted {short(name)}: /pull {short(name)} fetches it again"
                self._do(self._actions.delete(name), again)

        self._ask(ChoiceDialog(f"delete {short(name)}?", rows), answered)

    def action_copy(self) -> None:
        self._named("copy", self._actions.copy)

    def action_rename(self) -> None:
        self._named("rename", self._actions.rename)

    def _named(
        self, what: str, act: Callable[[str, str], Coroutine[Any, Any, None]]
    ) -> None:
        from llmtui.ui.dialogs.text import LineDialog

        if name := self.highlighted:
            dialog = LineDialog(f"{what} {short(name)} to", short(name))
            self._ask(dialog, lambda to: self._do(act(name, to), f"{what}: {to}"))

    def action_unload(self) -> None:
        if name := self.highlighted:
            words = f"{short(name)} leaves memory"
            self._do(self._actions.unload(name), words)

    def action_keep(self, seconds: int) -> None:
        if name := self.highlighted:
            how = "for ever" if seconds < 0 else "for an hour"
            self._say(f"loading {short(name)} …")
            words = f"{short(name)} stays in memory {how}"
            self._do(self._actions.keep(name, float(seconds)), words)

    @work
    async def action_details(self) -> None:
        if not (name := self.highlighted):
            return
        self._say(f"asking for {short(name)} …")
        details = await self._details(name)
        self._say(KEYS)
        if details is None:
            self._say(f"nothing more is known of {short(name)}")
        else:
            self._ask(DetailsDialog(details), lambda _: None)

    @work(group="edit")
    async def _do(self, job: Coroutine[Any, Any, None], words: str) -> None:
        """Do something to a model, then say ``words``, or why it could not be done."""
        from llmtui.jobs.model_actions import ModelActionError

        try:
            await job
        except ModelActionError as error:
            words = str(error)
        self._say(words)

    def _say(self, words: str) -> None:
        if self.query("#words"):
            self.query_one("#words", Label).update("\n".join(_lines(words)))

    @on(Input.Changed)
    def _typed(self) -> None:
        self._say(KEYS)


class DetailsDialog(Dialog[None]):
    """One model in full."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter", "leave", show=False),
    ]

    def __init__(self, details: ModelDetails) -> None:
        super().__init__()
        self._shown = details

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog details") as box:
            box.border_title = Content(clean_line(self._shown.model.name))
            box.border_subtitle = Content("esc closes")
            for title, text in sections(self._shown):
                yield Static(Content.styled(title, "bold"))
                yield Static(Content(clean(text[:LONGEST])), classes="quiet")


def _reversed(when: str) -> tuple[int, ...]:
    """Sorts the later first; RFC 3339 sorts as text."""
    return tuple(-ord(letter) for letter in when) or (1,)


def _lines(words: str) -> list[str]:
    return [clean_line(line) for line in words.split("\n")]


def row(model: Model, running: RunningModel | None, now: datetime) -> Content:
    """Name, size, quantisation and age; the digest, or what it takes of the memory."""
    name = shortened(clean_line(short(model.name)), 26)
    gap = " " * (27 - Content(name).cell_length)
    much = size(model.size) if model.size else "cloud" if model.remote else ""
    weights = shortened(clean_line(parameters(model.parameters)), 7)
    bits = shortened(clean_line(model.quantisation), 7)
    old = age(model.modified, now)
    digest = clean_line(model.digest.removeprefix("sha256:"))[:12]
    detail = f"{much:>7}  {weights:>6} {bits:<7} {old:>9}"
    detail += "" if running else f"  {digest}"
    memory = f"  {in_memory(running, now)}" if running else ""
    return Content.assemble(name, gap, (detail, "dim"), memory)


def in_memory(running: RunningModel, now: datetime) -> str:
    """What a model takes of the memory, where, and how long still.

    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> in_memory(RunningModel("m", 10**9, 10**9, 4096, "2026-01-01T00:04:00Z"), at)
    '1.0 GB 100% GPU 4k 4 min from now'
    """
    context = context_size(running.context_length) if running.context_length else ""
    much = size(running.size) if running.size else "loaded"
    where = processor(running.size, running.size_vram) if running.size else ""
    left = until(running.expires, now) if running.expires else ""
    return " ".join(filter(None, (much, where, context, left)))


def sections(details: ModelDetails) -> list[tuple[str, str]]:
    """What there is to show of a model, with titles; untrusted."""
    model = details.model
    facts = {
        "parameters": model.parameters,
        "quantisation": model.quantisation,
        "family": model.family,
        "size": size(model.size) if model.size else "",
        "context": context_size(model.context_length) if model.context_length else "",
        "capabilities": ", ".join(sorted(model.capabilities or ())),
        "digest": model.digest,
    }
    info = "\n".join(
        f"{key}  {value}"
        for key, value in details.info.items()
        if not isinstance(value, list | dict)
    )
    found = [
        ("model", "\n".join(f"{k}  {v}" for k, v in facts.items() if v)),
        ("parameters", details.parameters),
        ("system prompt", details.system),
        ("template", details.template),
        ("license", details.license),
        ("metadata", info),
    ]
    return [(title, text.strip()) for title, text in found if text.strip()]
