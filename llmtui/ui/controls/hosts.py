"""Where the next turn is answered: another host, or this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.ui.controls.host_editing import HostEditing
from llmtui.ui.controls.services import ScreenServices

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.ui.dialogs.hosts import HostsDialog


class Hosts:
    """Switches hosts, by dialog or by the argument of a slash command."""

    def __init__(
        self, chat: CurrentChat, editing: HostEditing, services: ScreenServices
    ) -> None:
        self._chat = chat
        self._editing = editing
        self._say = services.say
        self._refuse = services.refuse
        self._ask = services.ask
        self._dialog: HostsDialog | None = None

    def actions(self) -> dict[str, Action]:
        return {
            "host": self.host,
            "hosts": lambda _: self.show(),
            "local": lambda _: self.local(),
            "sign-in": lambda _: self._editing.sign_in(self._chat.monitor.host),
        }

    def show(self) -> None:
        """All hosts, how they are, going to one of them, and changing them."""
        from llmtui.ui.dialogs.hosts import HostActions, HostsDialog

        editing, hosts = self._editing, self._chat.hosts
        actions = HostActions(
            hosts.look,
            editing.add,
            editing.edit,
            editing.remove,
            editing.restore,
            editing.sign_in,
        )
        self._dialog = HostsDialog(actions, current=self._chat.monitor.host.stored)
        hosts.look()
        self._fill(self._dialog)
        self._ask(self._dialog, self._use_host)

    def changed(self) -> None:
        """A host has answered, or is another one now."""
        if self._dialog is not None and self._dialog.is_attached:
            self._fill(self._dialog)

    def _fill(self, dialog: HostsDialog) -> None:
        dialog.show(self._chat.hosts.reports(), self._chat.monitor.host.stored)

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
            self._refuse(str(error))

    def local(self) -> None:
        """Use the built-in model, or say what it needs."""
        if problem := self._chat.host_switch.use_builtin():
            self._say(problem, warning=True)
