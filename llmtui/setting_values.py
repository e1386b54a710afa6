"""What single settings take, and the sentences where they are given something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmtui.chat.think_levels import THINK_LEVELS
from llmtui.settings import HYPERLINKS, NOTIFY_WAYS, WIDE_TABLES, SettingsError


def setting_value(key: str, value: object, where: str) -> Any:
    """One plain setting as its own type; raises ``SettingsError``.

    ``where`` is what set it: a file, a variable.
    """
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
    if isinstance(value, str) and key in _TEXTS:
        return value
    raise SettingsError(f"{where}: {key} takes {TAKES[key]}, not {_shown(value)}")


_TEXTS = ("host", "model", "theme", "system")

_ONE_OF: Mapping[str, tuple[object, ...]] = {
    "titles": ("prompt", "model"),
    "notify": NOTIFY_WAYS,
    "window_title": (True, False),
    "hyperlinks": HYPERLINKS,
    "wide_tables": WIDE_TABLES,
}

TAKES = {
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
    "wide_tables": f"one of {', '.join(WIDE_TABLES)}",
    "keys": 'a table, like [keys] with retry = "f6" in it',
    "options": "a table, like [options] with temperature = 0.5 in it",
    "local": "a table, like [local] with threads = 4 in it",
    "input": "a table, like [input] with vim = true in it",
    "hosts": 'tables, like [hosts.box] with url = "http://box:11434" in it',
}


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
