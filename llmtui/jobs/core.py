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

    async def aclose(self) -> None:
        """End replies and close connections."""
        await self.chats.aclose()


def open_core(
    places: Places, open_provider: Callable[[Host], Provider], host: Host
) -> Core:
    """The core of one program run."""
    return Core(places, open_provider, host)
