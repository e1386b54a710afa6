"""Changing ``config.toml`` for the user: what was asked for, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from llmtui.access import DEFAULT
from llmtui.files.disk import DISK, Disk, make_folder
from llmtui.files.errors import why
from llmtui.files.reading import read_file
from llmtui.files.toml import NotToml, parse_toml
from llmtui.files.writing import replace_file
from llmtui.host_settings import KEYS
from llmtui.settings import SettingsError
from llmtui.toml_edit import Uneditable, remove_table, set_table

_BOM = "\ufeff"
_USUAL = {"url": "", "kind": "ollama", **DEFAULT._asdict()}


class ConfigChange(NamedTuple):
    """One change of a host that was written."""

    file: Path
    name: str
    before: str
    """The file as it was."""
    after: str
    table: dict[str, Any] | None
    """The host as it was, None if there was none."""


def write_host(
    file: Path, name: str, table: Mapping[str, Any] | None, *, disk: Disk = DISK
) -> ConfigChange:
    """Set ``[hosts.NAME]`` to ``table``, or take it away if that is None. Blocking.

    What of it nobody knows stays, and so does what says no more than is so anyway.
    Raises ``SettingsError``; then the file is as it was.
    """
    before = _read(file)
    was = _host(before, name, file)
    if table is not None and was is not None:
        table = {k: v for k, v in was.items() if _stays(k, v)} | dict(table)
    try:
        after = _edited(before, name, table)
    except Uneditable:
        raise SettingsError(
            f"{file} is written in a way that llmtui cannot change safely, and was "
            "left as it is; change it with: llmtui config edit"
        ) from None
    _replace(file, after, disk)
    return ConfigChange(file, name, before, after, was)


def undo(change: ConfigChange, *, disk: Disk = DISK) -> None:
    """Take a change back: the very file of before, or only the host where the file
    has changed since. Blocking; raises ``SettingsError``."""
    if _read(change.file) == change.after:
        _replace(change.file, change.before, disk)
    else:
        write_host(change.file, change.name, change.table, disk=disk)


def _stays(key: str, value: object) -> bool:
    return key not in KEYS or value in (_USUAL[key], "")


def _edited(text: str, name: str, table: Mapping[str, Any] | None) -> str:
    bom = _BOM if text.startswith(_BOM) else ""
    text = text.removeprefix(_BOM)
    windows = "\r\n" in text and "\n" not in text.replace("\r\n", "")
    text = text.replace("\r\n", "\n") if windows else text
    path = ("hosts", name)
    text = remove_table(text, path) if table is None else set_table(text, path, table)
    return bom + (text.replace("\n", "\r\n") if windows else text)


def _host(text: str, name: str, file: Path) -> dict[str, Any] | None:
    try:
        data = parse_toml(text.encode())
    except NotToml as error:
        raise SettingsError(
            f"{file} {error}; mend it with: llmtui config edit"
        ) from None
    hosts = data.get("hosts")
    found = hosts.get(name) if isinstance(hosts, dict) else None
    return found if isinstance(found, dict) else None


def _read(file: Path) -> str:
    try:
        return read_file(file).decode()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{file} is not UTF-8 text; save it as UTF-8") from None


def _replace(file: Path, text: str, disk: Disk) -> None:
    """Write it, for the user alone; where the file is a link, what it leads to."""
    real = Path(os.path.realpath(file))
    try:
        make_folder(real.parent)
        replace_file(real, [text.encode()], disk=disk)
    except OSError as error:
        raise SettingsError(why(error, file)) from None
