"""What becomes of the text in the input: a prompt, a slash command, a stop."""

from __future__ import annotations

from textual.content import Content

from llmtui.commands import escaped, near_slash, read_slash, unescaped
from llmtui.ui.controls.context import Action, ChatContext


class Sending:
    """Sends, stops, and takes back."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context
        self._early = ""

    def actions(self) -> dict[str, Action]:
        return {
            "stop": lambda _: self.stop(),
            "interrupt": lambda _: self.interrupt(),
            "take-back": lambda _: self.take_back(),
        }

    # -- sending -------------------------------------------------------------------

    def submit(self, text: str) -> None:
        """Enter was pressed: send the text, or do what its slash asks for.

        The input is emptied only once the prompt is on disk.
        """
        context = self._context
        if not text.strip():
            self._nothing_typed()
        elif self._too_early(text):
            self._early = text
            if not _is_slash(text):
                context.say("it is sent as soon as the host answers")
        elif _is_slash(text):
            self._slash(text)
        else:
            self._send(unescaped(text))

    def _nothing_typed(self) -> None:
        """Enter alone: what waits for the user is sent, or a server is done without."""
        context = self._context
        if not context.ready:
            return
        if context.chat.queue.held(context.chat.session.id):
            self._send_waiting()
        elif context.chat.monitor.state == "down":
            context.run_command("local")

    def _send_waiting(self) -> None:
        from llmtui.jobs.current_chat import NotSentError

        try:
            self._context.chat.send_waiting()
        except NotSentError as error:
            self._context.say(f"not sent: {error}", warning=True)
        else:
            self._context.log_view.scroll_to_end()

    def send_first(self, text: str) -> None:
        """Send the prompt of the command line; what was typed meanwhile stays."""
        prompt = self._context.prompt
        typed = prompt.full_text
        text = escaped(text)
        prompt.put(text)
        self.submit(text)
        if typed:
            prompt.put("\n\n".join(filter(None, (prompt.full_text, typed))))

    def send_early(self) -> None:
        """Do what was submitted before anything was known, if it is still there."""
        if self._early and not self._too_early(self._early):
            text, self._early = self._early, ""
            if text == self._context.prompt.full_text:
                self.submit(text)

    def _too_early(self, text: str) -> bool:
        """Whether this must wait for the program, or for the host."""
        context = self._context
        return not context.ready or (context.chat.looking and not _is_slash(text))

    def _send(self, text: str) -> None:
        from llmtui.jobs.current_chat import InTrashError, NotSentError

        context = self._context
        try:
            context.chat.send(text)
        except InTrashError:
            self._ask_about_trash(text)
        except NotSentError as error:
            context.say(f"not sent, and kept in the input: {error}", warning=True)
        else:
            context.prompt.put("")
            context.keep_draft()
            context.log_view.scroll_to_end()

    def _ask_about_trash(self, text: str) -> None:
        """The session was moved to the trash meanwhile: the user says where to go."""
        from llmtui.ui.dialogs.choice import Choice, ChoiceDialog

        ways = {
            "restore": "bring it back and send there",
            "new": "send in a new session",
        }
        rows = [Choice(way, Content(words), words) for way, words in ways.items()]
        title = "this session is in the trash"
        self._context.ask(
            ChoiceDialog(title, rows), lambda way: self._resend(way, text)
        )

    def _resend(self, way: str, text: str) -> None:
        context, chat = self._context, self._context.chat
        if way == "new":
            chat.new()
            context.show_session()
        else:
            try:
                chat.core.store.restore(chat.session.id)
            except OSError as error:
                context.say(str(error), warning=True)
                return
        self._send(text)

    def _slash(self, text: str) -> None:
        context = self._context
        slash = read_slash(text)
        if slash is None or slash.command is None:
            name = slash.name if slash else ""
            near = near_slash(name)
            hint = f"did you mean /{near}?" if near else "/? lists all commands"
            context.say(
                f"there is no command /{name}: {hint} (// at the start sends a slash)",
                warning=True,
            )
            return
        context.prompt.put("")
        context.keep_draft()
        context.run_command(slash.command.id, slash.argument)

    # -- stopping ------------------------------------------------------------------

    def stop(self) -> None:
        """esc: one step back: selection, the log's focus, the reply, a download."""
        context = self._context
        screen = context.app.screen
        if screen.get_selected_text():
            screen.clear_selection()
        elif context.log_view.has_focus:
            context.prompt.focus()
        elif not context.chat.queue.stop(context.chat.session.id):
            context.chat.host_switch.builtin.stop()

    def interrupt(self) -> None:
        """ctrl+c: copy what is selected, else stop, else say how to leave."""
        context = self._context
        if context.app.screen.get_selected_text():
            context.copy_selection()
        elif not context.chat.queue.stop(context.chat.session.id):
            context.say("ctrl+q leaves, and so does ctrl+d in an empty input")

    # -- the line ------------------------------------------------------------------

    def take_back(self) -> None:
        """Take the last waiting prompt out of the line, into the input."""
        prompt = self._context.prompt
        text = self._context.chat.take_back(prompt.full_text)
        if text is not None:
            prompt.put(text)
            prompt.focus()


def _is_slash(text: str) -> bool:
    """Whether a line is a command rather than a prompt."""
    return text.startswith("/") and not text.startswith("//")
