"""Presets on disk: ``presets/NAME.toml`` in the user's configuration, to be edited."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from llmtui.chat.options import OPTIONS, OptionError, checked_option
from llmtui.chat.preset import Preset
from llmtui.chat.request import (
    Format,
    Think,
    keep_alive_text,
    parse_keep_alive,
    parse_think,
)
from llmtui.files.disk import make_folder
from llmtui.files.errors import why
from llmtui.files.reading import open_file
from llmtui.files.toml import NotToml, parse_toml
from llmtui.files.writing import replace_file
from llmtui.human import nearest, unknown
from llmtui.jobs.answer_format import FormatError, read_format
from llmtui.toml_edit import as_toml

LARGEST = 1_000_000
"""Bytes of a file that is read."""
WORDS = ("save", "edit")
"""What ``/preset`` takes for itself, so that no preset is called so."""

_TEXTS = ("about", "model", "system", "prompt")
_KEYS = (*_TEXTS, "think", "keep_alive", "format", "options", "variables")


class PresetError(ValueError):
    """A preset that cannot be used or kept; ``str()`` says why and what would do."""


class BrokenPreset(NamedTuple):
    """A file that is none."""

    name: str
    trouble: str
    """A sentence that names the file, without its folder."""


def preset_file(folder: Path, name: str) -> Path:
    """Where a preset is; raises ``PresetError`` for what cannot be its name."""
    good = re.fullmatch(r"\w[\w .-]{0,63}", name) and not name.endswith((".", " "))
    if not good or name in WORDS:
        raise PresetError(
            f"a preset cannot be called {name!r}: letters, digits, spaces, - and _ "
            f"do, but not {' and '.join(WORDS)}"
        )
    return folder / f"{name}.toml"


def preset_names(folder: Path) -> list[str]:
    """What there is, by name; nothing where the folder cannot be read. Blocking."""
    try:
        files = os.listdir(folder)
    except OSError:
        return []
    ends = ".toml"
    names = [n.removesuffix(ends) for n in files if n.endswith(ends) and n[0] != "."]
    return sorted(names, key=str.casefold)


def read_presets(folder: Path) -> list[Preset | BrokenPreset]:
    """All of them; what is wrong with one is no trouble for the others. Blocking."""
    found: list[Preset | BrokenPreset] = []
    for name in preset_names(folder):
        try:
            found.append(read_preset(folder, name))
        except PresetError as error:
            trouble = str(error).replace(f"{folder}{os.sep}", "")
            found.append(BrokenPreset(name, trouble))
    return found


def read_preset(folder: Path, name: str) -> Preset:
    """One by its name. Blocking; raises ``PresetError``."""
    file = preset_file(folder, name)
    table = _table(file, name)
    for key in table:
        if key not in _KEYS:
            raise PresetError(_no_such_key(f"{file}: a preset has no {key!r}", key))
    try:
        return Preset(name=name, **_fields(table, folder))
    except (OptionError, FormatError, PresetError) as error:
        raise PresetError(f"{file}: {error}") from None


def save_preset(folder: Path, preset: Preset) -> Path:
    """Write one, in the place of what has its name; returns its file. Blocking.

    Raises ``PresetError``.
    """
    file = preset_file(folder, preset.name)
    text = preset_text(preset)
    try:
        make_folder(folder)
        replace_file(file, [text.encode("utf-8", "replace")])
    except OSError as error:
        raise PresetError(f"the preset is not saved: {why(error, file)}") from None
    return file


def preset_text(preset: Preset) -> str:
    """A preset as its file has it, with only what it names."""
    kept = preset.keep_alive
    schema = isinstance(preset.format, Mapping)
    named: dict[str, Any] = {
        "about": preset.about or None,
        "model": preset.model or None,
        "think": preset.think,
        "keep_alive": None if kept is None else keep_alive_text(kept),
        "format": _json(preset.format) if schema else preset.format,
        "system": preset.system,
        "prompt": preset.prompt or None,
    }
    lines = [f"{key} = {_toml(v)}" for key, v in named.items() if v is not None]
    for title, values in (("options", preset.options), ("variables", preset.values)):
        if values:
            lines += ["", f"[{title}]"]
            lines += [f"{key} = {_toml(value)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


# -- reading -----------------------------------------------------------------------


def _table(file: Path, name: str) -> dict[str, Any]:
    try:
        with open_file(file) as source:
            raw = source.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise PresetError(_no_such(file.parent, name)) from None
    except OSError as error:
        raise PresetError(f"{file} cannot be read: {error.strerror}") from None
    if len(raw) > LARGEST:
        raise PresetError(f"{file} is too large for a preset")
    try:
        return parse_toml(raw)
    except NotToml as error:
        raise PresetError(f"{file} {error}") from None


def _no_such(folder: Path, name: str) -> str:
    names = preset_names(folder)
    if not names:
        return f"there are no presets yet; each is a file NAME.toml in {folder}"
    return unknown(f"there is no preset {name!r}", name, names)


def _no_such_key(words: str, key: str) -> str:
    """What else was meant; it may be an option at the wrong place."""
    near = nearest(key, [*_KEYS, *OPTIONS])
    if near in OPTIONS:
        return f"{words}; options like {near} stand below a line [options]"
    return unknown(words, key, _KEYS)


def _fields(table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The fields of a preset as their own types; raises what ``read_preset`` turns
    into sentences."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        match key:
            case "options":
                options = _mapping(key, value)
                found[key] = {n: checked_option(n, v) for n, v in options.items()}
            case "variables":
                values = _mapping(key, value)
                found["values"] = {n: _text(n, v) for n, v in values.items()}
            case "think":
                found[key] = _think(value)
            case "keep_alive":
                found[key] = _keep_alive(value)
            case "format":
                found[key] = _format(value, folder)
            case _:
                found[key] = _text(key, value)
    return found


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise PresetError(f'{key} takes text, like {key} = "…"')
    return value


def _mapping(key: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise PresetError(f"{key} takes a table: [{key}], and a line for each below it")
    return value


def _think(value: object) -> Think:
    if isinstance(value, bool):
        return value
    return parse_think(_text("think", value))


def _keep_alive(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PresetError('keep_alive takes seconds or a span, like keep_alive = "5m"')
    return parse_keep_alive(str(value))


def _format(value: object, folder: Path) -> Format:
    """``json``, a schema as a table or as JSON, or the file that has one: its name is
    looked for beside the preset."""
    if isinstance(value, dict):
        return read_format(_json(value))
    text = _text("format", value)
    if text.lower() == "json" or text.lstrip().startswith("{"):
        return read_format(text)
    return read_format(str(folder / os.path.expanduser(text)))


# -- writing -----------------------------------------------------------------------


def _json(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, default=str)


def _toml(value: object) -> str:
    """A value of TOML; a text of several lines is one, as people write it."""
    if isinstance(value, str) and "\n" in value:
        return f'"""\n{_escaped(value)}"""'
    return as_toml(value).replace("\x7f", "\\u007f")


def _escaped(text: str) -> str:
    """What stands between three quotes.

    >>> print(_escaped('a "b" \\\\ c'))
    a "b" \\\\ c
    """
    text = text.replace("\\", "\\\\").replace('"""', '""\\"')
    text = f'{text[:-1]}\\"' if text.endswith('"') else text
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", lambda c: f"\\u{ord(c[0]):04x}", text)
