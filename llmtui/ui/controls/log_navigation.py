"""Moving in the log, and what is unfolded in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.desktop.diagrams import MISSING, installed
from llmtui.ui.controls.picking import Picking
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.log.view import MessageLog

if TYPE_CHECKING:
    from llmtui.state import State


class LogNavigation:
    """Passes the keys that move on to the log, wherever the focus is."""

    def __init__(self, log: MessageLog, state: State, services: ScreenServices) -> None:
        self._log = log
        self._state = state
        self._refuse = services.refuse
        self._say = services.say
        self._pick = Picking(services.say, services.refuse, services.ask).pick

    def actions(self) -> dict[str, Action]:
        log = self._log
        return {
            "prompt-previous": lambda _: self._walk(-1),
            "prompt-next": lambda _: self._walk(1),
            "fold": self._fold,
            "contents": self._contents,
            "message-previous": lambda _: log.step_message(-1),
            "message-next": lambda _: log.step_message(1),
            "last-prompt": lambda _: log.last_prompt(),
            "page-up": lambda _: log.action_page_up(),
            "page-down": lambda _: log.action_page_down(),
            "log-home": lambda _: log.action_scroll_home(),
            "log-left": lambda _: self._sideways(-1),
            "log-right": lambda _: self._sideways(1),
            "log-end": lambda _: log.action_scroll_end(),
            "thinking": lambda _: self._thinking(),
            "fold-code": lambda _: self._code(),
            "source": lambda _: self._source(),
            "verbose": self._verbose,
        }

    def _sideways(self, steps: int) -> None:
        """Move the code or table in sight that is too wide."""
        if not self._log.move_sideways(steps):
            self._refuse("nothing in sight is too wide")

    def _walk(self, by: int) -> None:
        """Go to the prompt above or below; the focus stays where it is."""
        log = self._log
        if log.cursor.walk(by):
            log.reflow()
        elif by > 0:
            log.scroll_to_end()

    def _fold(self, word: str) -> None:
        """Fold or unfold the message one is at, else the one in the first row."""
        log = self._log
        folding = log.appearance.folding
        if word in ("all", "none"):
            if not folding.all(folded=word == "all"):
                self._say(f"nothing to {'fold' if word == 'all' else 'unfold'} here")
        elif word:
            self._refuse("/fold takes all or none")
        elif log.window.layout.entries:
            at = log.window.top.entry if log.at is None else log.at
            if not folding.toggle(at):
                self._say("this message is too short to be folded")
        log.reflow()

    def _contents(self, number: str) -> None:
        """Choose a heading, and go there."""
        from llmtui.ui.widgets.log.contents import Contents, Heading

        def title(heading: Heading) -> str:
            return "  " * (heading.level - 1) + heading.words

        contents = Contents(self._log)
        self._pick("heading", contents.headings(), number, title, contents.go_to)

    def _verbose(self, word: str) -> None:
        """Show all that replies cost, or only the most of it."""
        log, state = self._log, self._state
        wanted = {"": not log.appearance.verbose, "on": True, "off": False}.get(word)
        if wanted is None:
            self._refuse("/verbose takes on or off")
            return
        log.appearance.show_costs(verbose=wanted)
        log.reflow()
        state.verbose = wanted
        state.save()

    def _source(self) -> None:
        """Show formulas as written, or drawn: in the message in focus, else in all."""
        log = self._log
        as_source = log.appearance.toggle_source(log.focused)
        log.reflow()
        how = "as they were written" if as_source else "drawn"
        if as_source or installed():
            self._say(f"formulas and diagrams are shown {how}")
        else:
            self._say(f"formulas are shown drawn; {MISSING}")

    def _thinking(self) -> None:
        """Open or fold the thinking: of the message in focus, else of all."""
        log, state = self._log, self._state
        log.appearance.toggle_thinking(log.focused)
        log.reflow()
        state.thinking_open = log.appearance.thinking_open
        state.save()

    def _code(self) -> None:
        """Open or fold long code: of the message in focus, else of all."""
        self._log.appearance.toggle_code(self._log.focused)
        self._log.reflow()
