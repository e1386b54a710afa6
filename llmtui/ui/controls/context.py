"""The context: looked at, and made to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.commands.keymap import shown
from llmtui.slash import read_slash, unescaped
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.editing import Editing
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.controls.sessions import Sessions
from llmtui.ui.widgets.log.reading import Reading
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.chat.session import Session
    from llmtui.jobs.current_chat import CurrentChat


class Context:
    """Shows what the next request holds, what stands in the input included."""

    def __init__(
        self,
        chat: CurrentChat,
        log: MessageLog,
        prompt: Prompt,
        editing: Editing,
        clipboard: Clipboard,
        sessions: Sessions,
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._log = log
        self._prompt = prompt
        self._editing = editing
        self._clipboard = clipboard
        self._sessions = sessions
        self._services = services

    def actions(self) -> dict[str, Action]:
        return {
            "context": lambda _: self.show(),
            "compact": lambda _: self._services.run_job(self._compact()),
        }

    def show(self) -> None:
        """Open the view."""
        from llmtui.ui.dialogs.context import ContextDialog, Hands

        chat, session = self._chat, self._chat.session
        typed, edited = self._prompt.full_text, self._editing.message
        text = unescaped(typed) if read_slash(typed) is None else ""
        hands = Hands(
            lambda: chat.look.view(session, text, edited),
            lambda: chat.look.counted(session, text, edited),
            lambda: chat.look.body(session, text, edited),
            lambda: chat.look.rendered(session, text, edited),
            self._toggle,
            lambda tokens: chat.options.set("num_ctx", tokens),
            self._strict,
            self._clipboard.copy,
        )
        ask = self._services.ask
        ask(ContextDialog(hands, ask), self._chosen)

    def _toggle(self, message_id: str, flag: str) -> None:
        session = self._chat.session
        message = session.messages[message_id]
        now = bool(getattr(message, flag))
        self._chat.core.edits.mark(session, message_id, **{flag: not now})

    def _strict(self) -> bool:
        self._chat.change(truncate=not self._chat.session.truncate)
        return not self._chat.session.truncate

    def _chosen(self, what: str) -> None:
        from llmtui.ui.dialogs.context import COMPACT

        if what == COMPACT:
            self._services.run_command("compact", "")
            return
        self._log.call_after_refresh(Reading(self._log).go_to, what)
        self._log.call_after_refresh(self._log.focus, scroll_visible=False)

    async def _compact(self) -> None:
        """Have the session summarised, and go on with the summary in a new one."""
        from llmtui.jobs.context_look import ContextError
        from llmtui.ui.dialogs.compact import CompactDialog

        chat, services = self._chat, self._services
        session = chat.session
        try:
            compaction = await chat.look.compaction(session)
        except ContextError as error:
            services.say(str(error), warning=True)
            return

        def use(summary: str) -> None:
            services.run_job(self._go_on(session, summary))

        services.ask(CompactDialog(compaction), use)
        services.spawn(compaction.run())

    async def _go_on(self, session: Session, summary: str) -> None:
        chat, say = self._chat, self._services.say
        try:
            new = await chat.core.edits.compact(session, summary)
        except OSError as error:
            say(str(error), warning=True)
            return
        await self._sessions.resume(new.id)
        finds = f"{shown('sessions')} finds the old one"
        say(f"this session begins with the summary; {finds}")
