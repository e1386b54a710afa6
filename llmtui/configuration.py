"""Reading what the user set: ``config.toml``, the environment, the command line."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from llmtui import host_settings, input_settings, local_settings
from llmtui.files.reading import read_file
from llmtui.host_settings import HostConfig
from llmtui.hosts import HostError
from llmtui.human import unknown
from llmtui.input_settings import InputSettings, InputSettingsError
from llmtui.local_settings import LocalSettings, LocalSettingsError
from llmtui.setting_values import TAKES, setting_value
from llmtui.settings import Settings, SettingsError

if TYPE_CHECKING:
    from llmtui.commands.keymap import Changes
    from llmtui.places import Places


_VARIABLES = {
    "OLLAMA_HOST": "host",
    "LLMTUI_HOST": "host",
    "LLMTUI_MODEL": "model",
    "LLMTUI_THEME": "theme",
    "LLMTUI_SYSTEM": "system",
    "LLMTUI_THINK": "think",
    "LLMTUI_KEEP_ALIVE": "keep_alive",
    "LLMTUI_TRUNCATE": "truncate",
}
"""A later one wins over an earlier one."""


def load(
    places: Places,
    env: Mapping[str, str],
    overrides: Mapping[str, Any] | None = None,
    *,
    lenient: bool = False,
) -> Settings:
    """Read everything the user set; raises ``SettingsError``.

    ``overrides`` are fields of ``Settings`` from the command line. Keys of the
    file that nobody knows are reported in ``warnings``, and if ``lenient`` all else
    that is wrong in it: then it counts as not set, but for what must not be guessed.
    """
    found: dict[str, Any] = {}
    warnings: list[str] = []
    file = _File(places.config_file, warnings, lenient)
    with file.bear():
        _take_table(found, _read(file.path), env, file)
    if "input" not in found:
        # It could not be read, and may have said that nothing is to be kept, or
        # that nothing is to go for good.
        found["input"] = InputSettings(history=False)
        found.setdefault("trash_days", _NEVER)
    for name, key in _VARIABLES.items():
        if value := env.get(name, "").strip():
            found[key] = setting_value(key, value, name)
            if key == "host":
                found["host_from"] = name
    if overrides:
        found.update(overrides)
        if "host" in overrides:
            found["host_from"] = "--host"
    if found.get("host_from") == str(file.path):
        with file.bear():
            Settings(**found).find_host()
            return Settings(**found, warnings=tuple(warnings))
        del found["host"], found["host_from"]
    return Settings(**found, warnings=tuple(warnings))


_NEVER = -1.0


class _File(NamedTuple):
    """The file that is read, and what is to happen where it is wrong."""

    path: Path
    warnings: list[str]
    lenient: bool

    @contextmanager
    def bear(self) -> Iterator[None]:
        """Make a ``SettingsError`` a warning, if the file is to be borne with."""
        try:
            yield
        except SettingsError as error:
            if not self.lenient:
                raise
            self.warnings.append(f"{error}")


def _read(file: Path) -> dict[str, Any]:
    """The table in a TOML file, empty if there is none. Most people have none."""
    try:
        raw = read_file(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from None
    from llmtui.files.toml import NotToml, parse_toml

    try:
        return parse_toml(raw)
    except NotToml as error:
        raise SettingsError(
            f"{file} {error}; mend it with: llmtui config edit"
        ) from None


def _take_table(
    found: dict[str, Any], table: Mapping[str, Any], env: Mapping[str, str], file: _File
) -> None:
    for key, value in table.items():
        with file.bear():
            _take(found, key, value, file)
    for name in _SECTIONS:
        with file.bear():
            found[name] = _section(name, table.get(name, {}), env, file)
    if "trash_days" in table:
        found.setdefault("trash_days", _NEVER)
    broken = _names(table.get("hosts")) - _names(found.get("hosts"))
    if found.get("host") in broken:
        del found["host"]  # its name must not be read as an address instead


def _names(hosts: object) -> set[str]:
    return set(hosts) if isinstance(hosts, Mapping) else set()


def _take(found: dict[str, Any], key: str, value: object, file: _File) -> None:
    where = str(file.path)
    if key == "options":
        found[key] = MappingProxyType(_options(value, file))
    elif key == "hosts":
        found[key] = MappingProxyType(_hosts(value, file))
    elif key == "keys":
        found[key] = _keys(value, file)
    elif key in _SECTIONS:
        _warn_of_section(key, value, file)
    elif key in TAKES:
        found[key] = setting_value(key, value, where)
        if key == "host":
            found["host_from"] = where
    else:
        words = f"{where}: there is no setting {key!r}"
        file.warnings.append(unknown(words, key, TAKES))


def _keys(value: object, file: _File) -> Changes:
    """The user's keys; what cannot be used of them is only warned of."""
    from llmtui.commands.keymap import read_changes

    if not isinstance(value, dict):
        raise SettingsError(f"{file.path}: keys takes {TAKES['keys']}")
    changes, problems = read_changes(value)
    file.warnings.extend(f"{file.path}: in [keys], {one}" for one in problems)
    return MappingProxyType(dict(changes))


