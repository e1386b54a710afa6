"""What is attached to the prompt that is written: put there, looked at, taken off."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from llmtui.chat.attached_groups import Group, amount, grouped
from llmtui.chat.mentions import dropped_paths
from llmtui.commands.command import Action
from llmtui.ui.controls.drafts import Drafts
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.attached_bar import AttachedBar
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.chat.message import Attachment
    from llmtui.jobs.current_chat import CurrentChat

_PICTURE = (60, 40)
"""Pixels at most of a picture that is looked at: a cell has two of them."""


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
        await self.attach_all(session_id, [what])

    async def attach_all(
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

        if await all_there(paths) and await self.attach_all(session_id, paths):
            before = self._prompt.full_text
            pasted = text if text in before else text.strip()
            self._prompt.exchange(before.replace(pasted, "", 1))
            self._drafts.keep()

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
