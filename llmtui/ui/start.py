"""What the program was started with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from llmtui.hosts import Host
from llmtui.places import Places

if TYPE_CHECKING:
    from llmtui.jobs.core import Core
    from llmtui.settings import Settings
    from llmtui.state import State


class Start(NamedTuple):
    """Everything the app needs, handed down by the composition root."""

    settings: Settings
    state: State
    places: Places
    open_core: Callable[[], Core]
    """Imports and opens providers and store: slow, so called in a thread after
    the first frame."""
    host: Host
    model: str = ""
    """The model asked for with ``-m``, "" if none was."""
    resume: str = ""
    """``""`` for a new session, ``latest``, ``pick`` for the list, or an id."""
    private: bool = False
    """Whether the new session is private."""
    prompt: str = ""
    """A first prompt to send at once."""
