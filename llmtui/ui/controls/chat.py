"""Everything that acts on the current chat, put together."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple

from llmtui.commands import Action
from llmtui.ui.controls.branches import Branches
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.copy_export import CopyExport
from llmtui.ui.controls.drafts import Drafts
from llmtui.ui.controls.early_prompts import EarlyPrompts
from llmtui.ui.controls.editing import Editing
from llmtui.ui.controls.find import Find
from llmtui.ui.controls.generation import Generation
from llmtui.ui.controls.hosts import Hosts
from llmtui.ui.controls.import_export import ImportExport
from llmtui.ui.controls.log_navigation import LogNavigation
from llmtui.ui.controls.marks import Marks
from llmtui.ui.controls.model_screen import ModelScreen
from llmtui.ui.controls.models import Models
from llmtui.ui.controls.offering import Offering
from llmtui.ui.controls.pulling import Pulling
from llmtui.ui.controls.saved_models import SavedModels
from llmtui.ui.controls.sending import Sending
from llmtui.ui.controls.sessions import Sessions
from llmtui.ui.controls.side_question import SideQuestion
from llmtui.ui.controls.stopping import Stopping
from llmtui.ui.controls.versions import Versions
from llmtui.ui.controls.waiting import Waiting
from llmtui.ui.dialogs.dialog import Ask
from llmtui.ui.notices import Say
from llmtui.ui.start import Start
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.prompt import Prompt
from llmtui.ui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat


class ScreenServices(NamedTuple):
    """What the screen lends to its controls."""

    say: Say
    ask: Ask
    run_command: Callable[[str, str], object]
    run_job: Callable[[Coroutine[Any, Any, None]], object]
    """Does what takes a moment, while keys wait for its end."""
    spawn: Callable[[Coroutine[Any, Any, None]], object]
    """Does what takes long; what came of it is painted at its end."""


class ChatControls:
    """Made once the current chat is there."""

    def __init__(
        self,
        start: Start,
        chat: CurrentChat,
        log: MessageLog,
        prompt: Prompt,
        clipboard: Clipboard,
        services: ScreenServices,
    ) -> None:
        say, ask = services.say, services.ask
        self.chat = chat
        self.pulling = Pulling(chat, log, say=say, ask=ask)
        self.offering = Offering(
            chat,
            log.screen.query_one(Welcome),
            clipboard,
            services.run_command,
            say=say,
        )
        self.early = EarlyPrompts(prompt)
        self.drafts = Drafts(chat, prompt, self.early)
        self.editing = Editing(chat, prompt)
        self.sending = Sending(
            chat,
            prompt,
            log,
            self.drafts,
            self.early,
            self.editing,
            services.run_command,
            self.offering.choose,
            say=say,
            ask=ask,
        )
        self.sessions = Sessions(
            chat,
            prompt,
            self.drafts,
            services.run_job,
            services.run_command,
            say=say,
            ask=ask,
        )
        self.waiting = Waiting(chat, prompt, self.early, say=say, ask=ask)
        self.models = Models(
            chat, self.pulling.fetch_to_use, services.spawn, say=say, ask=ask
        )
        saved_models = SavedModels(
            chat,
            self.sessions,
            self.models,
            services.run_job,
            services.spawn,
            say=say,
            ask=ask,
        )
        self.hosts = Hosts(chat, say=say, ask=ask)
        self.model_screen = ModelScreen(chat, self.models.model, ask=ask)
        moving = LogNavigation(log, start.state).actions()
        to_prompt = moving["last-prompt"]
        find = Find(
            chat, log, prompt, self.sessions, services.run_job, say=say, ask=ask
        )
        branches = Branches(
            chat, log, self.editing, self.sessions, services.run_job, say=say, ask=ask
        )
        stopping = Stopping(
            chat, prompt, log, clipboard, self.editing, find.put_out, say
        )
        self.actions: dict[str, Action] = {
            **stopping.actions(),
            **CopyExport(chat, log, clipboard, say=say, ask=ask).actions(),
            **moving,
            **Generation(chat, say=say, ask=ask).actions(),
            **Versions(chat, log, self.models.ask_for, say).actions(),
            **branches.actions(),
            **Marks(chat, log, services.run_job, say=say, ask=ask).actions(),
            **self.sessions.actions(),
            **self.models.actions(),
            **self.model_screen.actions(),
            **self.hosts.actions(),
            **self.waiting.actions(),
            **saved_models.actions(),
            **SideQuestion(chat, clipboard, say=say, ask=ask).actions(),
            **find.actions(),
            **self.pulling.actions(),
            **self.offering.actions(),
            "take-back": lambda _: self._up(),
            "last-prompt": lambda _: self.pulling.missing() or to_prompt(""),
            **ImportExport(chat, clipboard, services.spawn, say=say, ask=ask).actions(),
        }

    def _up(self) -> None:
        """up in an empty input: a waiting prompt comes back, else a row is marked."""
        if not self.waiting.take_back():
            self.offering.move(-1)
