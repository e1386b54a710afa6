"""All branches of a session, like ``git log --graph``."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label

from llmtui.chat import graph
from llmtui.ui.dialogs.dialog import Ask, Dialog
from llmtui.ui.widgets.tree_view import TreeView

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.session import Session
    from llmtui.jobs.session_edits import SessionEdits

KEYS = (
    "enter goes there · space marks, c compares · n names · f forks · delete prunes"
    " · ctrl+z undo · esc closes"
)


class TreeDialog(Dialog[tuple[str, str]]):
    """Dismissed with what to do, ``show`` or ``fork``, and the id of a message."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", show=False),
        Binding("c", "compare", show=False),
        Binding("n", "name", show=False),
        Binding("f", "fork", show=False),
        Binding("delete,d", "prune", show=False),
        Binding("ctrl+z,u", "undo", show=False),
        Binding("q", "leave", show=False),
    ]

    def __init__(self, session: Session, edits: SessionEdits, ask: Ask) -> None:
        super().__init__()
        self._session = session
        self._edits = edits
        self._ask = ask
        self.begin_at: str | None = session.head
        """The message that the cursor is on to begin with."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tree") as box:
            box.border_title = Content("branches")
            yield TreeView()
            yield Label(KEYS, id="words", classes="quiet", markup=False)

    def on_mount(self) -> None:
        self._fill(self.begin_at)

    @property
    def _tree(self) -> TreeView:
        return self.query_one(TreeView)

    @property
    def _message(self) -> Message | None:
        """The one that the cursor is on."""
        row = self._tree.row
        return self._session.messages.get(row.message.id) if row else None

    def _fill(self, message_id: str | None = None) -> None:
        if not self.is_there:
            return
        at = self._message
        self._tree.show(
            graph.rows(self._session), message_id or (at.id if at else None)
        )

    @on(TreeView.Chosen)
    def _chosen(self) -> None:
        if message := self._message:
            self.dismiss(("show", message.id))

    def action_fork(self) -> None:
        if message := self._message:
            self.dismiss(("fork", message.id))

    # -- comparing -------------------------------------------------------------------

    def action_mark(self) -> None:
        """space: the one that the next one is compared with."""
        if message := self._message:
            tree = self._tree
            tree.marked = "" if tree.marked == message.id else message.id
            tree.refresh()

    def action_compare(self) -> None:
        """c: with the marked one, else with the version before (or after) it."""
        from llmtui.ui.dialogs.diff import DiffDialog

        message = self._message
        if message is None:
            return
        other = self._session.messages.get(self._tree.marked) or self._beside(message)
        if other is None or other is message:
            self.say("there is no other version of it: space marks one to compare with")
            return
        self._ask(DiffDialog(other, message), lambda _: None)

    def _beside(self, message: Message) -> Message | None:
        versions = [m.id for m in self._session.siblings(message.id)]
        at = versions.index(message.id)
        near = versions[at - 1 : at] or versions[at + 1 : at + 2]
        return self._session.messages[near[0]] if near else None

    # -- changing ----------------------------------------------------------------------

    def action_name(self) -> None:
        """n: what the branch is called that ends or goes on here."""
        from llmtui.ui.dialogs.text import LineDialog

        if (message := self._message) is None:
            return
        chosen = message.id

        def use(name: str) -> None:
            name = " ".join(name.split())
            self._edits.mark(self._session, chosen, name=name)
            self._fill()

        self._ask(LineDialog("name of this branch", message.name), use)

    @work(exclusive=True, group="edit")
    async def action_prune(self) -> None:
        """delete: move the message and all below it to the trash."""
        if (message := self._message) is None:
            return
        try:
            count = await self._edits.prune(self._session, message.id)
        except (OSError, ValueError) as error:
            self.say(str(error))
            return
        if not self._session.messages:
            self.dismiss(None)
            return
        self._fill()
        what = "1 message" if count == 1 else f"{count} messages"
        self.say(f"{what} moved to the trash   ctrl+z brings the branch back")

    @work(exclusive=True, group="edit")
    async def action_undo(self) -> None:
        try:
            undone = await self._edits.undo(self._session)
        except (OSError, ValueError) as error:
            self.say(str(error))
            return
        self._fill()
        self.say("the branch is back" if undone else "nothing was pruned here")
