"""esc and ctrl+c: one step back, and the reply that runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.commands.keymap import shown
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.editing import Editing
from llmtui.ui.notices import Say
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat


class Stopping:
    """Stops what goes on, after nearer things were left."""

    def __init__(
        self,
        chat: CurrentChat,
        prompt: Prompt,
        log: MessageLog,
        clipboard: Clipboard,
        editing: Editing,
        put_out: Callable[[], object],
        say: Say,
    ) -> None:
        """``put_out`` ends that what was found is lit."""
        self._chat = chat
        self._prompt = prompt
        self._log = log
        self._clipboard = clipboard
        self._editing = editing
        self._put_out = put_out
        self._say = say

    def actions(self) -> dict[str, Action]:
        return {
            "stop": lambda _: self.stop(),
            "interrupt": lambda _: self.interrupt(),
        }

    def stop(self) -> None:
        """esc: one step back: selection, the log's focus, the reply, a download."""
        self._put_out()
        if self._clipboard.selected:
            self._log.screen.clear_selection()
        elif self._log.has_focus:
            self._prompt.focus()
        elif not self._editing.leave() and not self._stop_reply():
            self._chat.host_switch.builtin.stop()

    def interrupt(self) -> None:
        """ctrl+c: copy what is selected, else stop, else say how to leave."""
        if selected := self._clipboard.selected:
            self._clipboard.copy(selected)
        elif not self._stop_reply():
            self._say(f"{shown('quit')} leaves, and so does ctrl+d in an empty input")

    def _stop_reply(self) -> bool:
        return self._chat.queue.stop(self._chat.session.id)
