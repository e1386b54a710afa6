"""What the commands about messages do, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.ui.controls.branches import Branches
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.context import Context
from llmtui.ui.controls.copy_export import CopyExport
from llmtui.ui.controls.editing import Editing
from llmtui.ui.controls.find import Find
from llmtui.ui.controls.focused_message import FocusedMessage
from llmtui.ui.controls.inspection import Inspection
from llmtui.ui.controls.links import Links
from llmtui.ui.controls.marks import Marks
from llmtui.ui.controls.quotations import Quotations
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.controls.sessions import Sessions
from llmtui.ui.controls.stopping import Stopping
from llmtui.ui.controls.versions import Versions
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat


def log_actions(
    chat: CurrentChat,
    log: MessageLog,
    prompt: Prompt,
    clipboard: Clipboard,
    editing: Editing,
    sessions: Sessions,
    ask_for_model: Callable[[Callable[[str], object]], object],
    services: ScreenServices,
) -> dict[str, Action]:
    """Finding, copying, marking and asking again.

    ``ask_for_model`` has the user choose one and calls what it is given.
    """
    meant = FocusedMessage(chat, log, services.say)
    find = Find(chat, log, prompt, sessions, services)
    branches = Branches(chat, log, meant, editing, sessions, services)
    stopping = Stopping(
        chat, prompt, log, clipboard, editing, find.put_out, services.say
    )
    return {
        **find.actions(),
        **branches.actions(),
        **stopping.actions(),
        **CopyExport(chat, log, meant, clipboard, services).actions(),
        **Links(log, meant, clipboard, services).actions(),
        **Versions(chat, log, meant, ask_for_model, services).actions(),
        **Inspection(chat, meant, clipboard, services).actions(),
        **Context(chat, log, prompt, editing, clipboard, sessions, services).actions(),
        **Quotations(chat, meant, clipboard, services).actions(),
        **Marks(chat, meant, services).actions(),
    }
