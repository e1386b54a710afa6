"""The options of the session in front: what is set, and what holds otherwise.

``keep_alive`` is one of them for whoever sets them, though it is a field of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from llmtui.chat.option_texts import option_text, option_value, parameters_of
from llmtui.chat.options import (
    OPTIONS,
    OptionError,
    no_such_option,
)
from llmtui.chat.request import keep_alive_text, parse_keep_alive

if TYPE_CHECKING:
    from llmtui.chat.models import ModelDetails
    from llmtui.chat.session import Session
    from llmtui.jobs.context_meter import ContextMeter
    from llmtui.jobs.host_monitor import HostMonitor

KEEP_ALIVE = "keep_alive"
KEEP_ALIVE_ABOUT = "how long the model stays in memory"
KEEP_ALIVE_SPECIAL = "-1: for ever, 0: it leaves at once"


class OptionRow(NamedTuple):
    """One option as people see it."""

    name: str
    about: str
    takes: str
    """Type and range."""
    special: str
    """Values that mean something of their own."""
    reloads: bool
    """Whether another value loads the model anew."""
    yours: str = ""
    """What the session has, "" where it leaves that to the model."""
    usual: str = ""
    """What holds without it, "" where the server decides or does not tell."""
    of_model: bool = False
    """Whether the model itself brings that, and not its server."""
    refusal: str = ""
    """Why the host takes none, "" if it does."""


class _Before(NamedTuple):
    """What a session had before a change."""

    session_id: str
    options: dict[str, Any]
    keep_alive: float | None


class SessionOptions:
    """Shows and changes them; a change can be taken back."""

    def __init__(
        self,
        monitor: HostMonitor,
        context: ContextMeter,
        session: Callable[[], Session],
        change: Callable[..., None],
    ) -> None:
        """``session`` tells which one is in front; ``change`` sets fields of it."""
        self._monitor = monitor
        self._context = context
        self._session = session
        self._change = change
        self._changes: list[_Before] = []

    def rows(self, details: ModelDetails | None) -> list[OptionRow]:
        """All options; ``details`` is what is known of the model."""
        usual = self._window() | dict(details.usual if details else {})
        of_model = parameters_of(details.parameters) if details else {}
        rows = [
            OptionRow(
                name,
                option.about,
                option.takes,
                option.special,
                option.reloads,
                yours=self.text(name),
                usual=option_text(name, usual[name]) if name in usual else "",
                of_model=name in of_model,
                refusal=self.refusal(name),
            )
            for name, option in OPTIONS.items()
        ]
        strange = [n for n in self._session().options if n not in OPTIONS]
        return [*rows, self._keep_alive_row(), *map(self._strange_row, strange)]

    def text(self, name: str) -> str:
        """What the session has of one, as it is typed; "" where nothing is set."""
        session = self._session()
        if name == KEEP_ALIVE:
            kept = session.keep_alive
            return "" if kept is None else keep_alive_text(kept)
        if name not in session.options:
            return ""
        return option_text(name, session.options[name])

    def refusal(self, name: str) -> str:
        """Why the host takes no such option, "" if it does."""
        able, host = self._monitor.capabilities, self._monitor.host
        if name != KEEP_ALIVE:
            return able.refusal(name, host.label)
        words = f"{host.label} takes no {name}: its server decides that"
        return "" if able.runs else words

    def set(self, name: str, text: str) -> None:
        """Set one from the next turn on.

        Raises ``OptionError`` for a value that it does not take, and for an option
        that means nothing to the host.
        """
        keeps = name == KEEP_ALIVE
        value = parse_keep_alive(text) if keeps else option_value(name, text)
        if refusal := self.refusal(name):
            raise OptionError(refusal)
        if keeps:
            self._put(keep_alive=value)
        else:
            self._put(options={**self._session().options, name: value})

    def reset(self, *names: str) -> None:
        """Leave these to the model again; all, if none are named."""
        session = self._session()
        names = names or (*session.options, KEEP_ALIVE)
        kept = {n: v for n, v in session.options.items() if n not in names}
        keep_alive = None if KEEP_ALIVE in names else session.keep_alive
        self._put(options=kept, keep_alive=keep_alive)

    def undo(self) -> bool:
        """Take the last change back; False if there is none."""
        session = self._session()
        while self._changes:
            before = self._changes.pop()
            if before.session_id == session.id:
                self._change(options=before.options, keep_alive=before.keep_alive)
                return True
        return False

    def _window(self) -> dict[str, int]:
        """The ``num_ctx`` that the server chose by itself, if that is known."""
        session = self._session()
        if "num_ctx" in session.options:
            return {}
        tokens = self._context.window(session)
        return {"num_ctx": tokens} if tokens else {}

    def _put(self, **fields: Any) -> None:
        session = self._session()
        before = _Before(session.id, dict(session.options), session.keep_alive)
        self._change(**fields)
        if (session.options, session.keep_alive) != before[1:]:
            self._changes.append(before)

    def _strange_row(self, name: str) -> OptionRow:
        """What is in the file of a session and means nothing: it can be taken out."""
        return OptionRow(
            name,
            "nothing that Ollama knows",
            "nothing",
            "",
            reloads=False,
            yours=self.text(name),
            refusal=no_such_option(name),
        )

    def _keep_alive_row(self) -> OptionRow:
        return OptionRow(
            KEEP_ALIVE,
            KEEP_ALIVE_ABOUT,
            "seconds or a span like 5m",
            KEEP_ALIVE_SPECIAL,
            reloads=False,
            yours=self.text(KEEP_ALIVE),
            refusal=self.refusal(KEEP_ALIVE),
        )
