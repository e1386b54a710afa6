"""What the user is in: one session, its model, and who speaks next.

The front end paints it and tells it what the user did; it decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from llmtui.jobs.builtin_model import BuiltinModel
from llmtui.jobs.host_switch import HostSwitch
from llmtui.jobs.model_choice import ModelChoice
from llmtui.jobs.prompt_queue import PromptQueue, Spawn

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.core import Core
    from llmtui.jobs.reply import Reply
    from llmtui.settings import Settings
    from llmtui.state import State

NEW = "new"
"""The name under which the draft of a session without a file is kept."""


class NotSentError(Exception):
    """Nothing could be sent, and nothing has changed; ``str()`` says what to do."""


class CurrentChat:
    """The session in front of the user, and the jobs that serve it."""

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
        are those of ``PromptQueue``."""
        self.core = core
        self.monitor = core.monitor
        self.models = ModelChoice(core.monitor, state, settings, model)
        self.queue = PromptQueue(
            core.replies,
            spawn,
            lambda: core.monitor.host,
            self.models.listed,
            changed,
            failed,
        )
        builtin = BuiltinModel(core.replies, state, lambda: changed(self.session.id))
        self.host_switch = HostSwitch(
            core.monitor, settings, builtin, spawn, self._switched
        )
        self._settings = settings
        self.session = self._fresh()

    # -- the session -------------------------------------------------------------

    def new(self) -> Session:
        """Make an empty session the current one; the model stays."""
        model = self.model
        self.session = self._fresh()
        self.session.model = model
        return self.session

    async def open(self, session_id: str) -> Session:
        """Make a saved session the current one. Raises what ``Replies.open`` raises."""
        self.session = await asyncio.to_thread(self.core.replies.open, session_id)
        return self.session

    @property
    def saved(self) -> bool:
        """Whether the session has messages, and so a file."""
        return bool(self.session.messages)

    def change(self, **fields: Any) -> None:
        """Change fields of the session: the defaults of its next turn, its title."""
        for name, value in fields.items():
            setattr(self.session, name, value)
        if self.saved:
            self.core.replies.save_soon(self.session)

    def set_option(self, name: str, value: Any) -> str:
        """Set one option for this session; "" or why that means nothing here."""
        if name not in self.monitor.capabilities.options:
            return f"{self.monitor.host.label} takes no {name}: its server decides that"
        self.change(options={**self.session.options, name: value})
        return ""

    def turn_to(self, message_id: str, step: int) -> bool:
        """Show another version of a message; False if there is none that way.

        The head moves to the newest leaf below that version.
        """
        siblings = [m.id for m in self.session.siblings(message_id)]
        at = siblings.index(message_id) + step
        if not 0 <= at < len(siblings) or self.reply is not None:
            return False
        self.change(head=self.session.newest_leaf(siblings[at]))
        return True

    # -- the model ---------------------------------------------------------------

    @property
    def model(self) -> str:
        """The model of the next turn, "" while none is known."""
        return self.models.next_of(self.session)

    @property
    def listed(self) -> Model | None:
        """What the host says about the model of the next turn."""
        return self.models.listed(self.model) if self.model else None

    def choose_model(self, name: str) -> None:
        """Use a model from the next turn on, here and in new sessions."""
        self.models.choose(self.session, name)
        self.change(model=name)

    def _switched(self, host: Host) -> None:
        self.models.forget_asked()
        self.change(host=host.stored, model="")

    # -- drafts --------------------------------------------------------------------

    def draft(self) -> str:
        """The unsent text that was kept for this session."""
        return self.core.drafts.load(self._draft_name)

    def keep_draft(self, text: str) -> None:
        """Keep the unsent text; "" forgets it. Never raises."""
        self.core.drafts.save(self._draft_name, text)

    @property
    def _draft_name(self) -> str:
        return self.session.id if self.saved else NEW

    # -- speaking ----------------------------------------------------------------

    @property
    def reply(self) -> Reply | None:
        """The reply that is being written here."""
        return self.queue.active(self.session.id)

    @property
    def looking(self) -> bool:
        """Whether a prompt must wait: no model is known until the host answers."""
        return self.monitor.state == "unknown" and not self.model

    def send(self, text: str) -> Reply | None:
        """Send a prompt; None if it waits in line.

        Raises ``NotSentError``, and what ``Replies.begin`` raises; then the draft is
        kept.
        """
        model = self.model
        if not model:
            raise NotSentError(f"not sent: {self.models.why_none()}")
        if self.monitor.status.unreachable:
            self.monitor.poke()
            raise NotSentError(
                f"not sent: {self.monitor.sentence}. {self.monitor.advice}"
            )
        self.session.model = model
        was_new = not self.saved
        reply = self.queue.send(self.session, text)
        if was_new:
            self.core.drafts.save(NEW, "")
        self.models.forget_asked()
        self.models.used(model)
        return reply

    def end_of(self, session_id: str, messages: int = 6) -> str:
        """The last messages of a saved session as plain text, for a preview.

        Blocking. A session that can't be read gives the sentence why.
        """
        try:
            session = self.core.replies.peek(session_id)
        except OSError as error:
            return str(error)
        return "\n\n".join(
            f"{m.model or 'you'}\n{(m.text or m.error).strip()[:2000]}"
            for m in session.path()[-messages:]
        )

    def _fresh(self) -> Session:
        settings = self._settings
        return self.core.replies.new(
            host=self.monitor.host.stored,
            system=settings.system,
            options=dict(settings.options),
            think=settings.think,
            keep_alive=settings.keep_alive,
        )
