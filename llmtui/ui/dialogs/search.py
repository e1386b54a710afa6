"""Searching all messages of all sessions, as one types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from llmtui.human import bar
from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.dialogs.rows import hit_row, session_row
from llmtui.ui.widgets.options import Options

if TYPE_CHECKING:
    from llmtui.chat.search_results import Results
    from llmtui.jobs.search import Search

HINT = "words, -without, “exact words”, model: role: tag: before: after: in:title"
NARROW = 60
"""Cells under which the keys are not said."""


class Place(NamedTuple):
    """What was chosen: a message, and the line that found it."""

    session: str
    message: str
    line: str


class SearchDialog(Dialog[Place]):
    """Dismissed with the place to go to.

    An enter that comes before the answer to its line chooses once that is there.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", show=False),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
        Binding("ctrl+s", "order", show=False, priority=True),
    ]

    def __init__(self, search: Search, line: str = "") -> None:
        super().__init__()
        self._search = search
        self._line = line
        self._best_first = False
        self._answered: str | None = None
        """The line whose answer is shown, None while there is none."""
        self._entered = False
        self._results: Results | None = None
        self._indexing = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog search") as box:
            box.border_title = Content("search all sessions")
            yield Input(self._line, placeholder=HINT, compact=True)
            yield Options(compact=True)
            yield Label("", id="words", classes="quiet", markup=False)

    def on_mount(self) -> None:
        self._prepare()

    def keys_wait(self, key: str) -> bool:
        return self._entered

    # -- the index -----------------------------------------------------------------

    @work(group="index")
    async def _prepare(self) -> None:
        """Look for what is there now, index what is new, and answer once more."""
        await self._search.open()
        if self._line and self.is_there:
            self._ask()
        new = await self._search.index(self._progress)
        self._indexing = ""
        if self.is_there:
            self._count()
            if new and self._wanted.strip():
                self._ask()

    def _progress(self, done: int, total: int) -> None:
        self._indexing = (
            f"{bar(done, total)} making the index, {done:,} of {total:,} sessions"
        )
        if self.is_there:
            self._count()

    # -- asking --------------------------------------------------------------------

    @property
    def _wanted(self) -> str:
        return self.query_one(Input).value

    @on(Input.Changed)
    def _typed(self) -> None:
        self._ask()

    def action_order(self) -> None:
        """ctrl+s: the best first, or the newest."""
        self._best_first = not self._best_first
        self._ask()

    @work(exclusive=True, group="ask")
    async def _ask(self) -> None:
        line = self._wanted
        results = await self._search.find(line, best_first=self._best_first)
        if results is None or not self.is_there or line != self._wanted:
            return
        self._results, self._answered = results, line
        self._fill()
        if self._entered:
            self._entered = False
            self._choose()
        self.post_message(self.Ready())

    # -- the rows ------------------------------------------------------------------

    def _fill(self) -> None:
        """Show what is found by now."""
        if (results := self._results) is None:
            return
        options = self.query_one(OptionList)
        options.set_options(self._rows(results, max(20, options.size.width - 2)))
        options.highlighted = 1 if results.found else None
        self._count()

    def _rows(self, results: Results, width: int) -> Iterator[Option]:
        for at, found in enumerate(results.found):
            row = session_row(found.session, width)
            yield Option(row, id=f"{at}", disabled=True)
            for number, hit in enumerate(found.hits):
                yield Option(hit_row(hit, width), id=f"{at}.{number}")

    def on_resize(self) -> None:
        """The rows are made for one width."""
        self.call_after_refresh(self._fill)

    def _count(self) -> None:
        self.query_one("#words", Label).update(clean_line(self._words()))

    def _words(self) -> str:
        results = self._results
        if self._indexing:
            return self._indexing
        if results is None or not self._wanted.strip():
            return "prompts, replies, thinking, tools, titles, of all branches"
        if results.query.problems:
            return results.query.problems[0]
        if not results.found:
            return "nothing found"
        count = sum(len(found.hits) for found in results.found)
        more = "more than " if results.more else ""
        order = "newest" if self._best_first else "best"
        sessions = "session" if len(results.found) == 1 else "sessions"
        words = f"{more}{count} in {len(results.found)} {sessions}"
        if self.query_one("#words").size.width < NARROW:
            return words
        return f"{words}   enter opens   ctrl+s {order} first   esc closes"

    # -- choosing ------------------------------------------------------------------

    def action_move(self, action: str) -> None:
        getattr(self.query_one(OptionList), f"action_{action}")()

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        if self._answered == event.value:
            self._choose()
        elif event.value.strip():
            self._entered = True

    @on(OptionList.OptionSelected)
    def _choose(self) -> None:
        option = self.query_one(OptionList).highlighted_option
        if option is None or self._results is None:
            return
        at, _, number = (option.id or "").partition(".")
        found = self._results.found[int(at)]
        self.dismiss(
            Place(found.session.id, found.hits[int(number)].message, self._wanted)
        )
