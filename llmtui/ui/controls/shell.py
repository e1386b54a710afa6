"""Commands of the system: run, looked at, and attached if that is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from llmtui.commands.command import Action
from llmtui.ui.controls.services import ScreenServices

if TYPE_CHECKING:
    from llmtui.attachments.command import Output
    from llmtui.chat.message import Attachment
    from llmtui.jobs.current_chat import CurrentChat


class Shell:
    """Runs one command at a time."""

    def __init__(
        self,
        chat: CurrentChat,
        attach: Callable[[str, Iterable[Attachment]], object],
        services: ScreenServices,
    ) -> None:
        """``attach`` attaches something to the prompt of a session."""
        from llmtui.jobs.attacher import Attacher

        self._chat = chat
        self._attach = attach
        self._services = services
        self._say = services.say
        self._attacher = Attacher(chat.core)
        self._task: asyncio.Task[Output] | None = None
        self.running = ""
        """The command that runs now."""

    def actions(self) -> dict[str, Action]:
        return {"shell": self.run}

    def run(self, command: str) -> None:
        """Run a command, show what it prints, and offer to attach it."""
        if not command:
            self._services.refuse("which command? it is used as: !git diff")
        elif self.running:
            self._services.refuse("another command is running: esc ends it")
        else:
            self.running = command
            self._task = asyncio.ensure_future(self._attacher.run(command))
            self._services.spawn(self._show(command, self._task))

    def leave(self) -> bool:
        """End the command; False if none runs."""
        if self._task is not None:
            self._task.cancel()
        return self._task is not None

    async def _show(self, command: str, task: asyncio.Task[Output]) -> None:
        from llmtui.jobs.attacher import AttachError, output_text
        from llmtui.ui.dialogs.attachment import AttachmentDialog

        try:
            output = await task
        except AttachError as error:
            self._say(str(error), warning=True)
            return
        except asyncio.CancelledError:
            self._say(f"ended: {command}")
            return
        finally:
            self._task, self.running = None, ""
        text = output_text(output)
        if not text.strip():
            self._say(f"{command} printed nothing")
            return
        about = f"{len(output.content):,} bytes, exit code {output.code}"
        session = self._chat.session.id
        self._services.ask(
            AttachmentDialog(f"$ {command}", about, text, agree="attaches it"),
            lambda _: self._services.spawn(self._keep(session, command, output)),
        )

    async def _keep(self, session_id: str, command: str, output: Output) -> None:
        from llmtui.jobs.attacher import AttachError

        try:
            found = await self._attacher.keep_output(session_id, command, output)
        except AttachError as error:
            self._say(str(error), warning=True)
        else:
            self._attach(session_id, found.attachments)
