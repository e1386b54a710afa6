"""One thing out of several in a message: the only one, the numbered one, or chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from textual.content import Content

from llmtui.sanitise import clean_line
from llmtui.ui.controls.refusing import Refuse
from llmtui.ui.dialogs.dialog import Ask
from llmtui.ui.notices import Say

T = TypeVar("T")

LONGEST = 200
"""Characters of a title that are shown."""


class Picking(NamedTuple):
    """How one picks: by a word to the user, and by a dialog."""

    say: Say
    refuse: Refuse
    ask: Ask

    def pick(
        self,
        what: str,
        things: Sequence[T],
        number: str,
        title: Callable[[T], str],
        act: Callable[[T], object],
    ) -> None:
        """Do ``act`` with one of ``things``; ``number``, from 1, may name it.

        ``what`` they are is said where there is none, or no such number.
        """
        if not things:
            self.say(f"there is no {what} in this message")
        elif number and not (number.isdecimal() and 0 < int(number) <= len(things)):
            self.refuse(f"choose a {what} from 1 to {len(things)}")
        elif number:
            act(things[int(number) - 1])
        elif len(things) == 1:
            act(things[0])
        else:
            from llmtui.ui.dialogs.choice import ChoiceDialog
            from llmtui.ui.dialogs.list_dialog import Choice

            titles = [clean_line(title(thing))[:LONGEST] for thing in things]
            rows = [
                Choice(str(at), Content(f"{at}  {words}"), words)
                for at, words in enumerate(titles, 1)
            ]
            dialog = ChoiceDialog(what, rows, numbered=True)
            self.ask(dialog, lambda chosen: act(things[int(chosen) - 1]))
