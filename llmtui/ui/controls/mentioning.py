"""Files that are named in the text that is written: they are attached."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from llmtui.chat.mentions import bare_name, mentions, written_paths
from llmtui.slash import LITERALLY, is_slash
from llmtui.ui.controls.attaching import Attaching
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.named_files import Named

_SENDS = "Enter sends the text without it"


class Mentioning:
    """Has what is named attached, so that it is seen before it is sent."""

    def __init__(
        self,
        chat: CurrentChat,
        prompt: Prompt,
        attaching: Attaching,
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._prompt = prompt
        self._attaching = attaching
        self._spawn = services.spawn
        self._say = services.say
        self._busy = False
        """Whether something that is to be sent is still being read."""
        self._refused: set[tuple[str, bool]] = set()
        """What was named and cannot be attached, and whether it is there: it is no
        hindrance twice."""

    def typed(self) -> None:
        """A mention was ended by a space: what it names is attached."""
        row, column = self._prompt.cursor_location
        before = self._prompt.document.get_line(row)[:column]
        if before.endswith(" ") and not self._prompt.is_untouched:
            found = mentions(before)
            if found and found[-1].end == column - 1:
                mention = before[found[-1].start : -1]
                self._spawn(self._take_one(self._chat.session.id, mention))

    async def _take_one(self, session_id: str, mention: str) -> None:
        from llmtui.jobs.named_files import named_files

        named = [one for one in await named_files(mention) if one.is_there]
        await self._take(session_id, mention, named)

    def take(self, then: Callable[[], object]) -> bool:
        """Attach what the text names that is to be sent, so that it is seen before;
        ``then`` is called if that is nothing. False if nothing is named at all.

        What is folded in the text was pasted, and names nothing.
        """
        text = self._prompt.text
        if not mentions(text) and not written_paths(text):
            return False
        if not self._busy:
            self._busy = True
            self._spawn(self._take_all(self._chat.session.id, text, then))
        return True

    async def _take_all(
        self, session_id: str, text: str, then: Callable[[], object]
    ) -> None:
        from llmtui.jobs.named_files import named_files

        try:
            taken = await self._take(session_id, text, await named_files(text))
        finally:
            self._busy = False
        is_here = (self._chat.session.id, self._prompt.text) == (session_id, text)
        if taken:
            self._say("what is named is attached: enter sends it")
        elif taken is None and is_here:
            self._refused.clear()
            then()

    async def _take(
        self, session_id: str, text: str, named: Iterable[Named]
    ) -> bool | None:
        """Attach what is named in a text, and leave bare names there; None if there is
        no such thing, False if something cannot be attached."""
        taken = None
        for one in named:
            if one[2:] in self._refused:
                continue
            is_first = is_slash(text) and not one.start
            then = f". {LITERALLY if is_first else _SENDS}"
            if not one.is_there:
                words = f"not attached: there is no file {one.path}"
                self._say(words + then, warning=True)
            elif await self._attaching.attach_all(session_id, [one.path], then):
                self._exchange(text[one.start : one.end], bare_name(one.path))
                taken = True
                continue
            if not is_first and self._chat.session.id == session_id:
                self._refused.add(one[2:])
            return False
        return taken

    def _exchange(self, marked: str, bare: str) -> None:
        """Put a bare name where a marked one stands; the cursor stays where it is."""
        for row in range(self._prompt.document.line_count):
            column = self._prompt.document.get_line(row).find(marked)
            if column >= 0:
                self._prompt.replace(bare, (row, column), (row, column + len(marked)))
                return
