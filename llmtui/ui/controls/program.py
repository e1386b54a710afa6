"""What concerns the program itself: colours, the palette, help, past notices."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.content import Content

from llmtui.commands.command import Action, Command
from llmtui.commands.keymap import keymap
from llmtui.commands.keys import key_name
from llmtui.commands.table import COMMANDS
from llmtui.sanitise import clean_line
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.notices import Notices
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from pathlib import Path

    from textual.screen import Screen

    from llmtui.state import State
    from llmtui.ui.dialogs.list_dialog import Choice


class Program:
    """Works before the current chat is there too."""

    def __init__(
        self,
        screen: Screen[None],
        state: State,
        presets: Path,
        notices: Notices,
        services: ScreenServices,
    ) -> None:
        """``presets`` is the folder they are in."""
        self._screen = screen
        self._state = state
        self._presets = presets
        self._notices = notices
        self._run = services.run_command
        self._ask = services.ask
        self._refuse = services.refuse
        self._spawn = services.spawn

    def actions(self) -> dict[str, Action]:
        return {
            "theme": self.theme,
            "palette": lambda _: self.palette(),
            "help": self.help,
            "notices": lambda _: self.notices(),
        }

    def theme(self, name: str = "") -> None:
        """Choose the colours; they are remembered."""
        if name:
            self._use_theme(name)
            return
        from llmtui.ui.dialogs.choice import ChoiceDialog
        from llmtui.ui.dialogs.list_dialog import Choice

        app = self._screen.app
        rows = [Choice(n, Content(n), n) for n in sorted(app.available_themes)]
        self._ask(ChoiceDialog("colours", rows, current=app.theme), self._use_theme)

    def _use_theme(self, name: str) -> None:
        app, state = self._screen.app, self._state
        if name not in app.available_themes:
            from llmtui.human import unknown

            themes = sorted(app.available_themes)
            self._refuse(unknown(f"there is no theme {name}", name, themes))
            return
        app.theme = state.theme = name
        state.save()

    def palette(self) -> None:
        """All commands and presets, to be found by their words."""
        from llmtui.ui.dialogs.choice import ChoiceDialog

        rows = [command_row(command) for command in COMMANDS if command.palette]
        dialog = ChoiceDialog("commands", rows)

        async def add_presets() -> None:
            from llmtui.jobs.preset_files import preset_names

            names = await asyncio.to_thread(preset_names, self._presets)
            if names:
                dialog.replace([*rows, *map(preset_row, names)], "")

        def chosen(row: str) -> None:
            command, _, argument = row.partition(" ")
            self._run(command, argument)

        self._ask(dialog, chosen)
        self._spawn(add_presets())

    def help(self, topic: str = "") -> None:
        """All keys and commands, or those of one topic."""
        from llmtui.slash import near_slash
        from llmtui.ui.dialogs.help import HelpDialog, sections

        if sections(topic):
            self._ask(HelpDialog(topic), lambda _: None)
            return
        near = near_slash(topic.strip().removeprefix("/"))
        hint = f"did you mean /? /{near}?" if near else "/? shows all of it"
        self._refuse(f"there is no help on {topic}: {hint}")

    def notices(self) -> None:
        """What was said lately, in full."""
        from llmtui.ui.dialogs.notices import NoticesDialog

        self._ask(NoticesDialog(tuple(self._notices.history)), lambda _: None)


def preset_row(name: str) -> Choice:
    """One row of the palette that uses a preset."""
    from llmtui.ui.dialogs.list_dialog import Choice

    shown = shortened(clean_line(name), 28)
    title = f"use the preset {shown}"
    label = Content.assemble(f"{title:<45} ", (f"{'':<12} /preset {shown}", "dim"))
    return Choice(f"preset {name}", label, f"{title} {name}")


def command_row(command: Command) -> Choice:
    """One row of the palette: what it does, its key and its slash name."""
    from llmtui.ui.dialogs.list_dialog import Choice

    own = keymap().keys(command.id)
    keys = " ".join(map(key_name, (*own.everywhere[:1], *own.in_log[:1])))
    slash = f"/{command.slash[0]}" if command.slash else ""
    label = Content.assemble(f"{command.title:<45} ", (f"{keys:<12} {slash}", "dim"))
    words = f"{command.title} {' '.join(command.slash)} {keys}"
    return Choice(command.id, label, words)
