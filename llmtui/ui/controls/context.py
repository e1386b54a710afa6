"""What the controls see of the chat screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from textual.app import App
from textual.screen import ModalScreen

from llmtui.ui.start import Start
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat

Action = Callable[[str], None]
"""What a command does; it is given the argument of a slash command, "" for a key."""


class ChatContext(Protocol):
    """The widgets and words that a control may use.

    Commands are carried out only once the current chat is there.
    """

    start: Start

    @property
    def app(self) -> App[object]: ...

    @property
    def ready(self) -> bool:
        """Whether there is a current chat yet."""
        ...

    @property
    def chat(self) -> CurrentChat: ...

    @property
    def log_view(self) -> MessageLog: ...

    @property
    def prompt(self) -> Prompt: ...

    def ask(self, dialog: ModalScreen[Any], done: Action) -> None:
        """Show a dialog, one at a time; ``done`` is called unless it was left."""
        ...

    def say(self, sentence: str, *, warning: bool = False) -> None:
        """A short notice."""
        ...

    def say_problems(self) -> None:
        """What the store could not read or write, if anything."""
        ...

    def show_session(self) -> None:
        """Paint the current session from its beginning."""
        ...

    def show_chrome(self) -> None:
        """Paint what surrounds the log: title, model, host, status, keys."""
        ...

    def keep_draft(self) -> None:
        """Put the unsent text on disk now."""
        ...

    def copy_selection(self) -> None:
        """Copy what is selected on the screen."""
        ...

    def run_command(self, command_id: str, argument: str = "") -> None: ...
