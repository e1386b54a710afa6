"""What the next turn is sent with: system prompt, thinking, options, format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from llmtui.chat.capabilities import think_choices, think_refusal
from llmtui.chat.names import short
from llmtui.commands.command import Action
from llmtui.commands.table import BY_ID
from llmtui.human import nearest
from llmtui.ui.controls.services import ScreenServices

if TYPE_CHECKING:
    from llmtui.chat.models import ModelDetails
    from llmtui.jobs.current_chat import CurrentChat


_SWITCH = {"on": True, "true": True, "off": False, "false": False}


WRAPS = "lines are always wrapped to the window here; a copy has them as written"
"""What there is to say of the wrapping of words, which ``ollama run`` can leave off."""


class Generation:
    """Changes the session's own settings."""

    def __init__(self, chat: CurrentChat, services: ScreenServices) -> None:
        self._chat = chat
        self._run = services.run_command
        self._say = services.say
        self._refuse = services.refuse
        self._ask = services.ask

    def actions(self) -> dict[str, Action]:
        return {
            "think": self.think,
            "system": self.system,
            "set": self.set,
            "options": self.options,
        }

    def system(self, text: str = "") -> None:
        """Edit the system prompt of the session."""
        if text:
            self._use_system(text)
            return
        from llmtui.ui.dialogs.text import TextDialog

        now = self._chat.session.system or ""
        hint = "what the model is told before the conversation; empty: its own"
        self._ask(TextDialog("system prompt", now, hint=hint), self._use_system)

    def _use_system(self, text: str) -> None:
        self._chat.change(system=text.strip() or None)
        words = "the next turn is sent with it" if text.strip() else "none is sent"
        self._say(f"system prompt: {words}")

    def think(self, level: str = "") -> None:
        """Choose how much the model thinks."""
        if level:
            self._use_think(level)
            return
        choices = think_choices(self._chat.listed)
        if not choices:
            self._say(f"{self._model} does not think", warning=True)
            return
        from llmtui.chat.request import think_word
        from llmtui.ui.dialogs.choice import ChoiceDialog
        from llmtui.ui.dialogs.list_dialog import Choice

        rows = [
            Choice(
                name, Content.assemble(f"{name:<8} ", (what, "dim")), f"{name} {what}"
            )
            for name, what in choices
        ]
        now = think_word(self._chat.session.think)
        self._ask(ChoiceDialog("thinking", rows, current=now), self._use_think)

    def _use_think(self, level: str) -> None:
        from llmtui.chat.options import OptionError
        from llmtui.chat.request import parse_think, think_word

        try:
            think = parse_think(level)
        except OptionError as error:
            self._refuse(str(error))
            return
        self._chat.change(think=think)
        if refusal := think_refusal(self._chat.listed, think):
            self._say(f"{refusal}; kept for others")
        else:
            self._say(f"thinking: {think_word(think)}")

    @property
    def _model(self) -> str:
        return short(self._chat.model)

    def options(self, name: str = "") -> None:
        """All options of the model, to be looked at and changed."""
        from llmtui.ui.dialogs.options import OptionsDialog

        chat = self._chat
        model, monitor = chat.model, chat.monitor
        who = f"{self._model} on " if model else ""

        async def details() -> ModelDetails | None:
            return await monitor.details(model) if model else None

        title = f"options · {who}{monitor.host.label}"
        dialog = OptionsDialog(chat.options, title, details, at=name.strip())
        self._ask(dialog, lambda _: None)

    def set(self, words: str) -> None:
        """``/set``, in the words of ``ollama run``."""
        what, _, rest = words.partition(" ")
        rest = rest.strip()
        match what:
            case "parameter":
                self._set_option(*rest.partition(" ")[::2])
            case "system" if rest:
                self._use_system(rest.strip('"'))
            case "think":
                self._use_think(rest or "on")
            case "nothink":
                self._use_think("off")
            case "format" if rest:
                self._run("format", rest)
            case "noformat":
                self._run("format", "off")
            case "truncate" if rest in _SWITCH:
                self._use_truncate(_SWITCH[rest])
            case "history" | "nohistory":
                self._use_history(what == "history")
            case "vim" | "novim":
                self._run("vim", "on" if what == "vim" else "off")
            case "verbose" | "quiet":
                self._run("verbose", "on" if what == "verbose" else "off")
            case "wordwrap" | "nowordwrap":
                self._say(WRAPS)
            case _:
                self._refuse_word(what)

    def _refuse_word(self, what: str) -> None:
        """A word that ``/set`` does not know."""
        words = [argument.word for argument in BY_ID["set"].takes]
        near = nearest(what, words)
        if what in words:
            self._refuse(f"/set {what} needs more: /? /set says what")
        elif near:
            self._refuse(f"/set knows no {what}: did you mean {near}?")
        else:
            self._refuse(f"/set takes: {BY_ID['set'].argument}")

    def _use_history(self, yes: bool) -> None:
        self._chat.history.on = yes
        if yes:
            self._say("what is typed is kept for the next time")
        else:
            self._say("what is typed is not kept from here on, until the program ends")

    def _use_truncate(self, yes: bool) -> None:
        self._chat.change(truncate=yes)
        what = "left out" if yes else "refused by the server, nothing is left out"
        self._say(f"what does not fit into the context is {what}, from the next turn")

    def _set_option(self, name: str, value: str) -> None:
        from llmtui.chat.options import OPTIONS, OptionError

        if not name:
            self._refuse(f"/set parameter NAME VALUE; known are {', '.join(OPTIONS)}")
            return
        try:
            self._chat.options.set(name, value.strip())
        except OptionError as error:
            self._refuse(str(error))
            return
        self._say(f"{name} is {self._chat.options.text(name)} from the next turn on")
