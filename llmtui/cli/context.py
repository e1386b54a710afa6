"""What a verb is given: the command line, the user's folders and settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from llmtui.cli.options import Parsed, UsageError
from llmtui.configuration import load
from llmtui.host_settings import UNVERIFIED
from llmtui.hosts import Host
from llmtui.places import Places, user_places
from llmtui.settings import Settings, SettingsError

if TYPE_CHECKING:
    from llmtui.chat.preset import Preset
    from llmtui.providers.protocol import Provider
    from llmtui.state import State

FINISHED = 0
CRASHED = 1
USAGE = 2
UNREACHABLE = 3
MISSING = 4
REFUSED = 5
CUT = 6
MISFIT = 7
INTERRUPTED = 130
CLOSED = 141
"""Exit codes. The last is what a shell reports for a program that SIGPIPE ended."""


class Context:
    """Everything is read when it is asked for, since some verbs need little of it."""

    def __init__(
        self,
        parsed: Parsed,
        words: tuple[str, ...],
        open_provider: Callable[[Host], Provider],
        *,
        lenient: bool = False,
    ) -> None:
        """``words`` are the arguments after the verb; ``lenient`` bears with what is
        wrong in the user's files."""
        self._lenient = lenient
        self.parsed = parsed
        self.words = words
        self._open_provider = open_provider

    @cached_property
    def places(self) -> Places:
        """Raises ``SettingsError``."""
        return find_places()

    @cached_property
    def settings(self) -> Settings:
        """Raises ``SettingsError``; what the file has too much of is only said."""
        settings = load(
            self.places, os.environ, overrides(self.parsed), lenient=self._lenient
        )
        for warning in settings.warnings:
            complain(warning)
        return settings

    @cached_property
    def state(self) -> State:
        from llmtui.state import State

        state = State.load(self.places.state_file)
        if state.problem:
            complain(state.problem)
        return state

    @cached_property
    def preset(self) -> Preset | None:
        """The one of ``--preset``; raises ``UsageError`` and ``SettingsError``."""
        if not self.parsed.given("preset"):
            if self.parsed.given("var"):
                raise UsageError("--var fills in a preset; give --preset NAME too")
            return None
        from llmtui.jobs.preset_files import PresetError, read_preset

        try:
            return read_preset(self.places.presets, self.parsed.text("preset"))
        except PresetError as error:
            raise UsageError(str(error)) from None

    @property
    def asked_model(self) -> str:
        """The model that the command line asks for, by name or by a preset."""
        preset = self.preset.model if self.preset else ""
        return self.parsed.text("model") or preset

    @cached_property
    def host(self) -> Host:
        """Raises ``SettingsError``."""
        return self.settings.find_host()

    def open(self, host: Host | None = None) -> Provider:
        """The provider of ``host``, or of the one that was set."""
        return self._open_provider(host or self.host)


class Unwritable(Exception):
    """Standard output takes nothing more; ``str()`` says why."""


def find_places() -> Places:
    """The user's folders; raises ``SettingsError`` for a user without a home."""
    try:
        return user_places()
    except RuntimeError:
        raise SettingsError("this user has no home folder; set HOME to one") from None


def overrides(parsed: Parsed) -> dict[str, str]:
    """The settings that the command line gives; raises ``UsageError``."""
    found = {}
    if model := parsed.text("model"):
        found["model"] = model
    if parsed.given("host"):
        found["host"] = parsed.text("host")
    if parsed.given("local"):
        if parsed.given("host"):
            raise UsageError("--host and --local are two hosts; give one of them")
        found["host"] = _local(parsed.text("local"))
    return found


def _local(weights: str) -> str:
    if not weights:
        return "local"
    path = os.path.expanduser(weights)
    if not os.path.isfile(path):
        raise UsageError(f"there is no file {weights}; --local takes a .gguf file")
    return f"local:{os.path.abspath(path)}"


def complain(sentence: str) -> None:
    """One line on standard error. Parts of it may come from a server or a file."""
    from llmtui.sanitise import clean_line

    tell(f"llmtui: {clean_line(sentence)}\n")


def warn_of(host: Host) -> None:
    """Say so if anybody could answer in the place of a host, unnoticed."""
    if host.is_unverified:
        complain(f"{host.label}: {UNVERIFIED}, anybody could answer in its place")


def tell(text: str) -> None:
    """Write to standard error, where it is open at all."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        # Nobody reads it, and there is no other place to say so; nor at the end,
        # when the interpreter would try once more and make that the exit code.
        forget_output(2)


def forget_output(handle: int) -> None:
    """Let what is still written to a standard handle go nowhere, quietly."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, handle)
    os.close(nowhere)


def session_id(places: Places, text: str) -> str:
    """The id of the one saved session that begins with ``text``.

    The part after the time may be given alone, since it is what tells ids apart.
    Raises ``UsageError``.
    """
    if not text:
        raise UsageError("an id of a session is missing; see: llmtui sessions list")
    names = session_ids(places)
    if text in names:
        return text
    low = text.lower()
    found = [name for name in names if begins(name.lower(), low)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{len(found)} sessions begin with {text!r}: give more of the id"
        )
    raise UsageError(f"there is no session {text!r}; see: llmtui sessions list")


def begins(name: str, text: str) -> bool:
    """Whether an id begins with ``text``, or its part after the time does."""
    return name.startswith(text) or name.partition("-")[2].startswith(text)


def session_ids(places: Places) -> list[str]:
    """The ids of the saved sessions, oldest first; those that are only begun too."""
    from llmtui.store.names import journal_of, session_of

    try:
        names = os.listdir(places.sessions)
    except OSError:
        return []
    return sorted({session_of(n) or journal_of(n)[0] for n in names} - {""})


def say(text: str) -> None:
    """Write to standard output.

    Raises ``BrokenPipeError`` if its reader left, ``Unwritable`` for other troubles.
    """
    if sys.stdout is None:
        raise Unwritable("standard output is closed")
    encoding = sys.stdout.encoding or "ascii"
    try:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritable(
            f"standard output cannot be written: {error.strerror}"
        ) from None


def say_json(value: object) -> None:
    """One JSON value for people and programs."""
    import json

    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    if sys.stdout and sys.stdout.isatty():
        from llmtui.sanitise import clean

        text = clean(text)
    say(text)
