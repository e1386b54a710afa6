"""Which model answers: the picker, and what follows from a choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from llmtui.chat.names import canonical, short
from llmtui.commands.command import Action
from llmtui.human import nearest
from llmtui.ui.controls.services import ScreenServices

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.hosts import Host
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.ui.dialogs.model_picker import ModelPicker, ModelRow

Use = Callable[[str, "Host | None"], object]
"""Uses a model, of another host than the current one if that is given."""

_TO_FETCH = " "
"""How the ids of rows begin that are no models yet; those of others never do."""


class Models:
    """Switches models, by dialog or by the argument of a slash command."""

    def __init__(
        self,
        chat: CurrentChat,
        fetch: Callable[[str], object],
        services: ScreenServices,
    ) -> None:
        """``fetch`` puts a model in line that is to answer here."""
        self._chat = chat
        self._fetch = fetch
        self._spawn = services.spawn
        self._say = services.say
        self._refuse = services.refuse
        self._ask = services.ask
        self._picker: ModelPicker | None = None
        self._everywhere = False
        """Whether the picker has the models of all hosts."""
        self._fetches = False
        """Whether it offers models that are still to be fetched."""
        self._places: dict[str, tuple[str, Host | None]] = {}
        """Name and (other) host of each row."""

    def actions(self) -> dict[str, Action]:
        return {"model": self.model}

    def model(self, name: str = "") -> None:
        """Choose the model of the next turn; a name that is typed fetches nothing."""
        if name:
            self._use(name, fetches=False)
        else:
            self._pick(self._use, fetches=True)

    def ask_for(self, use: Callable[[str], object]) -> None:
        """Have a model of the current host chosen for something."""
        self._pick(lambda name, host: use(name), fetches=False)

    def changed(self) -> None:
        """A host's list came or changed: an open picker shows it."""
        if self._picker is not None and self._picker.is_current:
            self._fill()

    # -- the picker ------------------------------------------------------------------

    def _pick(self, use: Use, *, fetches: bool) -> None:
        chat = self._chat
        if unlisted := chat.models.choice.unlisted:
            from llmtui.ui.dialogs.text import LineDialog

            dialog = LineDialog("model", chat.model, hint=f"its name: {unlisted}")
            self._ask(dialog, lambda name: use(name, None))
            return
        from llmtui.ui.dialogs.model_picker import ModelPicker, PickerActions

        chat.monitor.poke()
        other = self._what_to_fetch if fetches else _nothing
        everywhere = self._all_hosts if fetches else None
        actions = PickerActions(self._toggle, everywhere, other)
        self._everywhere, self._fetches = False, fetches
        self._picker = ModelPicker(actions, current=_row_id(chat.model, None))
        self._fill()
        self._ask(self._picker, lambda row: use(*self._places.get(row, (row, None))))

    def _fill(self) -> None:
        """Give the picker its rows as they are now."""
        picker, monitor = self._picker, self._chat.monitor
        if picker is None:
            return
        rows = list(self._rows())
        known = rows or monitor.state != "unknown"
        picker.show(rows if known else None, self._empty(), self._of_others())

    def _rows(self) -> Iterator[ModelRow]:
        models = self._chat.models
        self._places.clear()
        yield from self._of(models.choice.in_order(), None)
        if self._fetches:
            yield from self._recommended()
        if self._everywhere:
            for answer in models.everywhere.found:
                there = models.choice.in_order(answer.models, answer.host)
                yield from self._of(there, answer.host)

    def _recommended(self) -> Iterator[ModelRow]:
        """What the host says is worth fetching."""
        from llmtui.chat.models import Model
        from llmtui.ui.dialogs.model_picker import ModelRow

        recommendations = self._chat.models.recommendations
        recommendations.look()
        for one in recommendations.found:
            row_id = _TO_FETCH + one.model
            self._places[row_id] = (one.model, None)
            yield ModelRow(row_id, Model(one.model), recommended=one)

    def _of(self, found: list[Model], host: Host | None) -> Iterator[ModelRow]:
        from llmtui.ui.dialogs.model_picker import ModelRow

        models, chat = self._chat.models.choice, self._chat
        marked = models.favourites(host)
        now = canonical(chat.model) if chat.model and host is None else ""
        for model in found:
            name = canonical(model.name)
            row_id = _row_id(model.name, host)
            self._places[row_id] = (model.name, host)
            yield ModelRow(
                row_id,
                model,
                host.label if host else "",
                chosen=name == now,
                favourite=name in marked,
                loaded=host is None and models.loaded(model),
            )

    def _toggle(self, row_id: str) -> None:
        if row_id in self._places and not row_id.startswith(_TO_FETCH):
            self._chat.models.choice.toggle_favourite(*self._places[row_id])
            self._fill()

    def _all_hosts(self) -> None:
        """Ask all hosts for their models."""
        self._everywhere = True
        self._chat.models.everywhere.look(self._chat.monitor.host)
        self._fill()

    def _empty(self) -> str:
        chat = self._chat
        if chat.monitor.state == "unknown":
            return "asking the server …"
        return chat.models.choice.why_none()

    def _of_others(self) -> str:
        """What is to be said of the other hosts, where they were asked."""
        everywhere = self._chat.models.everywhere
        if not self._everywhere:
            return ""
        if everywhere.waiting:
            return "asking all hosts …"
        silent = [answer.host.label for answer in everywhere.found if answer.trouble]
        return f"nothing from {', '.join(silent)}: /hosts says why" if silent else ""

    def _what_to_fetch(self, name: str) -> str:
        """What becomes of a name that is not in the list; "" if nothing can."""
        if " " in name or not self._chat.monitor.capabilities.pulls:
            return ""
        return f"enter fetches {name} to {self._chat.monitor.host.label}"

    # -- what follows ----------------------------------------------------------------

    def _use(
        self, name: str, host: Host | None = None, *, fetches: bool = True
    ) -> None:
        """Have a model answer from the next turn on."""
        chat = self._chat
        if host is not None:
            chat.host_switch.go_to(host)
            chat.models.choose(name)
            return
        listed = chat.models.choice.listed(name)
        if listed is None and chat.models.choice.missing(name):
            can_be_fetched = bool(self._what_to_fetch(name))
            if can_be_fetched and fetches:
                self._fetch(name)
                return
            if can_be_fetched or chat.monitor.models:
                self._refuse(self._no_such(name, can_be_fetched=can_be_fetched))
                return
        if listed and not listed.chats:
            self._say(
                f"{short(name)} does not chat: it is not for prompts", warning=True
            )
        chat.models.choose(listed.name if listed else name)
        chat.models.preload()
        if not chat.saved and chat.monitor.capabilities.creates:
            self._spawn(self._bring_messages())

    def _no_such(self, name: str, *, can_be_fetched: bool) -> str:
        """That the host has no such model, and what helps."""
        known = [short(model.name) for model in self._chat.monitor.models]
        near = nearest(name, known)
        helps = [f"did you mean {near}?"] if near else []
        if can_be_fetched:
            helps.append(f"/pull {name} fetches it")
        problem = f"{self._chat.monitor.host.label} has no model {name}"
        return f"{problem}: {' '.join(helps)}" if helps else problem

    async def _bring_messages(self) -> None:
        """A model that was made of a conversation brings it into an empty session."""
        from llmtui.jobs.model_conversations import (
            ConversationError,
            ModelConversations,
        )

        chat, session, model = self._chat, self._chat.session, self._chat.model
        try:
            messages = await ModelConversations(chat.core).messages_of(model)
        except ConversationError:
            return  # it is said with the first prompt
        is_here = chat.session is session and chat.model == model
        if messages and is_here and not session.messages:
            for message in messages:
                session.add(message)
            self._say("this model was made of a conversation: it reads that every time")


def _row_id(name: str, host: Host | None) -> str:
    return f"{host.stored} {name}" if host else name


def _nothing(name: str) -> str:
    return ""
