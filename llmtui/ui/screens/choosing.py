"""Dialogs that choose: model, session, thinking, system prompt, host, colours."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.screen import ModalScreen

from llmtui.chat.names import canonical, short
from llmtui.commands import BY_ID, COMMANDS, Command, key_name
from llmtui.human import context_size, parameters
from llmtui.sanitise import clean_line
from llmtui.ui.glyphs import GLYPHS
from llmtui.ui.screens.board import Action, Board
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.jobs.chats import Summary
    from llmtui.ui.dialogs.choice import Choice, ChoiceDialog

THINKING = (
    ("default", "as the model likes it"),
    ("off", "answer at once"),
    ("on", "think first"),
    ("low", "think a little (models with levels)"),
    ("medium", "think"),
    ("high", "think a lot"),
)


class Choosing:
    """Opens a dialog and carries out what was chosen.

    Each may be given its answer as the argument of a slash command; then there
    is no dialog.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._picker: ChoiceDialog | None = None

    def actions(self) -> dict[str, Action]:
        return {
            "model": self.model,
            "think": self.think,
            "system": self.system,
            "set": self.set,
            "rename": self.rename,
            "host": self.host,
            "local": lambda _: self.local(),
            "theme": self.theme,
            "sessions": lambda _: self.sessions(),
            "new": lambda _: self.new(),
            "help": lambda _: self.help(),
            "palette": lambda _: self.palette(),
        }

    def _open(self, dialog: ModalScreen[Any], done: Action) -> None:
        """Show a dialog, one at a time; ``done`` is called unless it was left."""
        app = self._board.app
        if isinstance(app.screen, ModalScreen):
            return

        def closed(result: object) -> None:
            if isinstance(result, str):
                done(result)

        app.push_screen(dialog, closed)

    # -- model ---------------------------------------------------------------------

    def model(self, name: str = "") -> None:
        """Choose the model of the next turn."""
        board = self._board
        desk = board.desk
        if desk is None:
            return
        if name:
            self._use_model(name)
            return
        from llmtui.ui.dialogs.choice import ChoiceDialog

        desk.core.reach.poke()
        self._picker = ChoiceDialog(
            "model",
            self._model_choices(),
            current=desk.model,
            empty=self._no_models(),
            dropped=True,
        )
        self._open(self._picker, self._use_model)

    def models_changed(self) -> None:
        """The server's list came or changed: an open picker shows it."""
        if self._picker is not None and self._picker.is_mounted:
            self._picker.offer(self._model_choices(), self._no_models())

    def _use_model(self, name: str) -> None:
        board = self._board
        desk = board.desk
        if desk is None:
            return
        listed = desk.listed(name)
        if listed is None and desk.core.reach.models:
            how = f": llmtui pull {name} gets it" if desk.can_pull else ""
            board.say(
                f"{desk.core.reach.host.label} has no model {name}{how}", warning=True
            )
            return
        desk.choose_model(listed.name if listed else name)
        board.show_chrome()

    def _model_choices(self) -> list[Choice]:
        from llmtui.ui.dialogs.choice import Choice

        desk = self._board.desk
        if desk is None:
            return []
        now = canonical(desk.model) if desk.model else ""
        return [
            Choice(
                model.name,
                model_row(model, canonical(model.name) == now),
                f"{model.name} {model.parameters} {model.quantisation} {model.family}",
            )
            for model in desk.models()
        ]

    def _no_models(self) -> str:
        desk = self._board.desk
        if desk is None or desk.core.reach.state == "unknown":
            return "asking the server …"
        reach = desk.core.reach
        if reach.state == "down":
            return f"{reach.sentence}. {reach.advice}"
        return "no models yet" + (
            ": llmtui pull smollm2:135m gets a small one" if desk.can_pull else ""
        )

    # -- session -------------------------------------------------------------------

    def new(self) -> None:
        """Put an empty session on the desk; replies elsewhere go on."""
        board = self._board
        if board.desk is None:
            return
        if not board.desk.saved and not board.prompt.text:
            board.say("this is a new session already")
            return
        board.keep_draft()
        board.desk.new()
        board.prompt.put("")
        board.show_session()

    def sessions(self) -> None:
        """Find and resume an old session."""
        desk = self._board.desk
        if desk is None:
            return
        from llmtui.ui.dialogs.sessions import SessionsDialog

        chats = desk.core.chats

        async def load() -> Sequence[Summary]:
            found = await asyncio.to_thread(chats.summaries)
            self._board.say_problems()
            return found

        async def preview(session_id: str) -> str:
            return await asyncio.to_thread(desk.end_of, session_id)

        async def trash(session_id: str) -> str:
            return await asyncio.to_thread(_said, chats.trash, session_id)

        async def restore(session_id: str) -> str:
            return await asyncio.to_thread(_said, chats.restore, session_id)

        dialog = SessionsDialog(load, preview, trash, restore, desk.session.id)
        self._open(dialog, self._resume)

    def _resume(self, session_id: str) -> None:
        self._board.app.run_worker(self.resume(session_id), group="resume")

    async def resume(self, session_id: str, *, keep_input: bool = False) -> None:
        """Put a saved session on the desk, or say why that can't be done.

        ``keep_input``: what was typed while the program started stays.
        """
        board = self._board
        desk = board.desk
        if desk is None or (session_id == desk.session.id and desk.saved):
            return
        if not keep_input:
            board.keep_draft()
        try:
            session = await desk.open(session_id)
        except OSError as error:
            board.say(str(error), warning=True)
            return
        if not keep_input:
            board.prompt.put("")
        board.show_session()
        if session.read_only:
            board.say(session.read_only, warning=True)

    def rename(self, title: str = "") -> None:
        """Give the session another title."""
        from llmtui.ui.dialogs.text import LineDialog

        board = self._board
        if board.desk is None:
            return
        if title:
            self._use_title(title)
            return
        self._open(LineDialog("title", board.desk.session.title), self._use_title)

    def _use_title(self, title: str) -> None:
        if self._board.desk is not None and title.strip():
            self._board.desk.rename(" ".join(title.split()))
            self._board.show_chrome()

    # -- what the next turn is sent with ---------------------------------------------

    def system(self, text: str = "") -> None:
        """Edit the system prompt of the session."""
        from llmtui.ui.dialogs.text import TextDialog

        desk = self._board.desk
        if desk is None:
            return
        if text:
            self._use_system(text)
            return
        self._open(
            TextDialog(
                "system prompt",
                desk.session.system or "",
                hint="what the model is told before the conversation; empty: its own",
            ),
            self._use_system,
        )

    def _use_system(self, text: str) -> None:
        if self._board.desk is not None:
            self._board.desk.set_system(text.strip() or None)
            words = "the next turn is sent with it" if text.strip() else "none is sent"
            self._board.say(f"system prompt: {words}")
            self._board.show_chrome()

    def think(self, level: str = "") -> None:
        """Choose how much the model thinks."""
        from llmtui.ui.dialogs.choice import Choice, ChoiceDialog

        desk = self._board.desk
        if desk is None:
            return
        if level:
            self._use_think(level)
            return
        if desk.can_think() is False:
            self._board.say(f"{short(desk.model)} does not think", warning=True)
            return
        rows = [
            Choice(
                name, Content.assemble(f"{name:<8} ", (what, "dim")), f"{name} {what}"
            )
            for name, what in THINKING
        ]
        self._open(
            ChoiceDialog("thinking", rows, current=desk.think_word()), self._use_think
        )

    def _use_think(self, level: str) -> None:
        from llmtui.chat.request import OptionError, parse_think

        board = self._board
        if board.desk is None:
            return
        try:
            board.desk.set_think(parse_think(level))
        except OptionError as error:
            board.say(str(error), warning=True)
            return
        if board.desk.can_think() is False:
            board.say(f"{short(board.desk.model)} does not think; kept for others")
        board.show_chrome()

    def set(self, words: str) -> None:
        """``/set``, in the words of ``ollama run``."""
        board = self._board
        if board.desk is None:
            return
        what, _, rest = words.partition(" ")
        rest = rest.strip()
        match what:
            case "parameter":
                board.say(self._set_option(*rest.partition(" ")[::2]))
            case "system" if rest:
                self._use_system(rest.strip('"'))
            case "think":
                self._use_think(rest or "on")
            case "nothink":
                self._use_think("off")
            case "format" if rest == "json":
                board.desk.set_format("json")
                board.say("answers are JSON from the next turn on")
            case "noformat":
                board.desk.set_format(None)
                board.say("answers are free from the next turn on")
            case _:
                board.say(f"/set takes: {BY_ID['set'].argument}", warning=True)

    def _set_option(self, name: str, value: str) -> str:
        """Set one option of the session; returns what to say about it."""
        from llmtui.chat.request import OPTIONS, OptionError, option_value

        assert self._board.desk is not None
        if not name:
            return f"/set parameter NAME VALUE; known are {', '.join(OPTIONS)}"
        try:
            read = option_value(name, value.strip())
        except OptionError as error:
            return str(error)
        if problem := self._board.desk.set_option(name, read):
            return problem
        self._board.show_chrome()
        return f"{name} is {read} from the next turn on"

    # -- host ----------------------------------------------------------------------

    def host(self, value: str = "") -> None:
        """Connect to another host."""
        from llmtui.ui.dialogs.text import LineDialog

        board = self._board
        if board.desk is None:
            return
        if value:
            self._use_host(value)
            return
        self._open(
            LineDialog(
                "host",
                board.desk.core.reach.host.url,
                hint="box:11434, https://…, openai+http://box:8000/v1, or local",
            ),
            self._use_host,
        )

    def _use_host(self, value: str) -> None:
        from llmtui.settings import SettingsError

        board = self._board
        if board.desk is None:
            return
        try:
            board.desk.switch_host(value)
        except SettingsError as error:
            board.say(str(error), warning=True)
            return
        board.show_chrome()

    def local(self) -> None:
        """Use the built-in model, or say what it needs."""
        board = self._board
        if board.desk is None:
            return
        if problem := board.desk.use_local():
            board.say(problem, warning=True)
        board.show_chrome()

    # -- the rest --------------------------------------------------------------------

    def theme(self, name: str = "") -> None:
        """Choose the colours; they are remembered."""
        from llmtui.ui.dialogs.choice import Choice, ChoiceDialog

        app = self._board.app
        names = sorted(app.available_themes)
        if name:
            self._use_theme(name)
            return
        rows = [Choice(n, Content(n), n) for n in names]
        self._open(ChoiceDialog("colours", rows, current=app.theme), self._use_theme)

    def _use_theme(self, name: str) -> None:
        app = self._board.app
        if name not in app.available_themes:
            known = ", ".join(sorted(app.available_themes))
            self._board.say(f"there is no theme {name}: {known}", warning=True)
            return
        app.theme = name
        state = self._board.start.state
        state.theme = name
        state.save()

    def palette(self) -> None:
        """All commands, to be found by their words."""
        from llmtui.ui.dialogs.choice import ChoiceDialog

        rows = [command_row(command) for command in COMMANDS if command.palette]
        self._open(ChoiceDialog("commands", rows), self._board.run_command)

    def help(self) -> None:
        """All keys and commands."""
        from llmtui.ui.dialogs.help import HelpDialog

        self._open(HelpDialog(), lambda _: None)


