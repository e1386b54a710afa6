"""Everything that gets, offers and chooses models and their hosts, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.host_editing import HostEditing
from llmtui.ui.controls.hosts import Hosts
from llmtui.ui.controls.model_screen import ModelScreen
from llmtui.ui.controls.models import Models
from llmtui.ui.controls.offering import Offering
from llmtui.ui.controls.pulling import Pulling
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat


class ModelControls:
    """Who answers, and from where."""

    def __init__(
        self,
        chat: CurrentChat,
        log: MessageLog,
        clipboard: Clipboard,
        services: ScreenServices,
    ) -> None:
        welcome = log.screen.query_one(Welcome)
        self.pulling = Pulling(chat, log, services)
        self.offering = Offering(chat, welcome, clipboard, services)
        self.choosing = Models(chat, self.pulling.fetch_to_use, services)
        self._screen = ModelScreen(chat, self.choosing.model, services)
        editing = HostEditing(chat, clipboard, services)
        self._hosts = Hosts(chat, editing, services)

    def actions(self) -> dict[str, Action]:
        return {
            **self.pulling.actions(),
            **self.offering.actions(),
            **self.choosing.actions(),
            **self._screen.actions(),
            **self._hosts.actions(),
        }

    async def finish(self) -> None:
        """Do what was left for the end of the program."""
        await self._screen.finish()

    def answers_changed(self) -> None:
        """Some host may have told what it has: who lists that shows it."""
        self._screen.changed()
        self.choosing.changed()
        self._hosts.changed()
