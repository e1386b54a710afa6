"""Whether a reply quotes what it was given word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from llmtui.chat.quotations import lines_of
from llmtui.commands.command import Action
from llmtui.sanitise import clean_line
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.focused_message import FocusedMessage
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.glyphs import terminal_glyphs

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.quotations import Checked
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.quotation_check import QuotationReport
    from llmtui.ui.dialogs.list_dialog import Choice

_NOWHERE = "not in your files"
_AROUND = 200
"""Lines that are shown above a quotation, and below it."""


class Quotations:
    """Acts on the reply in focus, else on the last one."""

    def __init__(
        self,
        chat: CurrentChat,
        meant: FocusedMessage,
        clipboard: Clipboard,
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._meant = meant
        self._clipboard = clipboard
        self._say = services.say
        self._ask = services.ask
        self._spawn = services.spawn

    def actions(self) -> dict[str, Action]:
        return {"quotations": lambda _: self.check()}

    def check(self) -> None:
        """List the quotations of a reply with their places."""
        if reply := self._meant.finished_reply():
            self._spawn(self._check(reply))

    async def _check(self, reply: Message) -> None:
        from llmtui.jobs.quotation_check import check_reply
        from llmtui.ui.dialogs.choice import ChoiceDialog

        chat = self._chat
        attachments = chat.core.replies.attachments
        report = await check_reply(chat.session, reply, attachments)
        for problem in report.problems:
            self._say(problem, warning=True)
        if not report.checked:
            self._say("this reply quotes nothing")
            return
        true = sum(one.is_true for one in report.checked)
        title = f"{true} of {len(report.checked)} quotations stand word for word"
        dialog = ChoiceDialog(title, list(map(_row, range(10_000), report.checked)))
        self._ask(dialog, lambda at: self._show(report, report.checked[int(at)]))

    def _show(self, report: QuotationReport, one: Checked) -> None:
        """The text in which a quotation stands, at its line; else the quotation."""
        from llmtui.ui.dialogs.page import PageDialog

        title, text, line = _NOWHERE, one.passage.text, 1
        if one.places:
            title, line = str(one.places[0]), one.places[0].line
            name = one.places[0].name
            texts = (source.text for source in report.sources if source.name == name)
            text, line = _around(next(texts, text), line)
        dialog = PageDialog(title, text, self._clipboard.copy, line=line)
        self._ask(dialog, lambda _: None)


def _around(text: str, line: int) -> tuple[str, int]:
    """The lines about a line of a text, which may be long, and which of them it is.

    >>> _around("a\\nb\\nc", 2)
    ('a\\nb\\nc', 2)
    """
    lines = lines_of(text)
    first = max(0, line - _AROUND)
    return "\n".join(lines[first : line + _AROUND]), line - first


def _row(at: int, one: Checked) -> Choice:
    from llmtui.ui.dialogs.list_dialog import Choice

    glyphs = terminal_glyphs()
    said = clean_line(" ".join(one.passage.text.split()))
    where = clean_line(_where(one))
    sign, colour = (glyphs.right_sign, "$text-success")
    if not one.is_true:
        sign, colour = (glyphs.wrong_sign, "$text-error")
    label = Content.assemble((f"{sign} {where}", colour), f"  {said}")
    return Choice(str(at), label, f"{where} {said}")


def _where(one: Checked) -> str:
    """``notes.md:3 and 2 more``."""
    if not one.places:
        return _NOWHERE
    more = len(one.places) - 1
    return f"{one.places[0]} and {more} more" if more else str(one.places[0])
