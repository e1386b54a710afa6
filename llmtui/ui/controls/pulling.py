"""Fetching models: by name, for a reply that lacked one, and the line of pulls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.chat.names import short
from llmtui.commands.command import Action
from llmtui.commands.keymap import shown
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.log.view import MessageLog

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.pulls import QueuedPull


class Pulling:
    """Puts pulls in line, and shows how they are."""

    def __init__(
        self, chat: CurrentChat, log: MessageLog, services: ScreenServices
    ) -> None:
        self._chat = chat
        self._log = log
        self._say = services.say
        self._refuse = services.refuse
        self._ask = services.ask

    def actions(self) -> dict[str, Action]:
        return {"pull": self.pull}

    def pull(self, name: str = "") -> None:
        """Fetch a model; without a name show what is being fetched, or fetch the one
        that is missing."""
        chat = self._chat
        if name:
            self.fetch(name)
        elif self.missing():
            return
        elif chat.models.pulls.all:
            from llmtui.ui.dialogs.pulls import PullsDialog

            self._ask(PullsDialog(chat.models.pulls), lambda _: None)
        elif chat.model and chat.models.choice.missing(chat.model):
            self.fetch(chat.model)
        else:
            self._say("nothing is being fetched: /pull NAME fetches a model")

    def fetch(self, name: str, *, use: bool = False) -> None:
        """Put a model in line; ``use`` has it answer here once it is there."""
        chat = self._chat
        host = chat.monitor.host
        if chat.monitor.state == "up" and not chat.monitor.capabilities.pulls:
            self._refuse(f"{host.label} cannot fetch models")
            return
        chat.models.pull(name, use=use)
        key = shown("pull")
        self._say(f"fetching {short(name)} to {host.label}: {key} shows how far it is")

    def fetch_to_use(self, name: str) -> None:
        """Fetch a model that is to answer here once it is there."""
        self.fetch(name, use=True)

    def missing(self) -> bool:
        """Fetch the model that the reply in focus (or the last one) did not have;
        False if it did not fail for that."""
        chat = self._chat
        focused = self._log.focused_id
        path = chat.session.path()
        wanted = [m for m in path if m.id == focused] if focused else path[-1:]
        for message in wanted:
            if message.status == "failed" and message.request:
                model, host = message.request.model, chat.monitor.host
                there = chat.models.pulls.fetching(host, model)
                if chat.models.choice.missing(model) and not there:
                    self.fetch(model, use=True)
                    return True
        return False

    def ended(self, pull: QueuedPull) -> None:
        """Say what became of a pull."""
        name = short(pull.model)
        if pull.error:
            key = shown("pull")
            self._say(f"{name} was not fetched: {pull.error} ({key})", warning=True)
            return
        answer = self._chat.session.last_answer()
        retry = pull.session == self._chat.session.id and answer is not None
        again = f": {shown('retry')} asks again" if retry else ""
        self._say(f"{name} is here{again}")
