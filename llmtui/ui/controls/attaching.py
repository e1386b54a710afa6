"""What is attached to the prompt that is written: put there, looked at, taken off."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from llmtui.chat.attached_groups import Group, amount, grouped
from llmtui.chat.mentions import (
    bare_name,
    dropped_paths,
    mentions,
    written_paths,
)
from llmtui.commands.command import Action
from llmtui.slash import LITERALLY, is_slash
from llmtui.ui.controls.drafts import Drafts
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.attached_bar import AttachedBar
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.chat.message import Attachment
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.named_files import Named

_PICTURE = (60, 40)
"""Pixels at most of a picture that is looked at: a cell has two of them."""

_SENDS = "Enter sends the text without it"


class Attaching:
    """Reads in the background; what is attached belongs to the current session."""

    def __init__(
        self,
        chat: CurrentChat,
        prompt: Prompt,
        drafts: Drafts,
        services: ScreenServices,
    ) -> None:
        from llmtui.jobs.attacher import Attacher

        self._chat = chat
        self._prompt = prompt
        self._drafts = drafts
        self._services = services
        self._say = services.say
        self._refuse = services.refuse
        self._attacher = Attacher(chat.core)
        self.busy = False
        """Whether something that is to be sent is still being read."""
        self._refused: set[tuple[str, bool]] = set()
        """What was named and cannot be attached, and whether it is there: it is no
        hindrance twice."""

    def actions(self) -> dict[str, Action]:
        return {
            "attach": self.attach,
            "attached": lambda _: self._focus(),
        }

    @property
    def attached(self) -> tuple[Attachment, ...]:
        """What is attached now."""
        return self._chat.outbox.attached(self._chat.session)

    def show(self, bar: AttachedBar) -> None:
        """Paint what is attached."""
        attached = self.attached
        bar.show(grouped(attached), amount(attached))

    # -- put there -------------------------------------------------------------------

    def attach(self, what: str = "") -> None:
        """Attach what is named, or have it named in the input."""
        what = what.strip().strip("'\"")
        if what:
            self._services.spawn(self._attach_one(self._chat.session.id, what))
            return
        self._prompt.insert("@" if self._is_at_word else " @")
        self._prompt.focus()

    @property
    def _is_at_word(self) -> bool:
        """Whether a word may begin where the cursor is."""
        row, column = self._prompt.cursor_location
        before = self._prompt.document.get_line(row)[:column]
        return not before or before[-1].isspace()

    async def _attach_one(self, session_id: str, what: str) -> None:
        await self._attach(session_id, [what])

    async def _attach(
        self, session_id: str, names: Iterable[str], then: str = ""
    ) -> bool:
        """Attach them one after the other; False, and a sentence with what to do
        ``then``, if one cannot be."""
        from llmtui.jobs.attacher import AttachError

        for name in names:
            try:
                found = await self._attacher.attach(session_id, name, self._say)
            except AttachError as error:
                self._refuse(f"{error}{then}")
                return False
            if not self.add(session_id, found.attachments):
                return False
            for note in found.notes:
                self._say(note)
        return True

    def add(self, session_id: str, attachments: Iterable[Attachment]) -> bool:
        """Attach what was read to the prompt of a session; False, and a sentence, if
        another one is open by now."""
        session = self._chat.session
        if session.id != session_id:
            self._say("not attached: another session is open now", warning=True)
            return False
        before = self.attached
        new = [one for one in attachments if one not in before]
        self._chat.outbox.attach(session, [*before, *new])
        self._drafts.keep()
        return True

    def pasted(self, text: str) -> None:
        """Something was pasted: files that were dropped on the terminal are attached,
        and what stands for them in the input goes."""
        paths = dropped_paths(text)
        if paths:
            self._services.spawn(self._drop(self._chat.session.id, text, paths))

    async def _drop(self, session_id: str, text: str, paths: list[str]) -> None:
        from llmtui.jobs.named_files import all_there

        if await all_there(paths) and await self._attach(session_id, paths):
            before = self._prompt.full_text
            pasted = text if text in before else text.strip()
            self._prompt.exchange(before.replace(pasted, "", 1))
            self._drafts.keep()

    # -- named in the text -----------------------------------------------------------

    def typed(self) -> None:
        """A mention was ended by a space: what it names is attached."""
        row, column = self._prompt.cursor_location
        before = self._prompt.document.get_line(row)[:column]
        if before.endswith(" ") and not self._prompt.is_untouched:
            found = mentions(before)
            if found and found[-1].end == column - 1:
                mention = before[found[-1].start : -1]
                self._services.spawn(self._take_one(self._chat.session.id, mention))

    async def _take_one(self, session_id: str, mention: str) -> None:
        from llmtui.jobs.named_files import named_files

        named = [one for one in await named_files(mention) if one.is_there]
        await self._take(session_id, mention, named)

    def take_mentions(self, then: Callable[[], object]) -> bool:
        """Attach what the text names that is to be sent, so that it is seen before;
        ``then`` is called if that is nothing. False if nothing is named at all.

        What is folded in the text was pasted, and names nothing.
        """
        text = self._prompt.text
        if not mentions(text) and not written_paths(text):
            return False
        if not self.busy:
            self.busy = True
            self._services.spawn(self._take_all(self._chat.session.id, text, then))
        return True

    async def _take_all(
        self, session_id: str, text: str, then: Callable[[], object]
    ) -> None:
        from llmtui.jobs.named_files import named_files

        try:
            taken = await self._take(session_id, text, await named_files(text))
        finally:
            self.busy = False
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
            elif await self._attach(session_id, [one.path], then):
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

    def leave(self) -> bool:
        """End what is being read; False if nothing is."""
        return self._attacher.leave()

    # -- looked at, and taken off ----------------------------------------------------

    def open(self, group: Group) -> None:
        """Show what is in a chip."""
        self._services.spawn(self._open(group))

    async def _open(self, group: Group) -> None:
        from llmtui.chat.attached import AttachmentGone
        from llmtui.ui.dialogs.attachment import AttachmentDialog

        if len(group.members) > 1:
            names = "\n".join(one.name for one in group.members)
            dialog = AttachmentDialog(group.name, group.words, names)
        else:
            [one] = group.members
            try:
                look = await self._attacher.look(one, *_PICTURE)
            except AttachmentGone as error:
                self._say(str(error), warning=True)
                return
            dialog = AttachmentDialog(one.name, look.about, look.text, look.pixels)
        self._services.ask(dialog, lambda _: None)

    def take_off(self, group: Group) -> None:
        """It is not to be sent after all."""
        left = [one for one in self.attached if one not in group.members]
        self._chat.outbox.attach(self._chat.session, left)
        self._drafts.keep()
        digests = {one.sha256 for one in group.members}
        self._services.spawn(self._attacher.forget(digests))

    def _focus(self) -> None:
        bars = self._prompt.screen.query(AttachedBar)
        if self.attached:
            with suppress(IndexError):
                bars[0].focus()
        else:
            self._say("nothing is attached: @ and a path attaches a file")
