"""A model to be made from another one: its name, words and options."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label

from llmtui.chat.models import NewModel
from llmtui.chat.names import short
from llmtui.chat.option_texts import parse_options
from llmtui.chat.options import OptionError
from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.writing import WritingDialog
from llmtui.ui.widgets.folding_area import FoldingArea

KEYS = "ctrl+s makes it   tab goes on   esc leaves"


class NewModelDialog(WritingDialog[NewModel]):
    """Dismissed with what is to be made."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "make", show=False, priority=True),
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    KEEPS = "ctrl+s makes it"

    def __init__(self, base: str, exists: Callable[[str], bool]) -> None:
        """``exists`` says whether there is a model of a name, which would go."""
        super().__init__()
        self._base = base
        self._exists = exists
        self._taken = ""
        """The name that is known to replace a model."""

    def compose(self) -> ComposeResult:
        base = clean_line(short(self._base))
        with Vertical(classes="dialog text new-model") as box:
            box.border_title = Content(f"make a model from {base}")
            yield Label("name", classes="quiet")
            yield Input(compact=True, id="name")
            yield Label("parameters", classes="quiet")
            yield Input(
                compact=True, id="parameters", placeholder="temperature=0.5 stop=END"
            )
            yield Label("system prompt (empty: that of the base)", classes="quiet")
            yield FoldingArea(soft_wrap=True, compact=True, highlight_cursor_line=False)
            yield Label(KEYS, id="keys", classes="quiet", markup=False)

    def action_make(self) -> None:
        name = self.query_one("#name", Input).value.strip()
        try:
            words = shlex.split(self.query_one("#parameters", Input).value)
            parameters = parse_options(words)
        except OptionError as error:
            self.say(str(error))
        except ValueError:
            self.say("parameters: a quote is not closed")
        else:
            if self._may_have(name):
                system = self.query_one(FoldingArea).full_text.strip() or None
                self.dismiss(NewModel(name, self._base, system, parameters))

    def _may_have(self, name: str) -> bool:
        """Whether a name will do; one that is taken has to be asked for twice."""
        if not name:
            self.say("it needs a name")
        elif self._exists(name) and self._taken != name:
            self._taken = name
            self.say(f"there is a model {name}: ctrl+s once more makes it anew")
        else:
            return True
        return False

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.focus_next()

    @property
    def is_changed(self) -> bool:
        lines = any(line.value for line in self.query(Input))
        return lines or bool(self.query_one(FoldingArea).text)
