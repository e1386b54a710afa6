"""The list of saved sessions, and what can be done to one without opening it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static

from llmtui.chat.folding import fold
from llmtui.chat.query import Query, parse_query
from llmtui.sanitise import clean
from llmtui.ui.dialogs.dialog import Ask
from llmtui.ui.dialogs.list_dialog import Choice, ListDialog
from llmtui.ui.dialogs.rows import session_row
from llmtui.ui.glyphs import terminal_glyphs
from llmtui.ui.widgets.options import Options

if TYPE_CHECKING:
    from llmtui.chat.summary import Summary
    from llmtui.jobs.archive import Archive
    from llmtui.jobs.exchange import Exchange

KEYS = (
    "enter opens · delete · ctrl+r rename · ctrl+p pin · ctrl+t tags · ctrl+x export"
    " · ctrl+o import · ctrl+b trash · ctrl+f search · esc closes"
)

Mark = Callable[[str], str]
"""What is to be known of a session: ``running``, ``unseen``, ``private`` or ""."""


class SessionsDialog(ListDialog):
    """Dismissed with the id of the session to open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,ctrl+d", "trash", "delete", show=False, priority=True),
        Binding("ctrl+z", "restore", "undo", show=False, priority=True),
        Binding("ctrl+r", "rename", "rename", show=False, priority=True),
        Binding("ctrl+p", "pin", "pin", show=False, priority=True),
        Binding("ctrl+t", "tags", "tags", show=False, priority=True),
        Binding("ctrl+x", "export", "export", show=False, priority=True),
        Binding("ctrl+b", "bin", "what is in the trash", show=False, priority=True),
        Binding("ctrl+o", "take_in", "import", show=False, priority=True),
        Binding("ctrl+f", "search", "search in all", show=False, priority=True),
    ]

    def __init__(
        self,
        archive: Archive,
        exchange: Exchange,
        mark: Mark,
        run_command: Callable[[str, str], object],
        ask: Ask,
        current: str = "",
        *,
        wanted: str = "",
    ) -> None:
        super().__init__(current=current)
        self._wanted = wanted
        self._archive = archive
        self._exchange = exchange
        self._mark = mark
        self._run_command = run_command
        self._ask = ask
        self._summaries: dict[str, Summary] = {}
        self._trashed: list[str] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog sessions") as box:
            box.border_title = Content("sessions")
            hint = "filter: title, model, tag:…"
            yield Input(self._wanted, placeholder=hint, compact=True)
            with Horizontal():
                yield Options(compact=True)
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
        found = await self._archive.summaries()
        if not self.is_there:
            return
        self._summaries = {summary.id: summary for summary in found}
        at = self.query_one(OptionList).highlighted or 0
        blank = Content("")  # what is shown is made for one width
        self.offer([Choice(s.id, blank, _words(s)) for s in found], at=at)

    def on_resize(self) -> None:
        """The rows are made for one width."""
        self.call_after_refresh(self.refill)

    # -- what a list dialog asks for -------------------------------------------------

    def label(self, choice: Choice) -> Content:
        width = max(20, self.query_one(OptionList).size.width - 2)
        summary = self._summaries[choice.id]
        glyphs = terminal_glyphs()
        marks = {"running": f"{glyphs.cut} ", "unseen": f"{glyphs.checked} "}
        marks["private"] = "private "
        mark = marks.get(self._mark(choice.id), "")
        pin = f"{glyphs.pinned} " if summary.pinned else ""
        return session_row(summary, width, pin + mark)

    def matching(self, choices: list[Choice], wanted: str) -> list[Choice]:
        query = parse_query(wanted)
        return [c for c in choices if _fits(query, self._summaries[c.id], c.words)]

    def count(self, found: int, total: int) -> None:
        if not found:
            self.query_one("#preview Static", Static).update("")
        none = "no sessions yet: they are saved as you chat   esc closes"
        self.say(f"{found} of {total}   {KEYS}" if total else none)

    # -- what is done to one -------------------------------------------------------

    @property
    def _chosen(self) -> Summary | None:
        return self._summaries.get(self.highlighted or "")

    @work(exclusive=True, group="edit")
    async def _do(
        self, job: Coroutine[Any, Any, object], words: Callable[[], str] = lambda: ""
    ) -> None:
        """Do something to a session, then say ``words``, or why it could not be."""
        try:
            await job
        except Exception as error:
            if not isinstance(error, OSError | ValueError):
                raise
            self.say(str(error))
            return
        said = words()
        await self._reload()
        if said:
            self.say(said)

    def action_trash(self) -> None:
        if (chosen := self._chosen) is None:
            return

        def done() -> str:
            self._trashed.append(chosen.id)
            title = chosen.title or "untitled"
            return f"moved to the trash: {title}   ctrl+z brings it back"

        self._do(self._archive.trash(chosen.id), done)

    def action_restore(self) -> None:
        if not self._trashed:
            self.say("nothing was deleted here   ctrl+b shows what is in the trash")
            return

        def done() -> str:
            self._trashed.pop()
            return ""

        self._do(self._archive.restore(self._trashed[-1]), done)

    def action_pin(self) -> None:
        if chosen := self._chosen:
            self._do(self._archive.change(chosen.id, pinned=not chosen.pinned))

    def action_rename(self) -> None:
        from llmtui.ui.dialogs.text import LineDialog

        if (chosen := self._chosen) is None:
            return

        def rename(title: str) -> None:
            if title := " ".join(title.split()):
                self._do(self._archive.change(chosen.id, title=title, title_by="user"))

        self._ask(LineDialog("title", chosen.title), rename)

    def action_tags(self) -> None:
        from llmtui.jobs.archive import tags_from
        from llmtui.ui.dialogs.text import LineDialog

        if (chosen := self._chosen) is None:
            return
        dialog = LineDialog("tags", " ".join(chosen.tags), hint="words, with spaces")
        self._ask(
            dialog,
            lambda line: self._do(
                self._archive.change(chosen.id, tags=tags_from(line))
            ),
        )

    def action_export(self) -> None:
        from llmtui.jobs.exchange import file_name
        from llmtui.ui.dialogs.text import LineDialog

        if (chosen := self._chosen) is None:
            return

        def export(name: str) -> None:
            self._export(chosen.id, name)

        hint = "the ending says how: .md, .html, .json, .txt"
        suggested = file_name(chosen.title)
        self._ask(LineDialog("export to", suggested, hint=hint), export)

    @work(exclusive=True, group="edit")
    async def _export(self, session_id: str, name: str) -> None:
        from llmtui.jobs.exchange import ExchangeError

        try:
            self.say(await self._exchange.export_saved([session_id], name))
        except ExchangeError as error:
            self.say(str(error))

    # -- further on ------------------------------------------------------------------

    def action_bin(self) -> None:
        """ctrl+b: what is in the trash."""
        from llmtui.ui.dialogs.trash import TrashDialog

        self._ask(TrashDialog(self._archive), lambda _: self._read())

    def action_take_in(self) -> None:
        """ctrl+o: import sessions of this and other programs."""
        self.dismiss(None)
        self._run_command("import", "")

    def action_search(self) -> None:
        """ctrl+f: look for the same in all messages."""
        line = self.query_one(Input).value
        self.dismiss(None)
        self._run_command("search", line)

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
            text = clean(await self._archive.preview(session_id))
            if self.is_there:
                preview.query_one(Static).update(Content(text))
                preview.scroll_end(animate=False)


def _words(summary: Summary) -> str:
    return fold(f"{summary.title}\n{summary.model}\n{' '.join(summary.tags)}")


def _fits(query: Query, summary: Summary, words: str) -> bool:
    """Whether a session is meant by a filter; ``words`` are what it is called."""
    return (
        all((word.text in words) != word.without for word in query.words)
        and query.allows("tag", summary.tags)
        and query.allows("model", [summary.model])
        and query.in_time(summary.updated)
    )
