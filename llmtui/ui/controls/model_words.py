"""``/show``: what a model says of itself, in the words of ``ollama run``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.chat.names import short
from llmtui.commands.command import Action
from llmtui.commands.table import BY_ID
from llmtui.ui.controls.services import ScreenServices

if TYPE_CHECKING:
    from llmtui.chat.models import ModelDetails
    from llmtui.jobs.current_chat import CurrentChat


class ModelWords:
    """Shows the model of the next turn, or one thing that is known of it."""

    def __init__(self, chat: CurrentChat, services: ScreenServices) -> None:
        self._chat = chat
        self._spawn = services.spawn
        self._say = services.say
        self._refuse = services.refuse
        self._ask = services.ask

    def actions(self) -> dict[str, Action]:
        return {"show": self.show}

    def show(self, part: str = "") -> None:
        """All of it, or one part."""
        part = part.strip().lower()
        parts = [argument.word for argument in BY_ID["show"].takes]
        if part and part not in parts:
            self._refuse(f"/show takes one of {', '.join(parts)}")
        elif not self._chat.model:
            self._say(self._chat.models.choice.why_none(), warning=True)
        else:
            self._spawn(self._show(self._chat.model, part))

    async def _show(self, model: str, part: str) -> None:
        from llmtui.ui.dialogs.model_details import DetailsDialog, sections

        details = await self._chat.monitor.details(model)
        if details is None:
            where = self._chat.monitor.host.label
            self._say(f"{where} says nothing more of {short(model)}", warning=True)
            return
        shown = self._part(details, part) if part else sections(details)
        if shown:
            self._ask(DetailsDialog(model, shown), lambda _: None)
        else:
            self._say(f"{short(model)} has no {part}")

    def _part(self, details: ModelDetails, part: str) -> list[tuple[str, str]]:
        """One part, with what is set here in its place; titles and texts."""
        from llmtui.chat.option_texts import option_text
        from llmtui.ui.dialogs.model_details import sections

        session = self._chat.session
        if part == "info":
            shown = ("model", "metadata")
            return [section for section in sections(details) if section[0] in shown]
        found = [(part, getattr(details, part))]
        if part == "system":
            found.insert(0, ("set in this session", session.system or ""))
        if part == "parameters":
            options = [
                f"{name}  {option_text(name, value)}"
                for name, value in session.options.items()
            ]
            found.insert(0, ("set in this session", "\n".join(options)))
        return [(title, text.strip()) for title, text in found if text.strip()]
