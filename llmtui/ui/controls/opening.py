"""What the command line asked for, done once there is a current chat."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from llmtui.ui.controls.chat import ChatControls
from llmtui.ui.controls.services import ScreenServices

if TYPE_CHECKING:
    from llmtui.ui.start import Start


class Opening:
    """Brings the session that was asked for, and its first prompt."""

    def __init__(
        self, start: Start, controls: ChatControls, services: ScreenServices
    ) -> None:
        self._start = start
        self._controls = controls
        self._say = services.say
        self._run = services.run_command

    async def resume(self) -> None:
        """Open the session that was asked for, if one was."""
        resume = self._start.resume
        if resume == "latest":
            found = await asyncio.to_thread(self._controls.chat.core.store.latest)
            if found is None:
                self._say("there is no session to continue yet: this is a new one")
            resume = found or ""
        if resume and resume != "pick":
            await self._controls.sessions.resume(resume, keep_input=True)

    def begin(self) -> None:
        """It is on the screen: go on with what else was asked for."""
        start = self._start
        if start.resume == "pick":
            self._run("sessions", "")
        if start.prompt:
            self._controls.sending.send_first(start.prompt)
        for warning in (*start.settings.warnings, start.state.problem):
            if warning:
                self._say(warning, warning=True)
