"""Which host and which model answer: decided here for every front end.

Pure functions of what the user said, what a session keeps and what is known of the
host.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from llmtui.chat.names import canonical
from llmtui.settings import SettingsError

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.settings import Settings
    from llmtui.state import State


# -- the host ------------------------------------------------------------------------


def host_named(stored: str, settings: Settings, current: Host) -> Host:
    """The host that was written down as ``Host.stored``.

    The current one, with all it has, where that is meant, or where nobody knows any
    more what was.
    """
    if stored in ("", current.stored) or is_forgotten(stored, settings):
        return current
    try:
        found = settings.find_host(stored)
    except SettingsError:
        return current
    return current if found.address == current.address else found


def is_forgotten(stored: str, settings: Settings) -> bool:
    """Whether it is a name that is no longer set: a computer of that name, if there
    is one, was never meant."""
    by_address = "://" in stored or stored.partition(":")[0] in ("", "local")
    return not by_address and stored not in settings.hosts


def host_of(session: Session, settings: Settings, current: Host) -> Host:
    """The host on which a session is asked that was named together with a host.

    That is the session's own, unless ``--host`` says another one: the environment
    and files say where new sessions are asked.
    """
    if settings.host_from == "--host":
        return current
    return host_named(session.host, settings, current)


# -- the model -----------------------------------------------------------------------


class Trust(Enum):
    """When a name counts."""

    always = auto()
    """Even if the host does not list it: it will say itself what is wrong."""
    unless_unlisted = auto()
    """Also while nothing is known of the host's models."""
    if_listed = auto()
    """Only once the host lists it: until then nothing is known."""


class Wish(NamedTuple):
    """A model that may be meant, "" where there is none."""

    name: str
    trust: Trust


def wishes(
    session: Session | None,
    host: Host,
    settings: Settings,
    state: State,
    asked: str = "",
) -> tuple[Wish, ...]:
    """The models that may be meant for the next turn on ``host``, first the one that
    counts most.

    ``session`` is None for a prompt without memory; ``asked`` is that of ``-m``.
    What the session or the settings say of another host's model counts here only if
    this one has it too.
    """
    own, home = (session.model, session.host) if session else ("", "")
    at_home = host_named(home, settings, host) == host
    chosen = (
        host.has_server
        and settings.host_from != "--host"
        and host == settings.find_host()
    )
    return (
        Wish(asked, Trust.always),
        Wish(own, Trust.always if at_home else Trust.if_listed),
        Wish(settings.model, Trust.unless_unlisted if chosen else Trust.if_listed),
        Wish(state.last_model(host.stored), Trust.unless_unlisted),
    )


def choose(among: Sequence[Wish], models: Sequence[Model] | None) -> str:
    """The model that answers: a wish, else the first of ``models`` that can chat.

    ``models`` is what the host lists, None while that is not known. "" if nothing
    can be said (yet).
    """
    for name, trust in among:
        if not name:
            continue
        if trust is Trust.always:
            return name
        if models is None:
            return name if trust is Trust.unless_unlisted else ""
        if listed(name, models):
            return name
    return next((model.name for model in models or () if model.chats), "")


def listed(name: str, models: Sequence[Model]) -> Model | None:
    """What the host says about a model, None if it doesn't list it."""
    wanted = canonical(name)
    return next((model for model in models if canonical(model.name) == wanted), None)
