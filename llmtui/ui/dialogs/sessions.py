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
from textual.widgets.option_list import Option

from llmtui.chat.names import short
from llmtui.human import age
from llmtui.sanitise import clean, clean_line
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from llmtui.chat.summary import Summary

MOST_SHOWN = 300
"""Rows put into the list at once; the filter finds the others."""


class SessionsDialog(Dialog[str]):
    """Dismissed with the id of the session to open, or None.

    Sees the store only through the calls it is given, all of which may be slow
    and are awaited in the background.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", show=False),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
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
        super().__init__()
        self._load = load
        self._preview = preview
        self._trash = trash
        self._restore = restore
        self._current = current
        self._summaries: list[Summary] = []
        self._trashed: list[str] = []
        self._loaded = False

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
        self._summaries = list(await self._load())
        self._loaded = True
        self._fill()

    def on_resize(self) -> None:
        """The rows are made for one width."""
        self.call_after_refresh(self._fill)

    def action_move(self, action: str) -> None:
        getattr(self.query_one(OptionList), f"action_{action}")()

    @work(exclusive=True, group="trash")
    async def action_trash(self) -> None:
        chosen = self._highlighted()
        if chosen is None:
            return
        if problem := await self._trash(chosen):
            self._say(problem)
            return
        self._trashed.append(chosen)
        title = next((s.title for s in self._summaries if s.id == chosen), "")
        self._summaries = list(await self._load())
        self._fill()
        self._say(f"moved to the trash: {title or 'untitled'}   ctrl+z brings it back")

    @work(exclusive=True, group="trash")
    async def action_restore(self) -> None:
        if not self._trashed:
            self._say("nothing was deleted here")
            return
        if problem := await self._restore(self._trashed[-1]):
            self._say(problem)
            return
        self._trashed.pop()
        self._summaries = list(await self._load())
        self._fill()

    @on(Input.Changed)
    def _filter(self) -> None:
        self._fill()

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        """Open by what the filter was at that key: the rows may be behind it."""
        found = [s.id for s in self._matching(event.value)]
        at = self._highlighted()
        if found:
            self.dismiss(at if at in found else found[0])

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    @on(OptionList.OptionHighlighted)
    def _output(self, event: OptionList.OptionHighlighted) -> None:
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

    def _highlighted(self) -> str | None:
        option = self.query_one(OptionList).highlighted_option
        return option.id if option is not None else None

    def _matching(self, wanted: str) -> list[Summary]:
        words = wanted.lower().split()
        return [s for s in self._summaries if _holds(s, words)]

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        keep = self._highlighted() or self._current
        at = options.highlighted or 0
        found = self._matching(self.query_one(Input).value)
        width = max(20, options.size.width - 2)
        options.set_options(Option(row(s, width), id=s.id) for s in found[:MOST_SHOWN])
        ids = [s.id for s in found[:MOST_SHOWN]]
        if ids:
            index = ids.index(keep) if keep in ids else min(at, len(ids) - 1)
            options.highlighted = index
        else:
            self.query_one("#preview Static", Static).update("")
        self._say(self._count(len(found)))

    def _count(self, found: int) -> str:
        if not self._loaded:
            return "reading …"
        if not self._summaries:
            return "no sessions yet: they are saved as you chat   esc closes"
        keys = "enter opens   delete moves to the trash   esc closes"
        return f"{found} of {len(self._summaries)}   {keys}"

    def _say(self, words: str) -> None:
        self.query_one("#words", Label).update(clean_line(words))


def _holds(summary: Summary, words: list[str]) -> bool:
    text = f"{summary.title} {summary.model}".lower()
    return all(word in text for word in words)


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
