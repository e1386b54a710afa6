"""What stands in the input, in the user's own editor, or with the keys of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.timer import Timer

from llmtui.commands.command import Action
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.desktop.editor import Edited, Editor
    from llmtui.jobs.current_chat import CurrentChat

LOOK_EVERY = 0.5
"""Seconds between two looks at what an editor in a window has saved."""


class ExternalEditor:
    """Opens the draft, or the folded paste that the cursor is at."""

    def __init__(
        self, chat: CurrentChat, prompt: Prompt, services: ScreenServices
    ) -> None:
        self._chat = chat
        self._prompt = prompt
        self._say = services.say
        self._refuse = services.refuse
        self._run = services.run_job
        self._editor: Editor | None = None
        """The one that may be open in a window still."""
        self._mark = ""
        self._shown = ""
        """What the input shows, as long as nobody types."""
        self._timer: Timer | None = None

    def actions(self) -> dict[str, Action]:
        return {"edit": self.edit, "vim": self.vim}

    def vim(self, wanted: str = "") -> None:
        """Have vim's modes and keys in the input, or no longer."""
        yes = wanted == "on" or (not wanted and not self._prompt.has_vim)
        if wanted not in ("", "on", "off"):
            self._refuse("/vim takes on or off")
            return
        self._prompt.use_vim(yes)
        words = "vim's keys are in the input: esc leaves insert mode"
        self._say(words if yes else "the input is without vim's keys")

    def edit(self, text: str = "") -> None:
        """Open the draft, or a ``text`` that becomes it."""
        if text:
            self._prompt.put(text)
        self._run(self._edit())

    def close(self) -> None:
        """Look no longer at what an editor in a window saves."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._editor is not None:
            self._editor.close()
            self._editor = None

    async def _edit(self) -> None:
        from llmtui.desktop.editor import Editor
        from llmtui.ui.outside import CannotLeave, is_away, outside

        prompt = self._prompt
        if is_away(prompt.app):
            return
        self.close()
        self._mark = prompt.mark or ""
        text = prompt.passage(self._mark) if self._mark else prompt.text
        try:
            self._editor = Editor(text, in_memory=self._chat.private)
            edited = await outside(prompt.app, self._editor.run)
        except (OSError, CannotLeave) as error:
            self._say(str(error), warning=True)
            self.close()
            return
        self._take(edited)
        if edited.may_be_open:
            self._timer = prompt.set_interval(LOOK_EVERY, self._look)
        else:
            self.close()

    def _look(self) -> None:
        """Take over what was saved, unless the input moved on."""
        if self._editor is None or self._prompt.text != self._shown:
            self.close()
            return
        edited = self._editor.read()
        if edited.text is None and edited.problem:
            self.close()
        elif edited.text is not None:
            self._take(edited)
            self._say(edited.problem or "what the editor saved is in the input")

    def _take(self, edited: Edited) -> None:
        if edited.problem:
            self._say(edited.problem, warning=True)
        if edited.text is not None and self._mark:
            self._mark = self._prompt.exchange_passage(self._mark, edited.text)
        elif edited.text is not None:
            self._prompt.exchange(edited.text)
        self._prompt.focus()
        self._shown = self._prompt.text
