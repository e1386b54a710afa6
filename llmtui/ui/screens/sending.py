"""What becomes of the text in the input: prompts, slash commands, drafts."""

from __future__ import annotations

from llmtui.commands import near_slash, read_slash, unescaped
from llmtui.ui.screens.board import Action, Board

DRAFT_DELAY = 0.3
"""Seconds after a key until the unsent text is on disk."""


class Sending:
    """Sends, stops, and takes back."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._early = ""
        self._draft_due = False

    def actions(self) -> dict[str, Action]:
        return {
            "stop": lambda _: self.stop(),
            "interrupt": lambda _: self.interrupt(),
            "take-back": lambda _: self.take_back(),
            "retry": lambda _: self.retry(),
            "continue": lambda _: self.go_on(),
        }

    # -- sending -------------------------------------------------------------------

    def submit(self, text: str) -> None:
        """Enter was pressed: send the text, or do what its slash asks for.

        The input is emptied only once the prompt is on disk.
        """
        board = self._board
        if not text.strip():
            if board.desk is not None and board.desk.core.reach.state == "down":
                board.run_command("local")
            return
        slash = read_slash(text)
        if slash is not None:
            self._slash(slash.name, slash.argument)
        elif board.desk is None or board.desk.looking:
            self._early = text
            board.say("it is sent as soon as the host answers")
        else:
            self._send(unescaped(text))

    def send_early(self) -> None:
        """Send what was submitted before anything was known, if it is still there."""
        desk = self._board.desk
        if self._early and desk is not None and not desk.looking:
            text, self._early = self._early, ""
            if text == self._board.prompt.full_text:
                self.submit(text)

    def _send(self, text: str) -> None:
        board = self._board
        assert board.desk is not None
        from llmtui.jobs.desk import NoModelError

        try:
            board.desk.send(text)
        except NoModelError as error:
            board.say(str(error), warning=True)
        except OSError as error:
            board.say(f"not sent, and kept in the input: {error}", warning=True)
        else:
            board.prompt.put("")
            self.keep_draft()
            board.log_view.scroll_to_end()

    def _slash(self, name: str, argument: str) -> None:
        command = read_slash(f"/{name}")
        board = self._board
        if command is None or command.command is None:
            near = near_slash(name)
            hint = f"did you mean /{near}?" if near else "/? lists all commands"
            board.say(
                f"there is no command /{name}: {hint} (// at the start sends a slash)",
                warning=True,
            )
            return
        board.prompt.put("")
        self.keep_draft()
        board.run_command(command.command.id, argument)

    # -- stopping ------------------------------------------------------------------

    def stop(self) -> None:
        """esc: one step back. Selection, then the log's focus, then the reply."""
        board = self._board
        screen = board.app.screen
        if screen.get_selected_text():
            screen.clear_selection()
        elif board.log_view.has_focus:
            board.prompt.focus()
        elif board.desk is not None:
            board.desk.turns.stop(board.desk.session.id)

    def interrupt(self) -> None:
        """ctrl+c: copy what is selected, else stop, else say how to leave."""
        board = self._board
        if board.app.screen.get_selected_text():
            board.copy_selection()
        elif board.desk is None or not board.desk.turns.stop(board.desk.session.id):
            board.say("ctrl+q leaves, and so does ctrl+d in an empty input")

    # -- the line ------------------------------------------------------------------

    def take_back(self) -> None:
        """Put the last waiting prompt back into the input."""
        board = self._board
        if board.desk is None:
            return
        text = board.desk.turns.take_back(board.desk.session.id)
        if text is not None:
            self._return_to_input([text])

    def reclaim(self) -> None:
        """After a reply that was stopped or failed: the line goes back to the input."""
        board = self._board
        if board.desk is not None:
            line = board.desk.turns.take_all_back(board.desk.session.id)
            if line:
                self._return_to_input(line)

    def _return_to_input(self, texts: list[str]) -> None:
        prompt = self._board.prompt
        rest = [prompt.full_text] if prompt.full_text.strip() else []
        texts = ["/" + t if t.startswith("/") else t for t in texts]
        prompt.put("\n\n".join([*texts, *rest]))
        prompt.focus()

    # -- once more -----------------------------------------------------------------

    def retry(self) -> None:
        self._again("retry")

    def go_on(self) -> None:
        self._again("continue")

    def _again(self, how: str) -> None:
        board = self._board
        desk = board.desk
        if desk is None:
            return
        target = board.log_view.focused_id or desk.last_answer()
        message = desk.session.messages.get(target or "")
        if message is None or message.role != "assistant":
            target = desk.last_answer()
            message = desk.session.messages.get(target or "")
        if target is None or message is None:
            board.say(f"there is no reply to {how}")
            return
        if desk.reply is not None:
            board.say("a reply is being written: esc stops it")
            return
        if (
            how == "continue"
            and message.status == "complete"
            and (message.done_reason != "length")
        ):
            board.say("this reply is complete: there is nothing to continue")
            return
        act = desk.turns.retry if how == "retry" else desk.turns.go_on
        try:
            act(desk.session, target)
        except OSError as error:
            board.say(f"could not {how}: {error}", warning=True)

    # -- drafts --------------------------------------------------------------------

    def draft_changed(self) -> None:
        """The input changed: put it on disk soon, once for several keys."""
        if not self._draft_due:
            self._draft_due = True
            self._board.prompt.set_timer(DRAFT_DELAY, self.keep_draft)

    def keep_draft(self) -> None:
        """Put what is unsent on disk now: the line that waits, and the input."""
        self._draft_due = False
        desk = self._board.desk
        if desk is None:
            return
        unsent = [*desk.turns.waiting(desk.session.id), self._board.prompt.full_text]
        desk.keep_draft("\n\n".join(filter(None, unsent)))

    def show_draft(self) -> None:
        """Bring the draft of the session on the desk into an empty input."""
        desk = self._board.desk
        if desk is not None and not self._board.prompt.text:
            text = desk.draft()
            if text:
                self._board.prompt.put(text)
