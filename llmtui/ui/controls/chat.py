"""Everything that acts on the current chat, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.ui.controls.answer_format import AnswerFormat
from llmtui.ui.controls.attaching import Attaching
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.drafts import Drafts
from llmtui.ui.controls.early_prompts import EarlyPrompts
from llmtui.ui.controls.editing import Editing
from llmtui.ui.controls.editor import ExternalEditor
from llmtui.ui.controls.generation import Generation
from llmtui.ui.controls.history import History
from llmtui.ui.controls.import_export import ImportExport
from llmtui.ui.controls.log_actions import log_actions
from llmtui.ui.controls.log_navigation import LogNavigation
from llmtui.ui.controls.mentioning import Mentioning
from llmtui.ui.controls.meter import Meter
from llmtui.ui.controls.model_controls import ModelControls
from llmtui.ui.controls.model_words import ModelWords
from llmtui.ui.controls.presets import Presets
from llmtui.ui.controls.saved_models import SavedModels
from llmtui.ui.controls.sending import Sending
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.controls.sessions import Sessions
from llmtui.ui.controls.shell import Shell
from llmtui.ui.controls.side_question import SideQuestion
from llmtui.ui.controls.waiting import Waiting
from llmtui.ui.start import Start
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat


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
        self.chat = chat
        self.models = ModelControls(chat, log, clipboard, services)
        self.early = EarlyPrompts(prompt)
        self.drafts = Drafts(chat, prompt, self.early)
        self.editing = Editing(chat, prompt)
        self.attaching = Attaching(chat, prompt, self.drafts, services)
        self.mentioning = Mentioning(chat, prompt, self.attaching, services)
        self.shell = Shell(chat, self.attaching.add, services)
        self.meter = Meter(chat, prompt, self.editing, services)
        self.waiting = Waiting(chat, prompt, self.early, services)
        self.history = History(chat, prompt, services, self._up, self._down)
        self.sending = Sending(
            chat,
            prompt,
            log,
            self.drafts,
            self.history,
            self.early,
            self.editing,
            self.mentioning,
            self.models.offering.choose,
            services,
        )
        self.sessions = Sessions(chat, prompt, self.drafts, services)
        self.actions: dict[str, Action] = {
            **self.models.actions(),
            **self.sessions.actions(),
            **self._in_input(prompt, services),
            **log_actions(
                chat,
                log,
                prompt,
                clipboard,
                self.editing,
                self.sessions,
                self.models.choosing.ask_for,
                services,
            ),
            **LogNavigation(log, start.state, services).actions(),
            **self._on_session(clipboard, services),
        }
        stop = self.actions["stop"]
        self.actions["stop"] = lambda _: self._leave() or stop("")

    def _in_input(self, prompt: Prompt, services: ScreenServices) -> dict[str, Action]:
        """What is done with what is typed, or goes with it."""
        chat, choose_model = self.chat, self.models.choosing.model
        return {
            **self.waiting.actions(),
            **self.history.actions(),
            **ExternalEditor(chat, prompt, services).actions(),
            **Presets(chat, prompt, choose_model, services).actions(),
            **self.attaching.actions(),
            **self.shell.actions(),
        }

    def _on_session(
        self, clipboard: Clipboard, services: ScreenServices
    ) -> dict[str, Action]:
        """What is done with a session as a whole, or beside it."""
        chat, models = self.chat, self.models.choosing
        return {
            **SavedModels(chat, self.sessions, models, services).actions(),
            **Generation(chat, services).actions(),
            **AnswerFormat(chat, services).actions(),
            **ModelWords(chat, services).actions(),
            **SideQuestion(chat, clipboard, services).actions(),
            **ImportExport(chat, clipboard, services).actions(),
        }

    def _leave(self) -> bool:
        """End what goes on for the input; False if nothing does."""
        return self.shell.leave() or self.attaching.leave()

    def _up(self) -> bool:
        """up in an empty input: a waiting prompt comes back, else a row is marked."""
        return self.waiting.take_back() or self.models.offering.move(-1)

    def _down(self) -> None:
        """down in an empty input."""
        self.models.offering.move(1)
