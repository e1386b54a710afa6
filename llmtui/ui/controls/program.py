"""What concerns the program itself: colours, the palette, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from llmtui.commands import COMMANDS, Command, key_name
from llmtui.ui.controls.context import Action, ChatContext

if TYPE_CHECKING:
    from llmtui.ui.dialogs.choice import Choice


class Program:
    """Works before the current chat is there too."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context

    def actions(self) -> dict[str, Action]:
        return {
            "theme": self.theme,
            "palette": lambda _: self.palette(),
            "help": lambda _: self.help(),
        }

    def theme(self, name: str = "") -> None:
        """Choose the colours; they are remembered."""
        if name:
            self._use_theme(name)
            return
        from llmtui.ui.dialogs.choice import Choice, ChoiceDialog

        app = self._context.app
        rows = [Choice(n, Content(n), n) for n in sorted(app.available_themes)]
        dialog = ChoiceDialog("colours", rows, current=app.theme)
        self._context.ask(dialog, self._use_theme)

    def _use_theme(self, name: str) -> None:
        app, state = self._context.app, self._context.start.state
        if name not in app.available_themes:
            known = ", ".join(sorted(app.available_themes))
            self._context.say(f"there is no theme {name}: {known}", warning=True)
            return
        app.theme = state.theme = name
        state.save()

    def palette(self) -> None:
        """All commands, to be found by their words."""
        from llmtui.ui.dialogs.choice import ChoiceDialog

        rows = [command_row(command) for command in COMMANDS if command.palette]
        self._context.ask(ChoiceDialog("commands", rows), self._context.run_command)

    def help(self) -> None:
        """All keys and commands."""
        from llmtui.ui.dialogs.help import HelpDialog

        self._context.ask(HelpDialog(), lambda _: None)


def command_row(command: Command) -> Choice:
    """One row of the palette: what it does, its key and its slash name."""
    from llmtui.ui.dialogs.choice import Choice

    keys = " ".join(map(key_name, (*command.keys[:1], *command.log_keys[:1])))
    slash = f"/{command.slash[0]}" if command.slash else ""
    label = Content.assemble(f"{command.title:<45} ", (f"{keys:<12} {slash}", "dim"))
    words = f"{command.title} {' '.join(command.slash)} {keys}"
    return Choice(command.id, label, words)