def _options(value: object, file: _File) -> dict[str, Any]:
    from llmtui.chat.options import OptionError, checked_option

    if not isinstance(value, dict):
        raise SettingsError(f"{file.path}: options takes {TAKES['options']}")
    found: dict[str, Any] = {}
    for name, option in value.items():
        with file.bear():
            try:
                found[name] = checked_option(name, option)
            except OptionError as error:
                words = f"{file.path}: in [options], {error}"
                raise SettingsError(words) from None
    return found


_Reader = Callable[[Mapping[str, Any], Mapping[str, str]], Any]

_SECTIONS: Mapping[str, tuple[_Reader, tuple[str, ...]]] = {
    "local": (local_settings.read, LocalSettings._fields),
    "input": (input_settings.read, InputSettings._fields),
}
"""Tables that have settings of their own: who reads them, and which those are."""


def _section(name: str, value: object, env: Mapping[str, str], file: _File) -> Any:
    """What a section and the environment say; raises ``SettingsError``."""
    if not isinstance(value, dict):
        raise SettingsError(f"{file.path}: {name} takes {TAKES[name]}")
    read, _ = _SECTIONS[name]
    try:
        return read(value, env)
    except (LocalSettingsError, InputSettingsError) as error:
        raise SettingsError(f"{file.path}: in [{name}], {error}") from None


def _warn_of_section(section: str, value: object, file: _File) -> None:
    """Names that nobody knows."""
    _, known = _SECTIONS[section]
    for name in value if isinstance(value, dict) else ():
        if name not in known:
            words = f"{file.path}: in [{section}], there is no setting {name!r}"
            file.warnings.append(unknown(words, name, known))


def _hosts(value: object, file: _File) -> dict[str, HostConfig]:
    if not isinstance(value, dict):
        raise SettingsError(f"{file.path}: hosts takes {TAKES['hosts']}")
    found = {}
    for name, table in value.items():
        with file.bear():
            found[name] = _host(table, f"{file.path}: [hosts.{name}]", file)
    return found


def _host(table: object, where: str, file: _File) -> HostConfig:
    if not isinstance(table, dict):
        raise SettingsError(f"{file.path}: hosts takes {TAKES['hosts']}")
    for key in table:
        if key not in host_settings.KEYS:
            words = f"{where} has an unknown key {key!r}"
            file.warnings.append(unknown(words, key, host_settings.KEYS))
    try:
        found = host_settings.read(table)
    except HostError as error:
        raise SettingsError(f"{where}: {error}") from None
    ca_file = os.path.expanduser(found.access.ca_file)
    if ca_file and not os.path.isfile(ca_file):
        words = f"{where}: there is no file {ca_file} to be its ca_file"
        file.warnings.append(words)
    return found
