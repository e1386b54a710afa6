"""The list of saved sessions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static

from llmtui.chat.names import short
from llmtui.human import age
from llmtui.sanitise import clean, clean_line
from llmtui.ui.dialogs.list_dialog import Choice, ListDialog
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from llmtui.chat.summary import Summary


class SessionsDialog(ListDialog):
    """Dismissed with the id of the session to open.

    Sees the store only through the calls it is given, all of which may be slow
    and are awaited in the background.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,ctrl+d", "trash", "delete", show=False, priority=True),
        Binding("ctrl+z", "restore", "undo", show=False, priority=True),
    ]

    def __init__(
        self,
        load: Callable[[], Awaitable[Sequence[Summary]]],
        preview: Callable[[str], Awaitable[str]],
        trash: Callable[[str], Awaitable[str]],
        restore: Callable[[str], Awaitable[str]],
        current: str = "",
    ) -> None:
        """``preview`` gives the end of a session as text; ``trash`` and ``restore``
        return "" or why it did not work."""
        super().__init__(current=current)
        self._load = load
        self._preview = preview
        self._trash = trash
        self._restore = restore
        self._summaries: dict[str, Summary] = {}
        self._trashed: list[str] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog sessions") as box:
            box.border_title = Content("sessions")
            yield Input(placeholder="filter by title or model", compact=True)
            with Horizontal():
                yield OptionList(compact=True)
                with VerticalScroll(id="preview", can_focus=False):
                    yield Static(markup=False)
            yield Label("reading …", id="words", classes="quiet", markup=False)

    def on_mount(self) -> None:
        self._read()

    @work
    async def _read(self) -> None:
        await self._reload()

    async def _reload(self) -> None:
        """Have the list as it is by now; one stays at one's row, or its place."""
        found = await self._load()
        self._summaries = {summary.id: summary for summary in found}
        at = self.query_one(OptionList).highlighted or 0
        blank = Content("")  # what is shown is made for one width
        self.offer([Choice(s.id, blank, f"{s.title} {s.model}") for s in found], at=at)

    def on_resize(self) -> None:
        """The rows are made for one width."""
        self.call_after_refresh(self.refill)

    # -- what a list dialog asks for -------------------------------------------------

    def label(self, choice: Choice) -> Content:
        width = max(20, self.query_one(OptionList).size.width - 2)
        return row(self._summaries[choice.id], width)

    def count(self, found: int, total: int) -> None:
        if not found:
            self.query_one("#preview Static", Static).update("")
        keys = "enter opens   delete moves to the trash   esc closes"
        none = "no sessions yet: they are saved as you chat   esc closes"
        self._say(f"{found} of {total}   {keys}" if total else none)

    # -- the trash -----------------------------------------------------------------

    @work(exclusive=True, group="trash")
    async def action_trash(self) -> None:
        chosen = self.highlighted
        if chosen is None:
            return
        if problem := await self._trash(chosen):
            self._say(problem)
            return
        self._trashed.append(chosen)
        title = self._summaries[chosen].title or "untitled"
        await self._reload()
        self._say(f"moved to the trash: {title}   ctrl+z brings it back")

    @work(exclusive=True, group="trash")
    async def action_restore(self) -> None:
        if not self._trashed:
            self._say("nothing was deleted here")
            return
        if problem := await self._restore(self._trashed[-1]):
            self._say(problem)
            return
        self._trashed.pop()
        await self._reload()

    # -- the preview -----------------------------------------------------------------

    @on(OptionList.OptionHighlighted)
    def _highlight(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id:
            self._show_preview(event.option_id)

    @work(exclusive=True, group="preview")
    async def _show_preview(self, session_id: str) -> None:
        """Show the end of a session, where there is room for it."""
        preview = self.query_one("#preview", VerticalScroll)
        if preview.display:
            text = clean(await self._preview(session_id))
            preview.query_one(Static).update(Content(text))
            preview.scroll_end(animate=False)

    def _say(self, words: str) -> None:
        self.query_one("#words", Label).update(clean_line(words))


def row(summary: Summary, width: int) -> Content:
    """Title on the left, model and age on the right."""
    when = age(summary.updated)
    model = shortened(clean_line(short(summary.model)), 18)
    right = f"{model}  {when:>8}" if width >= 44 else f"{when:>8}"
    title = shortened(clean_line(summary.title) or "untitled", width - len(right) - 1)
    return Content.assemble(
        Content(title).pad_right(_gap(title, right, width)), (right, "dim")
    )


def _gap(title: str, right: str, width: int) -> int:
    from rich.cells import cell_len

    return max(1, width - cell_len(title) - cell_len(right))
