"""Where the next turn is answered: another host, or this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.commands import Action
from llmtui.ui.dialogs.dialog import Ask
from llmtui.ui.notices import Say

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat


class Hosts:
    """Switches hosts, by dialog or by the argument of a slash command."""

    def __init__(self, chat: CurrentChat, *, say: Say, ask: Ask) -> None:
        self._chat = chat
        self._say = say
        self._ask = ask

    def actions(self) -> dict[str, Action]:
        return {"host": self.host, "local": lambda _: self.local()}

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

    def local(self) -> None:
        """Use the built-in model, or say what it needs."""
        if problem := self._chat.host_switch.use_builtin():
            self._say(problem, warning=True)
