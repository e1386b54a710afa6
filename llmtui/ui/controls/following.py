"""Going where a link leads, after a question where it is not what it looks like."""

from __future__ import annotations

from urllib.parse import unquote

from textual.content import Content

from llmtui.markdown.addresses import Link, is_relative, shown, suspicion
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.dialogs.dialog import Ask
from llmtui.ui.notices import Say
from llmtui.ui.widgets.log.view import MessageLog


class Following:
    """Opens links of a text that nobody vouches for."""

    def __init__(
        self, log: MessageLog, clipboard: Clipboard, say: Say, ask: Ask
    ) -> None:
        """``log`` is where the links are, and the headings that some lead to."""
        self._log = log
        self._clipboard = clipboard
        self._say = say
        self._ask = ask

    def follow(self, link: Link) -> None:
        """Open a link; asks first where its words name another host."""
        if link.url.startswith("#"):
            self._go_to_heading(link.url)
        elif is_relative(link.url):
            self._say(
                f"{shown(link.url)} leads beside the text it was taken from: "
                "there is nothing here to open"
            )
        elif doubt := suspicion(link.words, link.url):
            self._warn(link, doubt)
        else:
            self._clipboard.open(link.url)

    def _go_to_heading(self, url: str) -> None:
        from llmtui.ui.widgets.log.contents import Contents

        if not Contents(self._log).go_to_anchor(unquote(url[1:]).lower()):
            self._say(f"there is no heading {shown(url)} here")

    def _warn(self, link: Link, doubt: str) -> None:
        from llmtui.ui.dialogs.choice import ChoiceDialog
        from llmtui.ui.dialogs.list_dialog import Choice

        address = link.url  # as it is: letters may look like others
        ways = {
            "leave": "do not open it",
            "copy": f"copy {address}",
            "open": f"open {address}",
        }
        rows = [Choice(way, Content(words), words) for way, words in ways.items()]

        def done(way: str) -> None:
            if way == "open":
                self._clipboard.open(link.url)
            elif way == "copy":
                self._clipboard.copy(link.url)

        self._ask(ChoiceDialog(doubt, rows), done)