def _said(call: Any, session_id: str) -> str:
    """Do ``call``; "" or the sentence of its error."""
    try:
        call(session_id)
    except OSError as error:
        return str(error)
    return ""


def command_row(command: Command) -> Choice:
    """One row of the palette: what it does, its key and its slash name."""
    from llmtui.ui.dialogs.choice import Choice

    keys = " ".join(map(key_name, (*command.keys[:1], *command.log_keys[:1])))
    slash = f"/{command.slash[0]}" if command.slash else ""
    label = Content.assemble(f"{command.title:<45} ", (f"{keys:<12} {slash}", "dim"))
    words = f"{command.title} {' '.join(command.slash)} {keys}"
    return Choice(command.id, label, words)


def model_row(model: Model, chosen: bool) -> Content:
    """One row of the picker: mark, name, size, quantisation, context, abilities."""
    mark = f"{GLYPHS.on} " if chosen else "  "
    name = shortened(clean_line(short(model.name)), 24)
    context = context_size(model.context_length) if model.context_length else ""
    abilities = " ".join(
        word
        for word in ("tools", "vision", "thinking")
        if model.capabilities and word in model.capabilities
    )
    where = "cloud" if model.remote else ""
    weights = shortened(clean_line(parameters(model.parameters)), 8)
    bits = shortened(clean_line(model.quantisation), 7)
    detail = (
        f"{weights:>8}  {bits:<7} "
        f"{context:>5}  {abilities or where}"
    )
    gap = " " * max(1, 25 - Content(name).cell_length)
    return Content.assemble(mark, name, gap, (detail, "dim"))
