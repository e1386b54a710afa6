"""Taking something out of the log: copies, files, the pager, the scrollback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from textual.content import Content

from llmtui.sanitise import clean_line
from llmtui.ui.controls.context import Action, ChatContext

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.markdown.code import Code

_T = TypeVar("_T")


class CopyExport:
    """Acts on the message that has the focus, else on the last reply."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context

    def actions(self) -> dict[str, Action]:
        return {
            "copy": lambda _: self._copy_message(),
            "copy-code": lambda number: self._with_code(number, self._copy_code),
            "copy-link": self._copy_link,
            "save-code": self._save_code,
            "page-code": lambda number: self._with_code(number, self._page_code),
            "scrollback": lambda _: self._scrollback(),
        }

    def _message(self) -> Message | None:
        """The message that is meant; says so if there is none."""
        session = self._context.chat.session
        focused = session.messages.get(self._context.log_view.focused_id or "")
        found = focused or session.last_answer()
        if found is None:
            self._context.say("there is no message yet")
        return found

    # -- copying ---------------------------------------------------------------------

    def copy_selection(self) -> None:
        """Copy what is selected on the screen."""
        text = self._context.app.screen.get_selected_text()
        if text:
            self._copy(text)

    def _copy_message(self) -> None:
        if self._context.app.screen.get_selected_text():
            self.copy_selection()
            return
        from llmtui.ui.widgets.log.copying import source_of

        message = self._message()
        if message is None:
            return
        if text := source_of(message):
            self._copy(text)
        else:
            self._context.say("there is no text in this message")

    def _copy_code(self, code: Code) -> None:
        self._copy(code.text)

    def follow_link(self, url: str) -> None:
        """A link was clicked: open it where there is a browser, else copy it.

        Without a display a browser would draw into this terminal.
        """
        context = self._context

        async def run() -> None:
            from llmtui.desktop.browser import open_in_browser

            if await asyncio.to_thread(open_in_browser, url):
                context.say(f"opened {url}")
            else:
                context.say(f"no browser here: {url}")
                self._copy(url)

        context.app.run_worker(run(), group="link")

    def _copy_link(self, number: str) -> None:
        from llmtui.ui.widgets.log.copying import links_of

        message = self._message()
        if message is None:
            return
        links = links_of(message)
        self._pick("link", links, number, links, self._copy)

    def _copy(self, text: str) -> None:
        context = self._context

        async def run() -> None:
            from llmtui.desktop.clipboard import copy

            done = await asyncio.to_thread(
                copy, text, self._writer(), context.start.places.cache
            )
            context.say(done.words, warning=not done.way)

        context.app.run_worker(run(), group="copy")

    def _writer(self) -> Callable[[str], object] | None:
        """What sends to the terminal, on the loop where the app's own output is."""
        app = self._context.app
        driver = app._driver
        if driver is None or app.is_headless:
            return None
        return lambda sequence: app.call_from_thread(driver.write, sequence)

    # -- code ------------------------------------------------------------------------

    def _with_code(self, number: str, act: Callable[[Code], None]) -> None:
        """Do something with a code block of the message, asking which one."""
        from llmtui.ui.widgets.log.copying import codes_of

        message = self._message()
        if message is None:
            return
        codes = codes_of(message)
        titles = [f"{code.language or 'text'}  {_first(code.text)}" for code in codes]
        self._pick("code block", codes, number, titles, act)

    def _save_code(self, words: str) -> None:
        number, _, name = words.partition(" ")

        def save(code: Code) -> None:
            if name.strip():
                self._save(code, name)
                return
            from llmtui.ui.dialogs.text import LineDialog

            dialog = LineDialog("save code as", code.file_name)
            self._context.ask(dialog, lambda path: self._save(code, path))

        self._with_code(number, save)

    def _save(self, code: Code, name: str) -> None:
        from llmtui.desktop.new_file import save

        self._context.say(save(code.text, name))

    def _page_code(self, code: Code) -> None:
        from llmtui.ui.scrollback import page

        suffix = Path(code.file_name).suffix
        self._leave_screen(page(self._context.app, code.text, suffix))

    def _scrollback(self) -> None:
        from llmtui.ui.scrollback import show

        path = self._context.chat.session.path()
        self._leave_screen(show(self._context.app, path))

    def _leave_screen(self, job: Coroutine[Any, Any, str]) -> None:
        """Do what needs the terminal itself; the loop runs on for the replies."""

        async def run() -> None:
            if problem := await job:
                self._context.say(problem, warning=True)

        self._context.app.run_worker(run(), group="outside")

    def _pick(
        self,
        what: str,
        things: Sequence[_T],
        number: str,
        titles: Sequence[str],
        act: Callable[[_T], None],
    ) -> None:
        """Do ``act`` with the one thing there is, the numbered one, or a chosen one."""
        context = self._context
        if not things:
            context.say(f"there is no {what} in this message")
        elif number and not (number.isdecimal() and 0 < int(number) <= len(things)):
            context.say(f"choose a {what} from 1 to {len(things)}", warning=True)
        elif number:
            act(things[int(number) - 1])
        elif len(things) == 1:
            act(things[0])
        else:
            from llmtui.ui.dialogs.choice import Choice, ChoiceDialog

            rows = [
                Choice(str(at), Content(f"{at}  {clean_line(title)[:200]}"), title)
                for at, title in enumerate(titles, 1)
            ]
            dialog = ChoiceDialog(what, rows)
            context.ask(dialog, lambda chosen: act(things[int(chosen) - 1]))


def _first(text: str) -> str:
    """The first line with anything on it."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
