"""What lies on the user's desk: one session, its model, and who speaks next.

The front end paints it and tells it what the user did; it decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from llmtui.chat.names import canonical
from llmtui.jobs.builtin import HOST, Builtin
from llmtui.jobs.turns import Spawn, Turns

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.chat.request import Think
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.core import Core
    from llmtui.jobs.reply import Reply
    from llmtui.settings import Settings
    from llmtui.state import State

NEW = "new"
"""The name under which the draft of a session without a file is kept."""


class NoModelError(Exception):
    """Nothing can be sent, since no model is known; ``str()`` says what to do."""


class Desk:
    """The session in front of the user."""

    def __init__(
        self,
        core: Core,
        state: State,
        settings: Settings,
        *,
        model: str = "",
        spawn: Spawn,
        changed: Callable[[str], None],
        failed: Callable[[str, str], None],
    ) -> None:
        """``model`` was asked for with ``-m``; ``spawn``, ``changed`` and ``failed``
        are those of ``Turns``."""
        self.core = core
        self.turns = Turns(
            core.chats, spawn, lambda: core.reach.host, self.listed, changed, failed
        )
        self.builtin = Builtin(core.chats, state, lambda: changed(self.session.id))
        self._spawn = spawn
        self._met = False
        self._state = state
        self._settings = settings
        self._asked = model
        self.session = self._fresh()

    # -- sessions ------------------------------------------------------------

    def new(self) -> Session:
        """Put an empty session on the desk; the model stays."""
        model = self.model
        self.session = self._fresh()
        self.session.model = model
        return self.session

    async def open(self, session_id: str) -> Session:
        """Put a saved session on the desk. Raises what ``Chats.open`` raises."""
        self.session = await asyncio.to_thread(self.core.chats.open, session_id)
        if self._asked:
            self.session.model, self._asked = self._asked, ""
        return self.session

    @property
    def saved(self) -> bool:
        """Whether the session has messages, and so a file."""
        return bool(self.session.messages)

    @property
    def draft_name(self) -> str:
        """Under which name the unsent text is kept."""
        return self.session.id if self.saved else NEW

    # -- the model -------------------------------------------------------------

    @property
    def model(self) -> str:
        """The model of the next turn: asked for, the session's, last used, first one.

        "" while none is known.
        """
        reach = self.core.reach
        if self._asked:
            return self._asked
        if self.session.model:
            return self.session.model
        last = self._settings.model or self._state.last_model(reach.host.stored)
        if last and (not reach.models or self.listed(last)):
            return last
        return reach.models[0].name if reach.models else ""

    def listed(self, name: str) -> Model | None:
        """What the server says about a model, None if it doesn't list it."""
        wanted = canonical(name)
        return next(
            (m for m in self.core.reach.models if canonical(m.name) == wanted), None
        )

    @property
    def can_pull(self) -> bool:
        """Whether the host can fetch a model it doesn't have."""
        return self.core.reach.host.kind == "ollama"

    def choose_model(self, name: str) -> None:
        """Use a model from the next turn on, here and in new sessions."""
        self._asked = ""
        self.session.model = name
        self._state.used_model(name, self.core.reach.host.stored)
        self._state.save()
        self.keep()

    def models(self) -> list[Model]:
        """The server's models, last used first."""
        recent = [canonical(name) for name in self._recent()]
        order = {name: i for i, name in enumerate(recent)}
        return sorted(
            self.core.reach.models,
            key=lambda m: order.get(canonical(m.name), len(order)),
        )

    def _recent(self) -> list[str]:
        return self._state.recent_models(self.core.reach.host.stored)

    # -- what the next turn is sent with ---------------------------------------

    def set_system(self, text: str | None) -> None:
        """Use a system prompt (None: the model's own)."""
        self.session.system = text or None
        self.keep()

    def set_think(self, think: Think) -> None:
        """Switch thinking for this session."""
        self.session.think = think
        self.keep()

    def set_option(self, name: str, value: Any) -> str:
        """Set one option for this session; "" or why that means nothing here."""
        if name == "num_ctx" and self.core.reach.host.kind == "openai":
            return f"{self.core.reach.host.label} sets its context length itself"
        self.session.options[name] = value
        self.keep()
        return ""

    def set_format(self, wanted: Any) -> None:
        """Bind the answers of this session to a format (None: free)."""
        self.session.format = wanted
        self.keep()

    def rename(self, title: str) -> None:
        """Give the session a title of the user's."""
        self.session.title, self.session.title_by = title, "user"
        self.keep()

    def keep(self) -> None:
        """Write the session's own fields, if it has a file already."""
        if self.saved:
            self.core.chats.save_soon(self.session)

    def can_think(self) -> bool | None:
        """Whether the model of the next turn thinks; None if that is not known."""
        model = self.listed(self.model)
        return None if model is None else model.can("thinking")

    def think_word(self) -> str:
        """The think switch as the user names it."""
        think = self.session.think
        if think is None:
            return "default"
        return think if isinstance(think, str) else ("on" if think else "off")

    def switch_host(self, value: str) -> None:
        """Speak to another host from the next turn on.

        ``value`` is a configured name or a URL. Raises ``SettingsError``.
        """
        self._switch(self._settings.find_host(value))

    def use_local(self) -> str:
        """Switch to the built-in model; "" or the sentence why that can't be."""
        if problem := self.builtin.problem:
            return problem
        self.builtin.accept()
        self._switch(HOST)
        return ""

    def host_changed(self) -> str:
        """The host came, went or was switched; returns what the user is to be told.

        Who once took the built-in model gets it by itself where no server
        answers, unless a host was asked for.
        """
        reach = self.core.reach
        self._met = self._met or reach.state == "up"
        if reach.host == HOST:
            return self.builtin.note() if reach.state == "up" else ""
        asked = self._settings.host_from or self._met or self.saved
        if reach.state == "down" and not asked and self.builtin.wanted:
            where = reach.host.url
            self._switch(HOST)
            return f"no server at {where}: using the built-in model (/host goes back)"
        return ""

    def offers(self) -> tuple[str, ...]:
        """What can be done while the host is down, a line each."""
        reach, found = self.core.reach, ["/host   another host …"]
        if reach.host.kind != "local":
            found.insert(0, self.builtin.offers())
        if reach.host.kind == "ollama" and reach.host.is_loopback:
            return (*found, "or start Ollama:  ollama serve")
        return (*found, *filter(None, [reach.advice]))

    def _switch(self, host: Host) -> None:
        self.core.reach.switch(host)
        self.prepare()
        self._asked = self.session.model = ""
        self.session.host = host.stored
        self.keep()

    def prepare(self) -> None:
        """Let a host that is this program itself fetch what it needs."""
        host = self.core.reach.host
        if host.kind == "local":
            self._spawn(self.builtin.prepare(host))

    # -- drafts --------------------------------------------------------------------

    def draft(self) -> str:
        """The unsent text that was kept for this session."""
        return self.core.chats.drafts.load(self.draft_name)

    def keep_draft(self, text: str) -> None:
        """Keep the unsent text; "" forgets it. Never raises."""
        self.core.chats.drafts.save(self.draft_name, text)

    def end_of(self, session_id: str, messages: int = 6) -> str:
        """The last messages of a saved session as plain text, for a preview.

        Blocking. A session that can't be read gives the sentence why.
        """
        try:
            session = self.core.chats.open(session_id)
        except OSError as error:
            return str(error)
        parts = [
            f"{m.model or 'you'}\n{(m.text or m.error).strip()[:2000]}"
            for m in session.path()[-messages:]
        ]
        return "\n\n".join(parts)

    # -- speaking ----------------------------------------------------------------

    @property
    def reply(self) -> Reply | None:
        """The reply that is being written here."""
        return self.turns.active(self.session.id)

    @property
    def looking(self) -> bool:
        """Whether a prompt must wait: no model is known until the host answers."""
        return self.core.reach.state == "unknown" and not self.model

    def send(self, text: str) -> Reply | None:
        """Send a prompt; None if it waits in line.

        Raises ``NoModelError``, and what ``Chats.begin`` raises.
        """
        model = self.model
        if not model:
            raise NoModelError(self._no_model())
        if not self.session.messages:
            self.session.host = self.core.reach.host.stored
        self.session.model, self._asked = model, ""
        reply = self.turns.send(self.session, text)
        if model != self._state.last_model(self.core.reach.host.stored):
            self._state.used_model(model, self.core.reach.host.stored)
            self._state.save()
        return reply

    def last_answer(self) -> str | None:
        """The id of the last reply of the branch that is shown."""
        for message in reversed(self.session.path()):
            if message.role == "assistant":
                return message.id
        return None

    def turn_to(self, message_id: str, step: int) -> bool:
        """Show another version of a message; False if there is none that way.

        The head moves to the newest leaf below that version.
        """
        siblings = self.session.siblings(message_id)
        at = next(i for i, m in enumerate(siblings) if m.id == message_id)
        if not 0 <= at + step < len(siblings) or self.reply is not None:
            return False
        self.session.head = self._leaf(siblings[at + step].id)
        self.keep()
        return True

    def _leaf(self, message_id: str) -> str:
        children: dict[str, str] = {}
        for message in sorted(
            self.session.messages.values(), key=lambda m: (m.created, m.id)
        ):
            if message.parent is not None:
                children[message.parent] = message.id
        seen = set()
        while message_id in children and message_id not in seen:
            seen.add(message_id)
            message_id = children[message_id]
        return message_id

    def _fresh(self) -> Session:
        settings = self._settings
        return self.core.chats.new(
            host=self.core.reach.host.stored,
            system=settings.system,
            options=dict(settings.options),
            think=settings.think,
            keep_alive=settings.keep_alive,
        )

    def _no_model(self) -> str:
        reach = self.core.reach
        if reach.state == "down":
            return f"not sent: {reach.sentence}. {reach.advice}"
        if reach.state == "unknown":
            return f"not sent yet: still looking for {reach.host.label}"
        how = ". llmtui pull NAME gets one" if self.can_pull else ""
        return f"not sent: {reach.host.label} has no models{how}"
