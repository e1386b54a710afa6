"""Reading what the user set: ``config.toml``, the environment, the command line."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from llmtui import host_settings, input_settings, local_settings
from llmtui.chat.think_levels import THINK_LEVELS
from llmtui.host_settings import HostConfig
from llmtui.hosts import HostError
from llmtui.human import unknown
from llmtui.input_settings import InputSettings, InputSettingsError
from llmtui.local_settings import LocalSettings, LocalSettingsError
from llmtui.settings import HYPERLINKS, NOTIFY_WAYS, Settings, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

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
    places: Places, env: Mapping[str, str], overrides: Mapping[str, Any] | None = None
) -> Settings:
    """Read everything the user set; raises ``SettingsError``.

    ``overrides`` are fields of ``Settings`` from the command line. Keys of the
    file that nobody knows are reported in ``warnings``.
    """
    found: dict[str, Any] = {}
    warnings: list[str] = []
    table = _read(places.config_file)
    _take_table(found, table, str(places.config_file), warnings)
    for name in _SECTIONS:
        found[name] = _section(name, table.get(name, {}), env, places.config_file)
    for name, key in _VARIABLES.items():
        if value := env.get(name, "").strip():
            found[key] = _value(key, value, name)
            if key == "host":
                found["host_from"] = name
    if overrides:
        found.update(overrides)
        if "host" in overrides:
            found["host_from"] = "--host"
    return Settings(**found, warnings=tuple(warnings))


def _read(file: Path) -> dict[str, Any]:
    """The table in a TOML file, empty if there is none. Most people have none."""
    try:
        raw = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from None
    import tomllib

    try:
        return tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise SettingsError(f"{file} is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{file} is no valid TOML: {error}; mend it with: llmtui config edit"
        ) from None


_KEYS = (
    "host",
    "model",
    "theme",
    "system",
    "options",
    "think",
    "keep_alive",
    "truncate",
    "titles",
    "trash_days",
    "notify",
    "window_title",
    "fold_code",
    "hyperlinks",
    "hosts",
    "local",
    "input",
    "keys",
)


def _take_table(
    found: dict[str, Any], table: Mapping[str, Any], file: str, warnings: list[str]
) -> None:
    for key, value in table.items():
        if key == "options":
            found[key] = MappingProxyType(_options(value, file))
        elif key == "hosts":
            found[key] = MappingProxyType(_hosts(value, file, warnings))
        elif key == "keys":
            found[key] = _keys(value, file, warnings)
        elif key in _SECTIONS:
            _warn_of_section(key, value, file, warnings)
        elif key in _KEYS:
            found[key] = _value(key, value, file)
            if key == "host":
                found["host_from"] = file
        else:
            warnings.append(unknown(f"{file}: there is no setting {key!r}", key, _KEYS))


def _value(key: str, value: object, where: str) -> Any:
    """One plain setting as its own type."""
    from llmtui.chat.options import OptionError
    from llmtui.chat.request import parse_keep_alive, parse_think

    try:
        if key == "think" and isinstance(value, bool | str):
            return value if isinstance(value, bool) else parse_think(value)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if key == "keep_alive" and (number or isinstance(value, str)):
            return parse_keep_alive(str(value))
        if key == "truncate" and str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        if key == "trash_days" and number:
            return value
        if key == "fold_code" and type(value) is int and value >= 0:
            return value
        if key in _ONE_OF and value in _ONE_OF[key]:
            return value
    except OptionError as error:
        raise SettingsError(f"{where}: {error}") from None
    if isinstance(value, str) and key not in _NO_TEXT:
        return value
    raise SettingsError(f"{where}: {key} takes {_TAKES[key]}, not {_shown(value)}")


_NO_TEXT = (
    "think",
    "keep_alive",
    "truncate",
    "titles",
    "trash_days",
    "notify",
    "window_title",
    "fold_code",
    "hyperlinks",
)
"""Settings that take no text, or only some."""

_ONE_OF: Mapping[str, tuple[object, ...]] = {
    "titles": ("prompt", "model"),
    "notify": NOTIFY_WAYS,
    "window_title": (True, False),
    "hyperlinks": HYPERLINKS,
}

_TAKES = {
    "host": 'text, like host = "http://box:11434"',
    "model": 'text, like model = "mistral"',
    "theme": 'text, like theme = "nord"',
    "system": 'text, like system = "Answer briefly."',
    "think": f"true, false or a level: {', '.join(THINK_LEVELS)}",
    "keep_alive": 'seconds or a span, like keep_alive = "5m"',
    "truncate": "true or false (what does not fit is refused)",
    "titles": '"prompt" (their first words) or "model"',
    "trash_days": "a number of days, like trash_days = 30; -1 for never",
    "notify": f"one of {', '.join(NOTIFY_WAYS)}",
    "window_title": "true or false",
    "fold_code": "a number of lines, like fold_code = 40; 0 for never",
    "hyperlinks": f"one of {', '.join(HYPERLINKS)}",
    "keys": 'a table, like [keys] with retry = "f6" in it',
    "options": "a table, like [options] with temperature = 0.5 in it",
    "local": "a table, like [local] with threads = 4 in it",
    "input": "a table, like [input] with vim = true in it",
    "hosts": 'tables, like [hosts.box] with url = "http://box:11434" in it',
}


def _keys(value: object, file: str, warnings: list[str]) -> Changes:
    """The user's keys; what cannot be used of them is only warned of."""
    from llmtui.commands.keymap import read_changes

    if not isinstance(value, dict):
        raise SettingsError(f"{file}: keys takes {_TAKES['keys']}")
    changes, problems = read_changes(value)
    warnings += [f"{file}: in [keys], {problem}" for problem in problems]
    return MappingProxyType(dict(changes))


