"""Everything below a front end, in one place."""

from __future__ import annotations

from collections.abc import Callable

from llmtui.hosts import Host
from llmtui.jobs.chats import Chats
from llmtui.jobs.reach import Reach
from llmtui.places import Places
from llmtui.providers.protocol import Provider


class Core:
    """Sessions and replies, and the host they are sent to.

    Needs no running loop, so it may be made in a thread.
    """

    def __init__(
        self, places: Places, open_provider: Callable[[Host], Provider], host: Host
    ) -> None:
        self.chats = Chats(places, open_provider)
        self.reach = Reach(self.chats.provider, host)
        self.drafts = self.chats.drafts

    @staticmethod
    def local_problem() -> str:
        """Why the built-in model cannot run here, and what helps; "" if it can."""
        from llmtui.providers.local.offer import extra_command, extra_installed

        if extra_installed():
            return ""
        return f"the built-in model needs one more package: {extra_command()}"

    @staticmethod
    def local_note() -> str:
        """What to expect of the built-in model."""
        from llmtui.providers.local.offer import NOTE

        return NOTE

    async def aclose(self) -> None:
        """End replies and close connections."""
        await self.chats.aclose()


def open_core(
    places: Places, open_provider: Callable[[Host], Provider], host: Host
) -> Core:
    """The core of one program run."""
    return Core(places, open_provider, host)
