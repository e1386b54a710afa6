"""Which key does what: the keys of the table, and what the user made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from llmtui.commands.command import Command
from llmtui.commands.keys import KeyNameError, key_name, read_key, types_or_moves
from llmtui.commands.table import BY_ID, COMMANDS
from llmtui.human import nearest


class Keys(NamedTuple):
    """The keys of one command."""

    everywhere: tuple[str, ...] = ()
    in_log: tuple[str, ...] = ()
    """Heard while the message log has the focus."""


Changes = Mapping[str, tuple[str, ...]]
"""By the id of a command all its keys, as ``read_changes`` has them."""


class Keymap:
    """The keys of every command, with ``changes`` to those of the table."""

    def __init__(self, changes: Changes | None = None) -> None:
        changes = changes or {}
        taken = {(place, key) for place, key, _ in _placed(changes)}
        self._keys = {
            command.id: _split(command, changes[command.id])
            if command.id in changes
            else _without(command, taken)
            for command in COMMANDS
        }
        self._by_key = {
            key: name for name, keys in self._keys.items() for key in keys.everywhere
        }

    def keys(self, command_id: str) -> Keys:
        return self._keys[command_id]

    def command(self, key: str) -> str | None:
        """The command that a key is everywhere, but in the log perhaps."""
        return self._by_key.get(key)

    def shown(self, command_id: str) -> str:
        """How one gets at a command, for a sentence: a key, or its slash name."""
        keys, command = self._keys[command_id], BY_ID[command_id]
        for key in (*keys.everywhere, *keys.in_log):
            return key_name(key)
        return f"/{command.slash[0]}" if command.slash else command.title


def _placed(changes: Changes) -> Iterator[tuple[str, str, str]]:
    """Where each changed key is heard, the key, and its command."""
    for command_id, keys in changes.items():
        split = _split(BY_ID[command_id], keys)
        for key in split.everywhere:
            yield "", key, command_id
        for key in split.in_log:
            yield "log", key, command_id


def _split(command: Command, keys: tuple[str, ...]) -> Keys:
    """Keys that mean something to the input itself are for the log, but for those
    that the command has everywhere in the table."""
    in_log = {k for k in keys if types_or_moves(k) and k not in command.keys}
    return Keys(
        tuple(k for k in keys if k not in in_log),
        tuple(k for k in keys if k in in_log),
    )


def _without(command: Command, taken: set[tuple[str, str]]) -> Keys:
    """The keys of the table that nobody took."""
    return Keys(
        tuple(k for k in command.keys if ("", k) not in taken),
        tuple(k for k in command.log_keys if not {("", k), ("log", k)} & taken),
    )


def read_changes(table: Mapping[str, object]) -> tuple[Changes, list[str]]:
    """The table ``[keys]`` of the configuration, and what is to be said of it.

    What cannot be used is left out and said; so is a key that may never arrive, one
    that two commands shall have, and one that another command loses by it.
    """
    changes: dict[str, tuple[str, ...]] = {}
    problems: list[str] = []
    for name, value in table.items():
        if name not in BY_ID:
            problems.append(f"there is no command {name!r}{_near(name)}")
            continue
        written = [value] if isinstance(value, str) else value
        if not isinstance(written, list) or not all(
            isinstance(k, str) for k in written
        ):
            problems.append(f'{name} takes a key or a list of keys, like {name} = "f6"')
            continue
        keys = tuple(_read(name, written, problems))
        if keys or not any(written):  # with none that can be used, it keeps its own
            changes[name] = keys
    problems += _clashes(changes)
    return changes, problems


def _read(name: str, written: list[str], problems: list[str]) -> Iterator[str]:
    for text in filter(None, written):
        try:
            key, doubt = read_key(text)
        except KeyNameError as error:
            problems.append(f"{name}: {error}")
            continue
        if doubt:
            problems.append(f"{name}: {key} may never arrive: {doubt}")
        yield key


def _clashes(changes: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """What has two meanings; of two that were set, the first one keeps the key."""
    owner: dict[tuple[str, str], str] = {}
    for place, key, command_id in list(_placed(changes)):
        first = owner.setdefault((place, key), command_id)
        if first != command_id:
            changes[command_id] = tuple(k for k in changes[command_id] if k != key)
            both = f"{first} and for {command_id}"
            yield f"{key_name(key)} is set for {both}: {first} has it"
    for command in COMMANDS:
        if command.id in changes:
            continue
        for place, keys in (("", command.keys), ("log", command.log_keys)):
            for key in keys:
                if taker := owner.get((place, key)):
                    yield (
                        f"{key_name(key)} is now {taker}, and no longer {command.id};"
                        f" [keys] {command.id} = … gives that another"
                    )


def _near(name: str) -> str:
    near = nearest(name, BY_ID)
    return f"; did you mean {near!r}?" if near else ""


class _Current:
    """The one keyboard of this process."""

    keymap = Keymap()


def use(changes: Changes) -> Keymap:
    """Have the keys of this process changed; to be called before anything is shown."""
    _Current.keymap = Keymap(changes)
    return _Current.keymap


def keymap() -> Keymap:
    """What the keys of this process do."""
    return _Current.keymap


def shown(command_id: str) -> str:
    """How one gets at a command now, for a sentence."""
    return _Current.keymap.shown(command_id)
