"""Everything below a front end, in one place."""

from __future__ import annotations

from collections.abc import Callable

from llmtui.hosts import Host
from llmtui.jobs.host_monitor import HostMonitor
from llmtui.jobs.replies import Replies
from llmtui.places import Places
from llmtui.providers.protocol import Provider


class Core:
    """Sessions and replies, and the host they are sent to.

    Needs no running loop, so it may be made in a thread.
    """

    def __init__(
        self, places: Places, open_provider: Callable[[Host], Provider], host: Host
    ) -> None:
        self.replies = Replies(places, open_provider)
        self.monitor = HostMonitor(self.replies.provider, host)
        self.drafts = self.replies.drafts

    async def aclose(self) -> None:
        """End replies and close connections."""
        await self.replies.aclose()


def open_core(
    places: Places, open_provider: Callable[[Host], Provider], host: Host
) -> Core:
    """The core of one program run."""
    return Core(places, open_provider, host)
