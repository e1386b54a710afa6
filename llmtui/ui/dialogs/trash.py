"""What is in the trash."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList

from llmtui.ui.dialogs.list_dialog import Choice, ListDialog
from llmtui.ui.dialogs.rows import session_row
from llmtui.ui.widgets.options import Options

if TYPE_CHECKING:
    from llmtui.chat.summary import Trashed
    from llmtui.jobs.archive import Archive


class TrashDialog(ListDialog):
    """Enter brings something back; dismissed with its id."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,ctrl+d", "remove", show=False, priority=True),
    ]

    def __init__(self, archive: Archive) -> None:
        super().__init__()
        self._archive = archive
        self._entries: dict[str, Trashed] = {}
        self._sure = ""
        """What goes for good when delete is pressed once more."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog choice trash") as box:
            box.border_title = Content("trash")
            yield Input(placeholder="filter", compact=True)
            yield Options(compact=True)
            yield Label("reading …", id="words", classes="quiet", markup=False)

    def on_mount(self) -> None:
        self._read()

    @work
    async def _read(self) -> None:
        found = await self._archive.trashed()
        if not self.is_there:
            return
        self._entries = {one.id: one for one in found}
        rows = [Choice(e.id, Content(""), e.session.title) for e in found]
        self.offer(rows, at=self._at)

    @property
    def _at(self) -> int:
        return self.query_one(OptionList).highlighted or 0

    def label(self, choice: Choice) -> Content:
        entry = self._entries[choice.id]
        mark = "branch of " if entry.branch_of else ""
        width = max(20, self.query_one(OptionList).size.width - 2)
        return session_row(entry.session, width, mark, entry.deleted)

    def count(self, found: int, total: int) -> None:
        keys = "enter brings back   delete takes out for good   esc closes"
        self.say(f"{found} of {total}   {keys}" if total else "nothing is in the trash")

    def choose(self, wanted: str) -> None:
        found = [c.id for c in self.matching(self._choices or [], wanted)]
        at = self.highlighted
        if found:
            self._restore(at if at in found else found[0])

    @work(exclusive=True, group="trash")
    async def _restore(self, entry: str) -> None:
        try:
            await self._archive.restore(entry)
        except OSError as error:
            self.say(str(error))
            return
        self.dismiss(entry)

    @work(exclusive=True, group="trash")
    async def action_remove(self) -> None:
        """delete: take out for good, when it is pressed twice."""
        chosen = self.highlighted
        if chosen is None:
            return
        if self._sure != chosen:
            self._sure = chosen
            self.say("nothing brings it back: delete once more takes it out for good")
            return
        self._sure = ""
        try:
            await self._archive.remove(self._entries[chosen])
        except OSError as error:
            self.say(str(error))
            return
        self._read()
