"""Looking into a reply: what was sent for it, what it cost, its JSON as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.focused_message import FocusedMessage
from llmtui.ui.controls.picking import Picking
from llmtui.ui.controls.services import ScreenServices

if TYPE_CHECKING:
    from llmtui.chat.json_table import Table
    from llmtui.jobs.current_chat import CurrentChat


class Inspection:
    """Acts on the reply that has the focus, else on the last one."""

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
        self._spawn = services.spawn
        self._ask = services.ask
        self._pick = Picking(services.say, services.refuse, services.ask).pick

    def actions(self) -> dict[str, Action]:
        return {"inspect": lambda _: self._inspect(), "table": self._table}

    def _inspect(self) -> None:
        if (reply := self._meant.finished_reply()) is None:
            return
        session, look = self._chat.session, self._chat.reply_look

        async def show() -> None:
            from llmtui.chat.reply_facts import facts_of
            from llmtui.ui.dialogs.inspection import InspectionDialog

            sent = await look.request(session, reply)
            dialog = InspectionDialog(facts_of(reply), sent, self._clipboard.copy)
            self._ask(dialog, lambda _: None)

        self._spawn(show())

    def _table(self, number: str) -> None:
        from llmtui.chat.json_table import tables_of

        if (reply := self._meant.finished_reply()) is not None:
            tables = tables_of(reply.text)
            self._pick("table", tables, number, _title, self._show_table)

    def _show_table(self, table: Table) -> None:
        from llmtui.ui.dialogs.json_table import TableDialog

        self._ask(TableDialog(table, self._clipboard.copy), lambda _: None)


def _title(table: Table) -> str:
    return f"{table.path}  {len(table.rows)} rows of {', '.join(table.columns)}"
