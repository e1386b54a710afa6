"""The models of the host: their screen, and what its keys do to one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from llmtui.chat.names import canonical, short
from llmtui.commands.command import Action
from llmtui.human import size
from llmtui.ui.controls.services import ScreenServices

if TYPE_CHECKING:
    from llmtui.chat.models import Model, NewModel
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.model_actions import ModelActions
    from llmtui.ui.dialogs.models import ModelsDialog


PATIENCE = 3.0
"""Seconds that the end of the program waits for a host to delete models."""


class ModelScreen:
    """Shows the models, keeps an open screen as the host is, and does what it asks.

    What it does outlives the screen: half a rename would be a model too many.
    """

    def __init__(
        self, chat: CurrentChat, use: Callable[[str], object], services: ScreenServices
    ) -> None:
        """``use`` has a model answer from the next turn on, or fetches it."""
        self._chat = chat
        self._use = use
        self._services = services
        self._dialog: ModelsDialog | None = None
        self._actions: ModelActions | None = None

    def actions(self) -> dict[str, Action]:
        return {"models": lambda _: self.show()}

    def show(self) -> None:
        """All models of the current host, and what can be done to them."""
        from llmtui.jobs.model_actions import ModelActions
        from llmtui.ui.dialogs.models import ModelsDialog

        chat = self._chat
        chat.monitor.poke()
        self._actions = ModelActions(chat.core.providers, chat.monitor)
        self._dialog = ModelsDialog(self._act, self._left)
        self._fill(self._dialog)
        self._services.ask(self._dialog, self._use)

    def changed(self) -> None:
        """The host has other models, or others in memory."""
        if self._dialog is not None:
            self._fill(self._dialog)

    async def finish(self) -> None:
        """Delete what is marked: the program is being left."""
        if self._dialog is not None:
            with suppress(TimeoutError):  # what is not deleted by then stays
                async with asyncio.timeout(PATIENCE):
                    for model in self._dialog.take_marked():
                        await self._delete(model)

    def _fill(self, dialog: ModelsDialog) -> None:
        from llmtui.ui.dialogs.models import HostView

        monitor, models = self._chat.monitor, self._chat.models
        models.recommendations.look()
        dialog.show(
            HostView(
                monitor.host.label,
                models.choice.in_order(),
                monitor.status.running,
                models.recommendations.found,
                "asking the server …"
                if monitor.state == "unknown"
                else models.choice.why_none(),
            )
        )

    # -- what is done to one ---------------------------------------------------------

    def _act(self, what: str, model: Model) -> None:
        """Do what a key of the screen says."""
        actions, name = self._actions, model.name
        assert actions is not None
        match what:
            case "make":
                self._ask_for_new(name)
            case "copy":
                self._ask_for_name("copy", name, actions.copy)
            case "rename":
                self._ask_for_name("rename", name, self._rename)
            case "details":
                self._services.spawn(self._show_details(name))
            case "unload":
                self._do(actions.unload(name), f"{short(name)} leaves memory")
            case "keep" | "extend":
                seconds, how = (
                    (-1.0, "for ever") if what == "keep" else (3600.0, "for an hour")
                )
                self._say(f"loading {short(name)} …")
                words = f"{short(name)} stays in memory {how}"
                self._do(actions.keep(name, seconds), words)

    def _ask_for_name(
        self,
        what: str,
        name: str,
        act: Callable[[str, str], Coroutine[Any, Any, None]],
    ) -> None:
        from llmtui.ui.dialogs.text import LineDialog

        dialog = LineDialog(f"{what} {short(name)} to", short(name))
        done = f"{what}: "
        self._services.ask(dialog, lambda to: self._do(act(name, to), done + to))

    async def _rename(self, name: str, to: str) -> None:
        """Rename a model; where it answers next, it still does."""
        assert self._actions is not None
        chat, session = self._chat, self._chat.session
        answers = canonical(chat.model) == canonical(name)
        await self._actions.rename(name, to)
        if answers and chat.session is session:
            chat.models.choose(to)

    def _ask_for_new(self, base: str) -> None:
        from llmtui.ui.dialogs.new_model import NewModelDialog

        where = self._chat.monitor
        if not where.capabilities.creates:
            self._say(f"{where.host.label} cannot make models")
            return
        choice = self._chat.models.choice
        dialog = NewModelDialog(base, lambda name: choice.listed(name) is not None)
        self._services.ask(dialog, self._make)

    def _make(self, new: NewModel) -> None:
        from llmtui.jobs.pull_words import step_words

        assert self._actions is not None
        made = f"made {short(new.name)} from {short(new.base)}"
        job = self._actions.create(new, lambda step: self._say(step_words(step, 100)))
        self._do(job, made)

    async def _show_details(self, name: str) -> None:
        from llmtui.ui.dialogs.model_details import DetailsDialog, sections

        self._say(f"asking for {short(name)} …")
        details = await self._chat.monitor.details(name)
        if details is None:
            self._say(f"nothing more is known of {short(name)}")
        elif self._dialog is not None and self._dialog.is_current:
            self._dialog.say_keys()
            dialog = DetailsDialog(details.model.name, sections(details))
            self._services.ask(dialog, lambda _: None)

    def _left(self, marked: Sequence[Model]) -> None:
        self._dialog = None
        for model in marked:
            self._services.spawn(self._delete(model))

    async def _delete(self, model: Model) -> None:
        assert self._actions is not None
        name = short(model.name)
        much = f" ({size(model.size)})" if model.size else ""
        await self._done(self._actions.delete(model.name), f"deleted {name}{much}")

    def _do(self, job: Coroutine[Any, Any, None], words: str) -> None:
        self._services.spawn(self._done(job, words))

    async def _done(self, job: Coroutine[Any, Any, None], words: str) -> None:
        """Do something to a model, then say ``words``, or why it could not be done."""
        from llmtui.jobs.model_actions import ModelActionError

        try:
            await job
        except ModelActionError as error:
            self._say(str(error), warning=True)
        else:
            self._say(words)

    def _say(self, words: str, *, warning: bool = False) -> None:
        """On the screen while it is there, else among the notices."""
        if self._dialog is not None:
            self._dialog.say(words)
        else:
            self._services.say(words, warning=warning)
