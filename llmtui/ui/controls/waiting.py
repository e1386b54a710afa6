"""The prompts that wait in line: edited, moved, removed, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.ui.controls.early_prompts import EarlyPrompts
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.chat.prompt import Prompt as Waits
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.ui.dialogs.queue import QueueDialog


class Waiting:
    """Changes the line of the current session."""

    def __init__(
        self,
        chat: CurrentChat,
        prompt: Prompt,
        early: EarlyPrompts,
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._prompt = prompt
        self._early = early
        self._say = services.say
        self._ask = services.ask
        self._dialog: QueueDialog | None = None
        self._removed: list[tuple[Waits, int]] = []
        """What was removed in the open dialog, and from which place."""

    def actions(self) -> dict[str, Action]:
        return {
            "queue": lambda _: self.show(),
            "take-back": lambda _: self.take_back(),
        }

    def take_back(self) -> bool:
        """Take the last waiting prompt out of the line, into the input; False if none
        waits."""
        if self._early.take_back():
            return True
        text = self._chat.outbox.take_back(self._chat.session, self._prompt.full_text)
        if text is None:
            return False
        self._prompt.put(text)
        self._prompt.focus()
        return True

    def show(self) -> None:
        """The line in a dialog, to be changed there."""
        if not self._line:
            self._say("nothing waits in line")
            return
        from llmtui.ui.dialogs.queue import LineActions, QueueDialog

        self._removed.clear()
        actions = LineActions(self.edit, self.move, self.remove, self.restore)
        self._dialog = QueueDialog(actions)
        self.changed()
        self._ask(self._dialog, lambda _: None)

    def changed(self) -> None:
        """The line moved: an open dialog shows it."""
        if self._dialog is not None:
            self._dialog.show([(prompt.id, prompt.text) for prompt in self._line])

    @property
    def _line(self) -> tuple[Waits, ...]:
        return self._chat.queue.waiting(self._chat.session.id)

    def _place(self, prompt_id: str) -> int | None:
        """Where a prompt stands, 0 next; None if it was sent meanwhile."""
        ids = [prompt.id for prompt in self._line]
        return ids.index(prompt_id) if prompt_id in ids else None

    # -- what the dialog asks for ----------------------------------------------------

    def edit(self, prompt_id: str) -> None:
        """Change the words of a prompt."""
        from llmtui.ui.dialogs.text import TextDialog

        place = self._place(prompt_id)
        if place is not None:
            dialog = TextDialog("waiting prompt", self._line[place].text)
            self._ask(dialog, lambda text: self._use(prompt_id, text))

    def _use(self, prompt_id: str, text: str) -> None:
        if self._place(prompt_id) is None:
            self._early.return_to_input([text])
            self._say("it was sent meanwhile: your text is in the input", warning=True)
        elif text.strip():
            try:
                self._chat.queue.lines.edit(self._chat.session.id, prompt_id, text)
            except OSError as error:
                self._early.return_to_input([text])
                self._say(f"not changed, text in the input: {error}", warning=True)

    def move(self, prompt_id: str, step: int) -> None:
        """Move a prompt by some places, up being negative."""
        place = self._place(prompt_id)
        if place is None:
            return
        try:
            self._chat.queue.lines.move(self._chat.session.id, prompt_id, place + step)
        except OSError as error:
            self._say(f"not moved: {error}", warning=True)

    def remove(self, prompt_id: str) -> None:
        """Take a prompt out of the line; ``restore`` brings it back."""
        place = self._place(prompt_id)
        removed = self._chat.queue.lines.remove(self._chat.session.id, prompt_id)
        if place is not None and removed is not None:
            self._removed.append((removed, place))
            self._say("removed from the line: ctrl+z brings it back")

    def restore(self) -> None:
        """Bring back what was removed last in this dialog."""
        if not self._removed:
            self._say("nothing was removed here")
            return
        prompt, place = self._removed[-1]
        try:
            self._chat.queue.lines.put_back(self._chat.session.id, prompt, place)
        except OSError as error:
            self._say(f"not brought back: {error}", warning=True)
        else:
            self._removed.pop()