def _options(value: object, file: str) -> dict[str, Any]:
    from llmtui.chat.options import OptionError, checked_option

    if not isinstance(value, dict):
        raise SettingsError(f"{file}: options takes {_TAKES['options']}")
    found: dict[str, Any] = {}
    for name, option in value.items():
        try:
            found[name] = checked_option(name, option)
        except OptionError as error:
            raise SettingsError(f"{file}: in [options], {error}") from None
    return found


_Reader = Callable[[Mapping[str, Any], Mapping[str, str]], Any]

_SECTIONS: Mapping[str, tuple[_Reader, tuple[str, ...]]] = {
    "local": (local_settings.read, LocalSettings._fields),
    "input": (input_settings.read, InputSettings._fields),
}
"""Tables that have settings of their own: who reads them, and which those are."""


def _section(name: str, value: object, env: Mapping[str, str], file: Path) -> Any:
    """What a section and the environment say; raises ``SettingsError``."""
    if not isinstance(value, dict):
        raise SettingsError(f"{file}: {name} takes {_TAKES[name]}")
    read, _ = _SECTIONS[name]
    try:
        return read(value, env)
    except (LocalSettingsError, InputSettingsError) as error:
        raise SettingsError(f"{file}: in [{name}], {error}") from None


def _warn_of_section(
    section: str, value: object, file: str, warnings: list[str]
) -> None:
    """Names that nobody knows."""
    _, known = _SECTIONS[section]
    for name in value if isinstance(value, dict) else ():
        if name not in known:
            words = f"{file}: in [{section}], there is no setting {name!r}"
            warnings.append(unknown(words, name, known))


def _hosts(value: object, file: str, warnings: list[str]) -> dict[str, HostConfig]:
    if not isinstance(value, dict):
        raise SettingsError(f"{file}: hosts takes {_TAKES['hosts']}")
    found = {}
    for name, table in value.items():
        where = f"{file}: [hosts.{name}]"
        if not isinstance(table, dict):
            raise SettingsError(f"{file}: hosts takes {_TAKES['hosts']}")
        for key in table:
            if key not in host_settings.KEYS:
                words = f"{where} has an unknown key {key!r}"
                warnings.append(unknown(words, key, host_settings.KEYS))
        try:
            found[name] = host_settings.read(table)
        except HostError as error:
            raise SettingsError(f"{where}: {error}") from None
        ca_file = os.path.expanduser(found[name].access.ca_file)
        if ca_file and not os.path.isfile(ca_file):
            warnings.append(f"{where}: there is no file {ca_file} to be its ca_file")
    return found


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
