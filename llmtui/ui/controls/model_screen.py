"""The models of the host: their screen, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.commands import Action
from llmtui.ui.dialogs.dialog import Ask

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.ui.dialogs.models import ModelsDialog


class ModelScreen:
    """Shows the models, and keeps an open screen as the host is."""

    def __init__(
        self, chat: CurrentChat, use: Callable[[str], object], *, ask: Ask
    ) -> None:
        """``use`` has a model answer from the next turn on."""
        self._chat = chat
        self._use = use
        self._ask = ask
        self._dialog: ModelsDialog | None = None

    def actions(self) -> dict[str, Action]:
        return {"models": lambda _: self.show()}

    def show(self) -> None:
        """All models of the current host, and what can be done to them."""
        from llmtui.jobs.model_actions import ModelActions
        from llmtui.ui.dialogs.models import ModelsDialog

        chat = self._chat
        chat.monitor.poke()
        actions = ModelActions(chat.core.providers, chat.monitor)
        self._dialog = ModelsDialog(actions, chat.monitor.details, self._ask)
        self._fill(self._dialog)
        self._ask(self._dialog, self._use)

    def changed(self) -> None:
        """The host has other models, or others in memory."""
        if self._dialog is not None and self._dialog.is_attached:
            self._fill(self._dialog)

    def _fill(self, dialog: ModelsDialog) -> None:
        from llmtui.ui.dialogs.models import HostView

        monitor = self._chat.monitor
        models = self._chat.models.choice.in_order()
        dialog.show(HostView(monitor.host.label, models, monitor.status.running))
