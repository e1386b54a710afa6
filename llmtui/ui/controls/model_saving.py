"""A model made of the conversation."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from llmtui.chat.names import short
from llmtui.commands import Action
from llmtui.ui.dialogs.dialog import Ask
from llmtui.ui.notices import Say

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat


class ModelSaving:
    """Asks for a name, and has the host make the model."""

    def __init__(
        self,
        chat: CurrentChat,
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        *,
        say: Say,
        ask: Ask,
    ) -> None:
        """``spawn`` does what takes long; keys do not wait for it."""
        self._chat = chat
        self._spawn = spawn
        self._say = say
        self._ask = ask

    def actions(self) -> dict[str, Action]:
        return {
            "save": self.save,
        }

    def save(self, name: str = "") -> None:
        """Make a model of the conversation, as ``ollama run`` does."""
        from llmtui.ui.dialogs.text import LineDialog

        chat = self._chat
        if not chat.monitor.capabilities.creates:
            label = chat.monitor.host.label
            self._say(
                f"{label} cannot make models; /export writes a file", warning=True
            )
        elif not chat.model:
            self._say(chat.models.why_none(), warning=True)
        elif name.strip():
            self._spawn(self._save(name.strip()))
        else:
            hint = "a model of that name is overwritten"
            self._ask(LineDialog("save as model", hint=hint), self.save)

    async def _save(self, name: str) -> None:
        from llmtui.jobs.model_making import MakingError, save_as_model

        chat = self._chat
        try:
            await save_as_model(
                chat.core, chat.session, chat.monitor.host, chat.model, name
            )
        except MakingError as error:
            self._say(f"not saved: {error}", warning=True)
            return
        chat.monitor.poke()
        self._say(
            f"saved as the model {short(name)}: /load {short(name)} brings it back"
        )
