"""Taking something out of the log: copies, files, the pager, the scrollback."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmtui.commands.command import Action
from llmtui.ui.begin import Job, begin
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.focused_message import FocusedMessage
from llmtui.ui.controls.picking import Picking
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.log.view import MessageLog

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.markdown.code import Code
    from llmtui.markdown.tables import Table


class CopyExport:
    """Acts on the message that has the focus, else on the last reply."""

    def __init__(
        self,
        chat: CurrentChat,
        log: MessageLog,
        meant: FocusedMessage,
        clipboard: Clipboard,
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._log = log
        self._meant = meant
        self._clipboard = clipboard
        self._say = services.say
        self._ask = services.ask
        self._pick = Picking(services.say, services.refuse, services.ask).pick

    def actions(self) -> dict[str, Action]:
        return {
            "copy": lambda _: self._copy_message(),
            "copy-code": lambda number: self._with_code(
                number, lambda code: self._clipboard.copy(code.text)
            ),
            "copy-table": lambda number: self._copy_table(number, tabs=False),
            "copy-tsv": lambda number: self._copy_table(number, tabs=True),
            "save-code": self._save_code,
            "page-code": lambda number: self._with_code(number, self._page_code),
            "scrollback": lambda _: self._scrollback(),
        }

    # -- copying ---------------------------------------------------------------------

    def _copy_message(self) -> None:
        if selected := self._clipboard.selected:
            self._clipboard.copy(selected)
            return
        from llmtui.ui.widgets.log.copying import source_of

        message = self._meant.any()
        if message is None:
            return
        if text := source_of(message):
            self._clipboard.copy(text)
        else:
            self._say("there is no text in this message")

    def _copy_table(self, number: str, *, tabs: bool) -> None:
        from llmtui.ui.widgets.log.copying import tables_of, tsv_of

        def title(table: Table) -> str:
            return f"{table.lines[0]}  {len(table.lines) - 2} rows"

        if message := self._meant.any():
            self._pick(
                "table",
                tables_of(message),
                number,
                title,
                lambda table: self._clipboard.copy(
                    tsv_of(message, table) if tabs else table.markdown
                ),
            )

    # -- code ------------------------------------------------------------------------

    def _with_code(self, number: str, act: Callable[[Code], object]) -> None:
        """Do something with a code block of the message, asking which one."""
        from llmtui.ui.widgets.log.copying import codes_of

        if message := self._meant.any():
            self._pick("code block", codes_of(message), number, _title, act)

    def _save_code(self, words: str) -> None:
        number, _, name = words.partition(" ")

        def save(code: Code) -> None:
            if name.strip():
                self._save(code, name)
                return
            from llmtui.ui.dialogs.text import LineDialog

            dialog = LineDialog("save code as", code.file_name)
            self._ask(dialog, lambda path: self._save(code, path))

        self._with_code(number, save)

    def _save(self, code: Code, name: str) -> None:
        from llmtui.desktop.new_file import save

        self._say(save(code.text, name))

    def _page_code(self, code: Code) -> None:
        from llmtui.ui.scrollback import page

        suffix = Path(code.file_name).suffix
        self._leave_screen(page(self._log.app, code.text, suffix))

    def _scrollback(self) -> None:
        from llmtui.ui.scrollback import show

        self._leave_screen(show(self._log.app, self._chat.session.path()))

    def _leave_screen(self, job: Coroutine[Any, Any, str]) -> None:
        """Do what needs the terminal itself; the loop runs on for the replies."""

        async def run(job: Job) -> None:
            if problem := await job:
                self._say(problem, warning=True)

        begin(self._log.app, job, "outside", around=run)


def _title(code: Code) -> str:
    """Its language, and the first line with anything on it."""
    lines = (line.strip() for line in code.text.splitlines())
    return f"{code.language or 'text'}  {next(filter(None, lines), '')}"
