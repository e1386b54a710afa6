"""``/save`` and ``/load``: conversations that are kept in a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from llmtui.chat.names import short
from llmtui.commands.command import Action
from llmtui.ui.controls.models import Models
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.controls.sessions import Sessions

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat


class SavedModels:
    """Makes models of the session, and sessions of such models."""

    def __init__(
        self,
        chat: CurrentChat,
        sessions: Sessions,
        models: Models,
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._sessions = sessions
        self._models = models
        self._run = services.run_job
        self._spawn = services.spawn
        self._say = services.say
        self._refuse = services.refuse
        self._ask = services.ask

    def actions(self) -> dict[str, Action]:
        return {"save": self.save, "load": self.load}

    def save(self, name: str = "") -> None:
        """Make a model of the session, once a name is given that is free."""
        chat = self._chat
        if not chat.model:
            self._refuse(f"not saved: {chat.models.choice.why_none()}")
        elif not chat.monitor.capabilities.creates:
            where = chat.monitor.host.label
            words = f"{where} cannot make models: a server of Ollama's can"
            self._refuse(words)
        elif not name.strip():
            from llmtui.ui.dialogs.text import LineDialog

            hint = "a model that goes on with this conversation; enter makes it"
            self._ask(LineDialog("name of the model", hint=hint), self._save)
        else:
            self._save(name)

    def _save(self, name: str) -> None:
        if not (name := name.strip()):
            return
        if self._chat.models.choice.listed(name) is None:
            self._spawn(self._make(name))
            return
        from llmtui.ui.dialogs.choice import ChoiceDialog
        from llmtui.ui.dialogs.list_dialog import Choice

        ways = {"keep": "keep it as it is", "make": "make it anew: the old one is gone"}
        rows = [Choice(way, Content(words), words) for way, words in ways.items()]
        dialog = ChoiceDialog(f"there is a model {name}", rows)
        self._ask(dialog, lambda way: way == "make" and self._spawn(self._make(name)))

    async def _make(self, name: str) -> None:
        from llmtui.jobs.model_conversations import (
            ConversationError,
            ModelConversations,
        )

        chat, base = self._chat, self._chat.model
        try:
            await ModelConversations(chat.core).save(chat.session, base, name)
        except ConversationError as error:
            self._refuse(f"not saved: {error}")
        else:
            self._say(f"made {name} from {short(base)}: /load {name} goes on with this")

    def load(self, name: str = "") -> None:
        """Go on with the conversation in a model, or choose a model that has none."""
        if name.strip() and self._chat.monitor.capabilities.describes:
            self._run(self._load(name.strip()))
        else:
            self._models.model(name)

    async def _load(self, name: str) -> None:
        from llmtui.jobs.model_conversations import (
            ConversationError,
            ModelConversations,
        )

        chat = self._chat
        if chat.models.choice.missing(name):
            self._models.model(name)
            return
        try:
            conversations = ModelConversations(chat.core)
            session = await conversations.load(name, private=chat.private)
        except ConversationError as error:
            self._refuse(f"not loaded: {error}")
            return
        if session is None:
            self._models.model(name)
            return
        await self._sessions.resume(session.id)
        held = f"the conversation in {name}, held with {short(session.model)}"
        self._say(f"{held}: a session of its own from here on")
