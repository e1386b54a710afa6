"""What the user set: defaults < ``config.toml`` < environment < command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from llmtui import input_settings, local_settings
from llmtui.host_settings import HostConfig
from llmtui.hosts import Host, HostError, hide_credentials, parse_host
from llmtui.input_settings import InputSettings
from llmtui.local_settings import LocalSettings

if TYPE_CHECKING:
    from llmtui.chat.request import Think


NOTIFY_WAYS = ("auto", "off", "bell", "osc9", "osc777", "osc99")
"""How somebody who looks elsewhere may be told; see ``llmtui.desktop.notifying``."""

HYPERLINKS = ("auto", "on", "off")

WIDE_TABLES = ("wrap", "scroll")


class SettingsError(ValueError):
    """A setting that cannot be used; ``str()`` names where it is and what would do."""


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Settings(NamedTuple):
    """One frozen value; what is empty or None is left to the server."""

    host: str = ""
    """A URL, a name from ``[hosts]``, ``local``; "" means Ollama on this computer."""
    model: str = ""
    """The model of new sessions; "" means the one last used."""
    theme: str = ""
    """A name of Textual's themes; "" means the one last chosen."""
    system: str | None = None
    """The system prompt of new sessions; None leaves the model's own."""
    options: Mapping[str, Any] = _NOTHING
    """Options of new sessions by Ollama's names: ``temperature``, ``num_ctx``, …"""
    think: Think = None
    """Off, on or a level, for new sessions."""
    keep_alive: float | None = None
    """Seconds a model stays in memory after a reply; negative means for ever."""
    truncate: bool = True
    """Whether the oldest messages may be left out where not all fit into the context;
    else the server refuses, as it does in new sessions from then on."""
    titles: str = "prompt"
    """Who names sessions: ``prompt``, their first words, or the ``model``."""
    trash_days: float = 30
    """After how many days deleted sessions are gone for good; negative means never."""
    notify: str = "auto"
    """How the end of a reply is told while the terminal has not the focus: ``bell``,
    ``osc9``, ``osc777``, ``osc99``, ``auto`` (what it can, as far as it says), ``off``.
    """
    window_title: bool = True
    """Whether the title of the terminal's window says session and state."""
    fold_code: int = 40
    """Finished code in the log of more lines is folded to its first ones; 0: never."""
    hyperlinks: str = "auto"
    """Whether the terminal gets links as links (OSC 8): ``on``, ``off``, or ``auto``,
    where it is known to have them."""
    wide_tables: str = "wrap"
    """What becomes of tables that are too wide for the screen: ``wrap``, their cells
    are wrapped until they are lists, or ``scroll``, they are moved sideways."""
    keys: Mapping[str, tuple[str, ...]] = _NOTHING
    """Keys by the ids of commands, as ``commands.keymap`` reads them."""
    hosts: Mapping[str, HostConfig] = _NOTHING
    """Hosts by the names the user gave them."""
    local: LocalSettings = local_settings.DEFAULTS
    """How models run on this machine without a server."""
    input: InputSettings = input_settings.DEFAULTS
    """How the input behaves."""
    host_from: str = ""
    """Where ``host`` was set, for a sentence: ``--host``, ``OLLAMA_HOST``, a file."""
    warnings: tuple[str, ...] = ()
    """Sentences about what was found and is not known."""

    def __repr__(self) -> str:
        """Without passwords."""
        return f"Settings(host={hide_credentials(self.host)!r}, model={self.model!r})"

    def find_host(self, text: str | None = None) -> Host:
        """The host that ``text`` (``host`` if not given) means, by name or by URL.

        A URL without a user gets the credentials of the host that is set at it.
        Raises ``SettingsError``.
        """
        origin = self.host_from if text is None else ""
        value = (self.host if text is None else text).strip()
        try:
            return self._named(value).with_credentials_of(self._set_hosts())
        except HostError as error:
            raise SettingsError(
                f"{origin}: {error}" if origin else str(error)
            ) from None

    def _named(self, value: str) -> Host:
        if (config := self.hosts.get(value)) is None:
            return parse_host(value)
        return config.host(value)

    def _set_hosts(self) -> Iterator[Host]:
        """The hosts that are set; one that cannot be read is passed over."""
        for value in (self.host, *self.hosts):
            with suppress(HostError):
                yield self._named(value.strip())
