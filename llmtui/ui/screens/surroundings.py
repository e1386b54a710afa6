"""What surrounds the log: title, model, host, welcome, status, line, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from llmtui.chat.names import short
from llmtui.human import parameters
from llmtui.ui.widgets import welcome
from llmtui.ui.widgets.header import HostState, ModelButton, SessionTitle
from llmtui.ui.widgets.keys import Keys
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.prompt import HINT, HINT_WAITING, Prompt
from llmtui.ui.widgets.status import Status, context_words
from llmtui.ui.widgets.waiting import Waiting
from llmtui.ui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from llmtui.jobs.desk import Desk
    from llmtui.ui.start import Start


class Surroundings:
    """Paints a desk into the widgets of a screen."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen

    def begin(self, start: Start) -> None:
        """Before anything is known: what the command line said."""
        screen = self._screen
        log = screen.query_one(MessageLog)
        log.display = False
        log.thinking_open = start.state.thinking_open
        screen.query_one(Waiting).display = False
        screen.query_one(HostState).host = start.host.label
        screen.query_one(ModelButton).model = short(start.model)

    def cannot_start(self, sentence: str) -> None:
        """The data directory can't be used."""
        lines = (f"Cannot start: {sentence}", "ctrl+q leaves.")
        self._screen.query_one(Welcome).lines = lines

    def paint(self, desk: Desk) -> None:
        """Everything anew; what has not changed costs nothing."""
        screen = self._screen
        screen.query_one(SessionTitle).title = desk.session.title
        self._paint_host(desk)
        waiting = desk.turns.waiting(desk.session.id)
        screen.query_one(Waiting).prompts = waiting
        screen.query_one(Prompt).placeholder = HINT_WAITING if waiting else HINT
        busy = desk.reply is not None or bool(desk.hosting.builtin.progress)
        screen.query_one(Keys).stoppable = busy
        self._paint_status(desk)
        screen.query_one(MessageLog).display = desk.saved
        empty = screen.query_one(Welcome)
        empty.display = not desk.saved
        if not desk.saved:
            empty.lines = _welcome(desk)

    def _paint_host(self, desk: Desk) -> None:
        host = self._screen.query_one(HostState)
        host.host = desk.reach.host.label
        host.state = desk.reach.state
        button = self._screen.query_one(ModelButton)
        button.model = short(desk.model)
        listed = desk.listed
        words = (parameters(listed.parameters), listed.quantisation) if listed else ()
        button.detail = " ".join(filter(None, words))

    def _paint_status(self, desk: Desk) -> None:
        from llmtui.chat.usage import usage_words

        status = self._screen.query_one(Status)
        status.show_reply(desk.reply)
        answer = desk.session.last_answer()
        usage = answer.usage if answer else None
        status.note = desk.hosting.builtin.progress or usage_words(usage)
        length = desk.session.options.get("num_ctx")
        if not length and desk.listed:
            length = desk.listed.context_length
        status.context = context_words(usage, length or 0)


def _welcome(desk: Desk) -> tuple[str, ...]:
    """What an empty session says."""
    reach = desk.reach
    if trouble := desk.hosting.builtin.trouble:
        return (trouble, *desk.hosting.offers())
    if reach.state == "down":
        return welcome.down(reach.sentence, desk.hosting.offers())
    if reach.state == "unknown":
        return welcome.connecting(reach.host.label)
    if not desk.model:
        return welcome.no_models(reach.host.label, can_pull=desk.models.can_pull)
    here = reach.host.kind == "local"
    where = "runs on this computer" if here else f"answers on {reach.host.label}"
    return welcome.ready(short(desk.model), where)
