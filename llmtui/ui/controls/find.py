"""Finding words: in the session that is open, and in all of them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from textual.css.query import NoMatches
from textual.worker import Worker

from llmtui.commands.command import Action
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.find_bar import FindBar
from llmtui.ui.widgets.log.reading import Reading
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.prompt import Prompt
from llmtui.ui.widgets.status import Status

if TYPE_CHECKING:
    from llmtui.chat.matches import Match
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.ui.controls.sessions import Sessions
    from llmtui.ui.dialogs.search import Place


class Find:
    """Lights what is found in the log and goes from one to the next."""

    def __init__(
        self,
        chat: CurrentChat,
        log: MessageLog,
        prompt: Prompt,
        sessions: Sessions,
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._log = log
        self._reading = Reading(log)
        self._prompt = prompt
        self._sessions = sessions
        self._run = services.run_job
        self._say = services.say
        self._ask = services.ask
        self._line = ""
        self._matches: list[Match] = []
        self._at = 0
        self._from: str | None = None
        """The message in the first row when one began to type."""
        self._unfolded = ""
        """The message whose thinking is shown for what was found in it."""
        self._branch: tuple[str, str | None] = ("", None)
        """The session and its head whose matches these are."""

    def actions(self) -> dict[str, Action]:
        return {
            "search": self.search,
            "find": self.find,
            "find-next": lambda _: self._run(self._step(1)),
            "find-previous": lambda _: self._run(self._step(-1)),
        }

    # -- in all sessions -----------------------------------------------------------

    def search(self, line: str = "") -> None:
        """Search all messages of all sessions."""
        from llmtui.ui.dialogs.search import SearchDialog

        dialog = SearchDialog(self._chat.core.search, line)
        self._ask(dialog, lambda place: self._run(self._open(place)))

    async def _open(self, place: Place) -> None:
        """Show a session at a message, with what was wanted lit."""
        await self._sessions.resume(place.session)
        chat, log = self._chat, self._log
        if chat.session.id != place.session or not chat.show(place.message):
            return
        log.call_after_refresh(self._reading.go_to, place.message)
        if not await self._look(place.line):
            return
        own = [at for at, m in enumerate(self._matches) if m.message == place.message]
        if own:
            self._at = own[0]
            log.call_after_refresh(self._show)
        log.call_after_refresh(log.focus, scroll_visible=False)

    # -- in this one ---------------------------------------------------------------

    def find(self, line: str = "") -> None:
        """Find words in the session that is open."""
        if not self._chat.saved:
            self._say("there is nothing in this session yet")
        else:
            self._run(self._begin(line))

    async def _begin(self, line: str) -> None:
        screen = self._log.screen
        bar = self._bar
        if bar is None:
            bar = FindBar(self._typed, self._walk, self._leave, self._everywhere)
            await screen.mount(bar, before=screen.query_one(Status))
        screen.add_class("-finding")
        self._from = self._reading.first_in_sight
        bar.begin(line)

    def _typed(self, line: str) -> Worker[None]:
        # Not a coroutine: where others follow at once it never begins.
        find = partial(self._find, line)
        return self._log.run_worker(find, group="find", exclusive=True)

    def _walk(self, by: int) -> None:
        self._run(self._step(by))

    async def _find(self, line: str) -> None:
        """Light a line's words, and go to the first one below where one began."""
        if not await self._look(line):
            return
        path = [message.id for message in self._chat.session.path()]
        place = {message_id: at for at, message_id in enumerate(path)}
        start = place.get(self._from or "", 0)
        below = (
            at
            for at, match in enumerate(self._matches)
            if place.get(match.message, 0) >= start
        )
        self._at = next(below, len(self._matches) - 1)
        self._show()

    async def _look(self, line: str) -> bool:
        """Find all places of a line's words in the branch that is shown; False, and
        nothing is lit, if that is another one by then."""
        from llmtui.chat.matches import matches
        from llmtui.chat.query import parse_query

        query = parse_query(line)
        branch, path = self._shown_branch, self._chat.session.path()
        order = {message.id: at for at, message in enumerate(path)}

        def look() -> tuple[list[Match], list[float]]:
            found = list(matches(path, query))
            return found, [order[match.message] + match.down for match in found]

        found, places = await asyncio.to_thread(look)
        if branch != self._shown_branch:
            return False
        self._line, self._matches, self._at = line, found, 0
        self._branch = branch
        self._reading.light(query if query.wanted else None, places)
        return True

    @property
    def _shown_branch(self) -> tuple[str, str | None]:
        return self._chat.session.id, self._chat.session.head

    async def _step(self, by: int) -> None:
        """Go to the next one, or the one before; past the end from the beginning."""
        if not self._line.strip():
            self.find()
            return
        at = self._at
        if self._branch != self._shown_branch and not await self._look(self._line):
            return
        if not self._matches:
            self._say(f"not in this session: {self._line}")
            return
        self._at = (at + by) % len(self._matches)
        self._show()

    def _show(self) -> None:
        """Go to the match one is at, and say which one it is."""
        words = ""
        if self._matches:
            match = self._matches[self._at]
            self._unfold(match.message if match.part == "thinking" else "")
            self._reading.go_to(match.message, match)
            words = f"{self._at + 1} of {len(self._matches)}"
        elif self._line.strip():
            words = "not in this session"
        if (bar := self._bar) is not None:
            bar.count(words)
        if not self._finding and words:
            self._say(f"{words}: {self._line}")

    def _unfold(self, message_id: str) -> None:
        """Show the thinking of one message ("" for none) as long as one is at it."""
        if self._unfolded != message_id:
            self._reading.show_thinking(self._unfolded, shown=False)
            self._unfolded = ""
        if self._reading.show_thinking(message_id, shown=True):
            self._unfolded = message_id

    # -- leaving -------------------------------------------------------------------

    def put_out(self) -> None:
        """Nothing is lit any more."""
        self._reading.light(None)

    def _leave(self) -> None:
        self._log.screen.remove_class("-finding")
        self.put_out()
        self._prompt.focus()

    def _everywhere(self, line: str) -> None:
        self._leave()
        self.search(line)

    @property
    def _finding(self) -> bool:
        return self._log.screen.has_class("-finding")

    @property
    def _bar(self) -> FindBar | None:
        try:
            return self._log.screen.query_one(FindBar)
        except NoMatches:
            return None
