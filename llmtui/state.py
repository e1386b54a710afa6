"""What the program remembers by itself: one small ``state.json``.

Nothing in it is precious: a damaged file is set aside and counts as an empty one, and
a save that fails is a sentence, never an error.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from llmtui.files.disk import make_folder
from llmtui.files.errors import why
from llmtui.files.faults import fault_of
from llmtui.files.lock import locked
from llmtui.files.reading import read_file
from llmtui.files.writing import move_file, replace_file

_MOST_MODELS = 30
"""Names kept for each host."""
_PATIENCE = 2.0
"""Seconds to wait for another window; nothing here is worth a longer pause."""


class State:
    """Last models, theme and switches. Written by ``save`` alone."""

    def __init__(self, path: Path, data: dict[str, Any] | None = None) -> None:
        self.path = path
        self._data = data if data is not None else {}
        self.problem = ""
        """Why the file could not be read, and where it is now; "" if it could."""
        self._changed: set[str] = set()
        self._used_hosts: set[str] = set()
        self._toggled: dict[tuple[str, str], bool] = {}
        """Favourites that were added or removed here, by host and model."""

    @classmethod
    def load(cls, path: Path) -> State:
        """Read ``path``; what is missing or damaged counts as never set."""
        state = cls(path)
        state._data = state._read()
        return state

    @property
    def theme(self) -> str:
        """The theme last chosen, "" if none was."""
        return _text(self._data, "theme")

    @theme.setter
    def theme(self, name: str) -> None:
        self._set("theme", name)

    @property
    def local_accepted(self) -> bool:
        """Whether the user took the built-in model when no server answered."""
        return self._data.get("local_accepted") is True

    @local_accepted.setter
    def local_accepted(self, yes: bool) -> None:
        self._set("local_accepted", yes)

    @property
    def local_noted(self) -> bool:
        """Whether the user was told how small the built-in model is."""
        return self._data.get("local_noted") is True

    @local_noted.setter
    def local_noted(self, yes: bool) -> None:
        self._set("local_noted", yes)

    @property
    def thinking_open(self) -> bool:
        """Whether thinking is shown unfolded."""
        return self._data.get("thinking_open") is True

    @thinking_open.setter
    def thinking_open(self, yes: bool) -> None:
        self._set("thinking_open", yes)

    @property
    def verbose(self) -> bool:
        """Whether all is shown that replies cost."""
        return self._data.get("verbose") is True

    @verbose.setter
    def verbose(self, yes: bool) -> None:
        self._set("verbose", yes)

    def last_model(self, host: str = "") -> str:
        """The model last used at ``host`` (``Host.stored``), "" if none was.

        Without a host, the model last used anywhere.
        """
        if not host:
            return _text(self._data, "last_model")
        return next(iter(self.recent_models(host)), "")

    def recent_models(self, host: str) -> list[str]:
        """The models used at ``host``, the last one first."""
        names = _table(self._data, "models").get(host)
        if not isinstance(names, list):
            return []
        return [name for name in names if isinstance(name, str) and name]

    def used_model(self, model: str, host: str) -> None:
        """Remember that ``model`` was used at ``host`` just now."""
        self._set("last_model", model)
        recent = self.recent_models(host)
        if recent[:1] == [model]:
            return
        names = [model, *(name for name in recent if name != model)]
        models = _table(self._data, "models")
        self._data["models"] = models | {host: names[:_MOST_MODELS]}
        self._used_hosts.add(host)

    def favourites(self, host: str) -> list[str]:
        """The models that the user has marked at ``host``, in the order of marking."""
        names = _table(self._data, "favourites").get(host)
        if not isinstance(names, list):
            return []
        return [name for name in names if isinstance(name, str) and name]

    def set_favourite(self, model: str, host: str, yes: bool) -> None:
        """Mark a model at ``host``, or take the mark away."""
        self._toggled[host, model] = yes
        self._data = _with_favourite(self._data, host, model, yes)

    def save(self) -> str:
        """Write what changed since the last save; returns why it failed, or "".

        The file is read again first, so that two windows keep each other's
        changes, and replaced as a whole, for the user alone (0600).
        """
        if not (self._changed or self._used_hosts or self._toggled):
            return ""
        try:
            make_folder(self.path.parent)
            with locked(self.path.with_suffix(".lock"), _PATIENCE):
                merged = self._merged(self._read())
                text = json.dumps(merged, indent=1, ensure_ascii=False) + "\n"
                data = text.encode("utf-8", "replace")
                replace_file(self.path, [data], durable=False)
        except OSError as error:
            return why(error, self.path)
        self._data = merged
        self._changed.clear()
        self._used_hosts.clear()
        self._toggled.clear()
        return ""

    def _read(self) -> dict[str, Any]:
        """What is in the file. One that is damaged makes way for the next save."""
        try:
            found = json.loads(read_file(self.path))
            if isinstance(found, dict):
                return found
            fault = "it is not an object"
        except FileNotFoundError:
            return {}
        except OSError as error:
            fault = error.strerror or str(error)
        except (ValueError, RecursionError) as error:
            fault = f"it is not JSON ({fault_of(error)})"
        aside = self.path.with_name("state.unreadable.json")
        self.problem = f"{self.path} cannot be read: {fault}"
        try:
            move_file(self.path, aside)
        except OSError:
            return {}  # it cannot be written over, either
        self.problem += f". It was moved to {aside}"
        return {}

    def _merged(self, theirs: dict[str, Any]) -> dict[str, Any]:
        """What another window wrote, with what changed here; hosts one by one."""
        merged = theirs | {key: self._data[key] for key in self._changed}
        if self._used_hosts:
            here = _table(self._data, "models")
            used = {host: here[host] for host in self._used_hosts}
            merged["models"] = _table(theirs, "models") | used
        for (host, model), yes in self._toggled.items():
            merged = _with_favourite(merged, host, model, yes)
        return merged

    def _set(self, key: str, value: Any) -> None:
        if key not in self._data or self._data[key] != value:
            self._data[key] = value
            self._changed.add(key)


def _with_favourite(
    data: dict[str, Any], host: str, model: str, yes: bool
) -> dict[str, Any]:
    table = _table(data, "favourites")
    kept = table.get(host)
    names = [name for name in kept if name != model] if isinstance(kept, list) else []
    return data | {"favourites": table | {host: [*names, model] if yes else names}}


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _table(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}
