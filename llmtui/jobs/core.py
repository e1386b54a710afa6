"""Everything below a front end, in one place."""

from __future__ import annotations

from collections.abc import Callable

from llmtui.hosts import Host
from llmtui.jobs.chats import Chats
from llmtui.jobs.reach import Reach
from llmtui.places import Places
from llmtui.providers.protocol import Provider


class Core:
    """Sessions and replies, and the host they are sent to."""

    def __init__(self, chats: Chats, reach: Reach) -> None:
        self.chats = chats
        self.reach = reach

    async def aclose(self) -> None:
        """End replies and close connections."""
        await self.chats.aclose()


def open_core(
    places: Places, open_provider: Callable[[Host], Provider], host: Host
) -> Core:
    """Make a core; needs no running loop, so it may be called in a thread."""
    chats = Chats(places, open_provider)
    return Core(chats, Reach(chats.provider, host))
