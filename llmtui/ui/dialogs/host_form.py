"""A form for one host: its name, its address, and how one gets in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Checkbox, Input, Label, Static

from llmtui.jobs.host_form import HostForm
from llmtui.sanitise import clean_line
from llmtui.settings import SettingsError
from llmtui.ui.dialogs.writing import WritingDialog
from llmtui.ui.widgets.folding_area import FoldingArea

if TYPE_CHECKING:
    from llmtui.jobs.host_checks import HostReport

KEYS = "ctrl+s keeps it · ctrl+t tests it · tab next · esc leaves"

LINES = {
    "name": ("name", "box"),
    "address": ("address", "http://USER:PASSWORD@box:11434, openai+http://…, local"),
    "key_env": ("key variable", "BOX_API_KEY: the variable that holds the key"),
    "key_command": ("key command", "pass show box: its first line is the key"),
    "ca_file": ("CA file", "who may sign its certificate"),
    "proxy": ("proxy", "http://proxy:3128, none, or what the environment says"),
}
"""What each line is called, and what it may hold."""

_CERTIFICATE = {
    True: "its certificate is checked",
    False: "certificate not checked: anybody could answer in its place",
}
"""In words, as only colours tell the two marks apart."""


class HostFormDialog(WritingDialog[str]):
    """Dismissed with the name of the host once it is written."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", show=False, priority=True),
        Binding("ctrl+t", "test", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    def __init__(
        self,
        form: HostForm,
        keep: Callable[[HostForm], Coroutine[Any, Any, None]],
        test: Callable[[HostForm], AsyncIterator[HostReport]],
        *,
        named: bool,
    ) -> None:
        """``keep`` writes the host and ``test`` asks it; both raise
        ``SettingsError``. ``named``: it has its name for good, as sessions know it
        by that."""
        super().__init__()
        self._form = form
        self._keep = keep
        self._test = test
        self._named = named

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog host-form") as box:
            name = clean_line(self._form.name)
            box.border_title = Content(f"host {name}" if self._named else "new host")
            with VerticalScroll(can_focus=False):
                for field in LINES:
                    if field == "ca_file":
                        yield from self._headers()
                    if field != "name" or not self._named:
                        yield from self._line(field)
                checked = self._form.verify
                yield Checkbox(_CERTIFICATE[checked], checked, compact=True)
            with Vertical(classes="-foot"):
                yield Static(id="said", markup=False)
                yield Label(KEYS, classes="quiet", markup=False)

    def _line(self, field: str) -> ComposeResult:
        title, hint = LINES[field]
        with Horizontal():
            yield Label(title, classes="quiet", markup=False)
            value = clean_line(getattr(self._form, field))
            yield Input(value, placeholder=hint, id=field, compact=True)

    def _headers(self) -> ComposeResult:
        with Horizontal(classes="-headers"):
            yield Label("headers", classes="quiet", markup=False)
            yield FoldingArea(
                self._form.headers,
                id="headers",
                compact=True,
                tab_behavior="focus",
                highlight_cursor_line=False,
                placeholder="X-Team: blue, a line each; $NAME is that variable",
            )

    @on(Checkbox.Changed)
    def _tell_of_certificate(self, event: Checkbox.Changed) -> None:
        event.checkbox.label = _CERTIFICATE[event.value]

    @property
    def form(self) -> HostForm:
        """What is written now."""
        texts = {line.id: line.value for line in self.query(Input) if line.id}
        return self._form._replace(
            **texts,
            headers=self.query_one(FoldingArea).full_text,
            verify=self.query_one(Checkbox).value,
        )

    @property
    def is_changed(self) -> bool:
        return self.form != self._form

    def say(self, words: str, *, bad: bool = False) -> None:
        """Say something below the form; the words may come from a server."""
        for said in self.query("#said").results(Static):
            said.set_class(bad, "-bad")
            said.update(clean_line(words))

    @work(exclusive=True, group="host")
    async def action_keep(self) -> None:
        form = self.form
        try:
            await self._keep(form)
        except SettingsError as error:
            self.say(str(error), bad=True)
        else:
            self.dismiss(form.name.strip())

    @work(exclusive=True, group="host")
    async def action_test(self) -> None:
        self.say("asking …")
        try:
            async for report in self._test(self.form):
                error = report.error
                words = error.sentence if error else report.words
                self.say(words, bad=report.state == "down")
        except SettingsError as error:
            self.say(str(error), bad=True)
