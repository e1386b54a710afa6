"""Which model answers, and where: the picker, the host, the built-in model."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from textual.content import Content

from llmtui.chat.names import canonical, short
from llmtui.commands import Action
from llmtui.human import context_size, parameters
from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.dialog import Ask
from llmtui.ui.glyphs import terminal_glyphs
from llmtui.ui.notices import Say
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.ui.dialogs.choice import ChoiceDialog
    from llmtui.ui.dialogs.list_dialog import Choice


class Models:
    """Switches models and hosts, by dialog or by the argument of a slash command."""

    def __init__(
        self,
        chat: CurrentChat,
        fetch: Callable[[str], object],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        *,
        say: Say,
        ask: Ask,
    ) -> None:
        """``fetch`` puts a model in line that is to answer here; ``spawn`` does what
        takes long, and keys do not wait for it."""
        self._chat = chat
        self._fetch = fetch
        self._spawn = spawn
        self._say = say
        self._ask = ask
        self._picker: ChoiceDialog | None = None

    def actions(self) -> dict[str, Action]:
        return {
            "model": self.model,
            "host": self.host,
            "local": lambda _: self.local(),
        }

    # -- model ---------------------------------------------------------------------

    def model(self, name: str = "") -> None:
        """Choose the model of the next turn."""
        if name:
            self._use_model(name)
        else:
            self.ask_for(self._use_model, self._what_to_fetch)

    def ask_for(
        self,
        use: Callable[[str], object],
        other: Callable[[str], str] | None = None,
    ) -> None:
        """Have a model chosen for something; ``other`` says what becomes of a name that
        is not in the list."""
        from llmtui.ui.dialogs.choice import ChoiceDialog

        chat = self._chat
        if unlisted := chat.models.unlisted:
            from llmtui.ui.dialogs.text import LineDialog

            dialog = LineDialog("model", chat.model, hint=f"its name: {unlisted}")
            self._ask(dialog, use)
            return
        chat.monitor.poke()
        self._picker = ChoiceDialog(
            "model",
            self._known(),
            current=chat.model,
            empty=self._why_empty(),
            dropped=True,
            other=other,
        )
        self._ask(self._picker, use)

    def changed(self) -> None:
        """The host's list came or changed: an open picker shows it."""
        if self._picker is not None:
            self._picker.replace(self._known(), self._why_empty())

    def _use_model(self, name: str) -> None:
        chat = self._chat
        listed = chat.models.listed(name)
        if listed is None and chat.models.missing(name):
            if self._what_to_fetch(name):
                self._fetch(name)
                return
            if chat.monitor.models:
                where = chat.monitor.host.label
                self._say(f"{where} has no model {name}", warning=True)
                return
        chat.choose_model(listed.name if listed else name)
        if not chat.saved and chat.monitor.capabilities.creates:
            self._spawn(self._bring_messages())

    async def _bring_messages(self) -> None:
        """A model that was made of a conversation brings it into an empty session."""
        from llmtui.jobs.model_making import messages_of

        chat, session = self._chat, self._chat.session
        messages = await messages_of(chat.core, chat.monitor.host, chat.model)
        if messages and not session.messages:
            for message in messages:
                session.add(message)
            self._say("this model was made of a conversation: it reads that every time")

    def _what_to_fetch(self, name: str) -> str:
        """What becomes of a name that is not in the list; "" if nothing can."""
        if not self._chat.monitor.capabilities.pulls:
            return ""
        return f"enter fetches {name} to {self._chat.monitor.host.label}"

    def _known(self) -> list[Choice] | None:
        """The models to choose from; None while the host has not said."""
        choices = self._choices()
        return choices if choices or self._chat.monitor.state != "unknown" else None

    def _choices(self) -> list[Choice]:
        from llmtui.ui.dialogs.list_dialog import Choice

        chat = self._chat
        now = canonical(chat.model) if chat.model else ""
        return [
            Choice(
                model.name,
                model_row(model, canonical(model.name) == now),
                f"{model.name} {model.parameters} {model.quantisation} {model.family}",
            )
            for model in chat.models.recent_first()
        ]

    def _why_empty(self) -> str:
        chat = self._chat
        if chat.monitor.state == "unknown":
            return "asking the server …"
        return chat.models.why_none()

    # -- host ----------------------------------------------------------------------

    def host(self, value: str = "") -> None:
        """Connect to another host."""
        if value:
            self._use_host(value)
            return
        from llmtui.ui.dialogs.text import LineDialog

        hint = "box:11434, https://…, openai+http://box:8000/v1, or local"
        url = self._chat.monitor.host.stored
        self._ask(LineDialog("host", url, hint=hint), self._use_host)

    def _use_host(self, value: str) -> None:
        from llmtui.settings import SettingsError

        try:
            self._chat.host_switch.switch(value)
        except SettingsError as error:
            self._say(str(error), warning=True)
            return

    def local(self) -> None:
        """Use the built-in model, or say what it needs."""
        if problem := self._chat.host_switch.use_builtin():
            self._say(problem, warning=True)


def model_row(model: Model, chosen: bool) -> Content:
    """One row of the picker: mark, name, size, quantisation, context, abilities."""
    mark = f"{terminal_glyphs().checked} " if chosen else "  "
    name = shortened(clean_line(short(model.name)), 24)
    context = context_size(model.context_length) if model.context_length else ""
    abilities = " ".join(
        word
        for word in ("tools", "vision", "thinking")
        if model.capabilities and word in model.capabilities
    )
    where = "cloud" if model.remote else ""
    weights = shortened(clean_line(parameters(model.parameters)), 8)
    bits = shortened(clean_line(model.quantisation), 7)
    detail = f"{weights:>8}  {bits:<7} {context:>5}  {abilities or where}"
    gap = " " * max(1, 25 - Content(name).cell_length)
    return Content.assemble(mark, name, gap, (detail, "dim"))
