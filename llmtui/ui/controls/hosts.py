"""Where the next turn is answered: another host, or this computer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.ui.dialogs.dialog import Ask
from llmtui.ui.notices import Say

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.ui.dialogs.hosts import HostRow, HostsDialog


class Hosts:
    """Switches hosts, by dialog or by the argument of a slash command."""

    def __init__(self, chat: CurrentChat, *, say: Say, ask: Ask) -> None:
        self._chat = chat
        self._say = say
        self._ask = ask
        self._dialog: HostsDialog | None = None

    def actions(self) -> dict[str, Action]:
        return {
            "host": self.host,
            "hosts": lambda _: self.show(),
            "local": lambda _: self.local(),
        }

    def show(self) -> None:
        """All hosts, how they are, and going to one of them."""
        from llmtui.ui.dialogs.hosts import HostsDialog

        current = self._chat.monitor.host.stored
        self._dialog = HostsDialog(self._ask_all, current=current)
        self._ask_all()
        self._dialog.show(self._rows())
        self._ask(self._dialog, self._use_host)

    def changed(self) -> None:
        """A host has answered, or is another one now."""
        if self._dialog is not None and self._dialog.is_current:
            self._dialog.show(self._rows())

    def _ask_all(self) -> None:
        self._chat.monitor.poke()
        self._chat.models.everywhere.look(self._chat.monitor.host)

    def _rows(self) -> Iterator[HostRow]:
        from llmtui.ui.dialogs.hosts import HostRow

        chat, monitor = self._chat, self._chat.monitor
        words = monitor.sentence or _many(len(monitor.models))
        yield HostRow(monitor.host, monitor.state, words, current=True)
        answers = {answer.host: answer for answer in chat.models.everywhere.found}
        for host in chat.models.everywhere.hosts():
            if (host.kind, host.url) == (monitor.host.kind, monitor.host.url):
                continue
            if (answer := answers.get(host)) is None:
                yield HostRow(host, "unknown", "asking …")
            elif answer.trouble:
                yield HostRow(host, "down", answer.trouble)
            else:
                yield HostRow(host, "up", _many(len(answer.models)))

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


def _many(models: int) -> str:
    return "1 model" if models == 1 else f"{models} models"
