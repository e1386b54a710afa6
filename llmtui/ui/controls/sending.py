"""What becomes of the text in the input: a prompt, or a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from llmtui.chat.mentions import written_paths
from llmtui.commands.keymap import shown
from llmtui.slash import (
    LITERALLY,
    escaped,
    is_slash,
    near_slash,
    read_slash,
    shell_command,
    unescaped,
)
from llmtui.ui.controls.drafts import Drafts
from llmtui.ui.controls.early_prompts import EarlyPrompts
from llmtui.ui.controls.editing import Editing
from llmtui.ui.controls.history import History
from llmtui.ui.controls.mentioning import Mentioning
from llmtui.ui.controls.refusing import carrying_out
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.hosts import Host
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.outbox import NotSentError


class Sending:
    """Sends what is in the input, and empties it once it is on disk."""

    def __init__(
        self,
        chat: CurrentChat,
        prompt: Prompt,
        log: MessageLog,
        drafts: Drafts,
        history: History,
        early: EarlyPrompts,
        editing: Editing,
        mentioning: Mentioning,
        choose_offer: Callable[[], object],
        services: ScreenServices,
    ) -> None:
        """``choose_offer`` does what is marked on the empty page."""
        self._chat = chat
        self._prompt = prompt
        self._log = log
        self._drafts = drafts
        self._run = services.run_command
        self._choose_offer = choose_offer
        self._say = services.say
        self._ask = services.ask
        self._history = history
        self._early = early
        self._editing = editing
        self._mentioning = mentioning
        self._due: tuple[str, Host] | None = None
        """What goes from the input, if it is still there, once a host has answered."""

    @property
    def _attached(self) -> bool:
        """Whether something goes with the text."""
        return bool(self._chat.outbox.attached(self._chat.session))

    def submit(self, text: str) -> None:
        """Enter was pressed: send the text, or do what its slash asks for."""
        if not text.strip() and not self._attached:
            self._nothing_typed()
        elif is_slash(text):
            self._slash(text)
        elif command := shell_command(text):
            self._carry_out(text, "shell", command)
        elif not self._mentioning.take(lambda: self._go_on(text)):
            self._go_on(text)

    def _go_on(self, text: str) -> None:
        """Send what mentions nothing any more."""
        if self._attached and self._chat.monitor.state == "unknown":
            # What can look at it is not known yet: it stays in the input.
            self._due = text, self._chat.monitor.host
            self._say("it is sent once the host has answered")
        elif self._chat.looking:
            self._early.add(text, self._chat.monitor.host)
            self._empty(text)
        elif self._send(text):
            self._empty(text)

    def _nothing_typed(self) -> None:
        """Enter alone: what waits for the user is sent, or what is offered is done."""
        if self._chat.queue.held(self._chat.session.id):
            self._send_waiting()
        else:
            self._choose_offer()

    def _send_waiting(self) -> None:
        from llmtui.jobs.outbox import NotSentError

        try:
            self._chat.outbox.send_waiting(self._chat.session)
        except NotSentError as error:
            self._say_not_sent(error)
        else:
            self._log.scroll_to_end()

    def _say_not_sent(self, error: NotSentError) -> None:
        starts = self._chat.models.offers.start_command
        how = f" ({shown('start')} starts Ollama)" if starts else ""
        self._say(f"not sent{how}: {error}", warning=True)

    def send_first(self, text: str) -> None:
        """Send the prompt of the command line; what was typed meanwhile stays."""
        typed = self._prompt.full_text
        text = escaped(text)
        self._prompt.put(text)
        self.submit(text)
        if typed:
            rest = filter(None, (self._prompt.full_text, typed))
            self._prompt.put("\n\n".join(rest))

    def send_early(self) -> None:
        """Send what was submitted before the host answered; what can't be sent goes
        back into the input, and so does what was written for another server."""
        early, host = self._early, self._chat.monitor.host
        if early.texts and early.host and host.has_server and host != early.host:
            early.return_to_input(list(early.take_all()))
            words = f"not sent: it was written for {early.host.label}; enter sends it"
            self._say(words, warning=True)
        if self._chat.looking:
            return
        if early.texts and self._attached:
            early.return_to_input(list(early.take_all()))
            self._say("not sent: something is attached now; enter sends it")
        while early.texts and self._send(early.texts[0]):
            early.texts = early.texts[1:]
            self._drafts.keep()
        if early.texts:
            early.return_to_input(list(early.take_all()))
        due, self._due = self._due, None
        if due == (self._prompt.full_text, host):
            self._go_on(due[0])

    def _send(self, text: str) -> bool:
        """Send what was typed; False, and a sentence, if that can't be done now."""
        from llmtui.jobs.outbox import InTrashError, NotSentError

        try:
            edited = self._editing.message
            self._chat.outbox.send(self._chat.session, unescaped(text), edited)
        except InTrashError:
            self._ask_about_trash(text)
        except NotSentError as error:
            self._say_not_sent(error)
        else:
            self._log.scroll_to_end()
            return True
        return False

    def _ask_about_trash(self, text: str) -> None:
        """The session was moved to the trash meanwhile: the user says where to go."""
        from llmtui.ui.dialogs.choice import ChoiceDialog
        from llmtui.ui.dialogs.list_dialog import Choice

        ways = {
            "restore": "bring it back and send there",
            "new": "send in a new session",
        }
        rows = [Choice(way, Content(words), words) for way, words in ways.items()]
        dialog = ChoiceDialog("this session is in the trash", rows)
        self._ask(dialog, lambda way: self._resend(way, text))

    def _resend(self, way: str, text: str) -> None:
        chat = self._chat
        if way == "new":
            chat.new()
        else:
            try:
                chat.core.store.restore(chat.session.id)
            except OSError as error:
                self._say(str(error), warning=True)
                return
        if self._send(text) and text == self._prompt.full_text:
            self._empty(text)

    def _slash(self, text: str) -> None:
        slash = read_slash(text)
        if slash is not None and slash.command is not None:
            self._carry_out(text, slash.command.id, slash.argument)
        elif not self._mentioning.take(lambda: self._no_command(text)):
            self._no_command(text)

    def _carry_out(self, text: str, command_id: str, argument: str) -> None:
        """Do what a line asks for; it comes back if that is refused."""
        line, session = self._prompt.typed, self._chat.session.id
        self._empty(text)
        with carrying_out(line, lambda: self._chat.session.id == session):
            self._run(command_id, argument)

    def _no_command(self, text: str) -> None:
        """It is neither a command nor a path of something that is there."""
        slash, paths = read_slash(text), written_paths(text)
        name = slash.name if slash else ""
        if paths and not paths[0].start and "/" in paths[0].path[1:]:
            words = f"there is no file {paths[0].path}: one with blanks needs quotes"
        elif near := near_slash(name):
            words = f"there is no command /{name}: did you mean /{near}?"
        else:
            words = f"there is no command /{name}: /? lists all commands"
        self._say(f"{words} ({LITERALLY})", warning=True)

    def _empty(self, sent: str) -> None:
        self._history.add(sent)
        self._prompt.put("")
        self._editing.end()
        self._drafts.keep()
