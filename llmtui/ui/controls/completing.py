"""Completing what is typed in the input, from whoever knows the words."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from llmtui.chat.completion import Candidate, fitting
from llmtui.sanitise import clean_line

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from llmtui.chat.completion import CompletionSource, Wanted
    from llmtui.ui.widgets.completion_menu import CompletionMenu
    from llmtui.ui.widgets.prompt import Prompt

STEPS = {"up": -1, "down": 1, "pageup": -7, "pagedown": 7}
KEYS = ("tab", "enter", "escape", *STEPS)
"""Keys that are the menu's while it is open."""


class Completing:
    """Opens the menu where something can be completed, and puts in what is chosen."""

    def __init__(
        self,
        prompt: Prompt,
        menu: CompletionMenu,
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        sources: Sequence[CompletionSource] = (),
    ) -> None:
        """``spawn`` has candidates looked up that take their time; of ``sources`` the
        first one that knows a word completes it."""
        self._prompt = prompt
        self._menu = menu
        self._spawn = spawn
        self.sources = list(sources)
        self._wanted: Wanted | None = None
        self._candidates: Sequence[Candidate] = ()
        """All for the word that is typed."""
        self._found: Sequence[Candidate] = ()
        """Those of them that fit."""
        self._moved = False
        self._left = False
        """esc was pressed in this word."""

    # -- what is typed ---------------------------------------------------------------

    def typed(self) -> None:
        """The text or the cursor is another: what can be completed now?"""
        source, wanted = self._find()
        before, self._wanted = self._wanted, wanted
        if source is None or wanted is None:
            self._candidates = self._found = ()
            self._left = False
            self._menu.close()
        elif before and before[:2] == wanted[:2]:
            if not self._left and before != wanted:
                narrower = wanted.word.startswith(before.word)
                self._fill(self._found if narrower else self._candidates)
        else:
            self._left = False
            self._candidates = ()
            self._look_up(source, wanted)

    def _find(self) -> tuple[CompletionSource | None, Wanted | None]:
        prompt = self._prompt
        start, (row, column) = prompt.selection
        if start != (row, column):
            return None, None
        before = prompt.document.get_line(row)[:column]
        for source in self.sources:
            if (wanted := source.wanted(before, row)) is not None:
                return (None, None) if prompt.is_untouched else (source, wanted)
        return None, None

    def _look_up(self, source: CompletionSource, wanted: Wanted) -> None:
        offered = source.candidates(wanted)
        if isawaitable(offered):
            self._fill(())
            self._spawn(self._wait_for(offered, wanted))
        else:
            self._candidates = offered
            self._fill(offered)

    async def _wait_for(
        self, offered: Awaitable[Sequence[Candidate]], wanted: Wanted
    ) -> None:
        found = await offered
        if self._wanted and self._wanted[:2] == wanted[:2]:
            self._candidates = found
            if not self._left:
                self._fill(found)

    def refill(self) -> None:
        """There are more candidates than there were: show those that fit, unless one
        is being chosen."""
        if self._wanted is not None and not (self._moved or self._left):
            self._fill(self._candidates)

    def _fill(self, candidates: Sequence[Candidate]) -> None:
        """Show those that fit."""
        wanted = self._wanted
        assert wanted is not None
        self._found = fitting(candidates, wanted.word)
        self._moved = False
        at = 0 if wanted.word else None
        self._menu.show(self._found, at, usage=wanted.usage)

    # -- what is chosen --------------------------------------------------------------

    def takes(self, key: str) -> bool:
        """Whether a key is the menu's just now."""
        menu = self._menu
        if not menu.is_open or not self._prompt.has_focus:
            return False
        if key == "escape":
            return True
        if key == "enter":
            return self._enter_completes()
        return menu.first is not None

    def _enter_completes(self) -> bool:
        """Not what is complete already, nor what may be meant as it stands: another
        first letter is no beginning of the marked word."""
        marked, wanted = self._menu.marked, self._wanted
        if marked is None or wanted is None:
            return False
        if self._moved:
            return marked.text != wanted.word
        if wanted.free or any(c.is_meant(wanted.word) for c in self._found):
            return False
        begins = marked.text[:1].casefold() == wanted.word[:1].casefold()
        return begins or wanted.picks

    def press(self, key: str) -> None:
        """Do what a key means in the menu."""
        if key == "escape":
            self.leave()
        elif key in STEPS:
            self._moved = True
            self._menu.move(STEPS[key])
        elif chosen := self._menu.marked or self._menu.first:
            self.put(chosen)

    def leave(self) -> None:
        """Close the menu until another word is typed."""
        self._left = True
        self._menu.close()

    def put(self, chosen: Candidate) -> None:
        """Have what was chosen stand where its beginning was typed."""
        wanted, prompt = self._wanted, self._prompt
        if wanted is None:
            return
        text, end = clean_line(chosen.text) + chosen.end, prompt.cursor_location
        start = (end[0], wanted.start)
        prompt.history.checkpoint()  # undo takes back this alone
        prompt.replace(text, start, end, maintain_selection_offset=False)
        prompt.history.checkpoint()
        if not chosen.end:
            self.leave()
