"""Dialogs in which one writes: nothing that was written is lost by one key."""

from __future__ import annotations

from textual.widgets import Label

from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.dialog import Dialog, R


class WritingDialog(Dialog[R]):
    """What was written is given up only when that is asked for twice.

    A subclass says whether anything was, and has a label ``#keys``.
    """

    KEEPS = "ctrl+s keeps it"
    """The key that does not give it up."""

    _warned = False

    @property
    def is_changed(self) -> bool:
        """Whether something is written that was not there to begin with."""
        raise NotImplementedError

    def say(self, words: str) -> None:
        """Words in the place of the keys; they may come from elsewhere."""
        self.query_one("#keys", Label).update(clean_line(words))

    def action_leave(self) -> None:
        """esc: give up what was written, if that was said before."""
        if self.is_changed and not self._warned:
            self._warned = True
            self.say(f"it was changed: {self.KEEPS}, esc once more gives it up")
        else:
            self.dismiss(None)
