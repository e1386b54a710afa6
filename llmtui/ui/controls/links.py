"""The links of a message: one is opened, or its address is copied."""

from __future__ import annotations

from collections.abc import Callable

from llmtui.commands.command import Action
from llmtui.markdown.addresses import Link, is_relative, shown
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.focused_message import FocusedMessage
from llmtui.ui.controls.following import Following
from llmtui.ui.controls.picking import Picking
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.log.view import MessageLog


class Links:
    """Acts on the message that has the focus, else on the last reply."""

    def __init__(
        self,
        log: MessageLog,
        meant: FocusedMessage,
        clipboard: Clipboard,
        services: ScreenServices,
    ) -> None:
        self._log = log
        self._meant = meant
        self._clipboard = clipboard
        self._following = Following(log, clipboard, services.say, services.ask)
        self._say = services.say
        self._pick = Picking(services.say, services.refuse, services.ask).pick

    def actions(self) -> dict[str, Action]:
        return {
            "copy-link": self._copy,
            "open-link": self._open,
            "link-next": lambda _: self._step(1),
            "link-previous": lambda _: self._step(-1),
        }

    def _step(self, by: int) -> None:
        """Go to another link; where it leads is said in the status line."""
        if not self._log.step_link(by):
            self._say("there is no further link")

    def _copy(self, number: str) -> None:
        self._with_link(number, lambda link: self._clipboard.copy(link.url))

    def _open(self, number: str) -> None:
        self._with_link(number, self._following.follow)

    def _with_link(self, number: str, act: Callable[[Link], object]) -> None:
        """Do something with a link: the one that one is at, else one of the message,
        asking which."""
        if not number and (link := self._log.canvas.links.link):
            act(link)
            return
        from llmtui.ui.widgets.log.copying import links_of

        message = self._meant.any()
        if message is None:
            return
        links = [link for link in links_of(message) if not is_relative(link.url)]
        self._pick("link", links, number, _title, act)


def _title(link: Link) -> str:
    """Its words and where it leads, said once where they are the same."""
    target = shown(link.url)
    if link.words in (link.url, target):
        return target
    return f"{link.words}  {target}"
