"""How models run on this machine without a server: ``[local]`` of ``config.toml``.

The variables of an Ollama server that mean the same are read too, so that who
has set them need not do it again. The file wins over them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

KV_CACHES = ("f16", "q8_0", "q4_0")
_SWITCH = ("auto", "on", "off")


class LocalSettings(NamedTuple):
    """What is 0, -1 or ``auto`` is decided by model and machine."""

    context: int = 0
    """Tokens of context where no ``num_ctx`` is set."""
    threads: int = 0
    """Threads that compute; by default one for each physical core."""
    gpu_layers: int = -1
    """Layers of a model to put on the GPU; by default as many as fit, 0 for none."""
    flash_attention: str = "auto"
    """``auto``, ``on`` or ``off``."""
    kv_cache: str = "f16"
    """How the context is kept: ``f16``, ``q8_0`` (half the memory), ``q4_0``."""
    keep_alive: float = 300.0
    """Seconds a model stays in memory if nothing else is asked; negative: for ever."""
    max_loaded: int = 0
    """Models in memory at the same time; by default as many as fit."""
    suggestions: tuple[str, ...] = ()
    """Models that are offered to be fetched; by default a short list of our own."""


class LocalSettingsError(ValueError):
    """A value that cannot be used; ``str()`` names it and says what would do."""


DEFAULTS = LocalSettings()


def read(table: Mapping[str, Any], env: Mapping[str, str]) -> LocalSettings:
    """The settings of a ``[local]`` table and an environment.

    Keys that nobody knows are left for the caller to tell. Raises
    ``LocalSettingsError`` for the table; a variable that cannot be used was
    meant for another program, and counts as not set, as it does in Ollama.

    >>> read({"threads": 4}, {"OLLAMA_KV_CACHE_TYPE": "q8_0"}).kv_cache
    'q8_0'
    >>> read({"kv_cache": "q9"}, {})
    Traceback (most recent call last):
    llmtui.local_settings.LocalSettingsError: kv_cache is f16, q8_0 or q4_0, not 'q9'
    """
    found = _of_ollama(env)
    for key in LocalSettings._fields:
        if key in table:
            found[key] = _READERS[key](table[key], key)
    settings = LocalSettings(**found)
    if settings.flash_attention != "off" or settings.kv_cache == "f16":
        return settings
    if "kv_cache" in table:
        raise LocalSettingsError(
            f"kv_cache {settings.kv_cache} needs flash_attention, which is off"
        )
    return settings._replace(kv_cache="f16")


def _of_ollama(env: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for variable, key in _VARIABLES.items():
        if value := env.get(variable, "").strip():
            with suppress(LocalSettingsError):
                found[key] = _READERS[key](value, variable)
    return found


_VARIABLES = {
    "OLLAMA_CONTEXT_LENGTH": "context",
    "OLLAMA_FLASH_ATTENTION": "flash_attention",
    "OLLAMA_KV_CACHE_TYPE": "kv_cache",
    "OLLAMA_KEEP_ALIVE": "keep_alive",
    "OLLAMA_MAX_LOADED_MODELS": "max_loaded",
}


def _count(value: object, called: str, least: int = 0) -> int:
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise LocalSettingsError(f"{called} is a whole number, not {value!r}")
    return value


def _layers(value: object, called: str) -> int:
    return _count(value, called, least=-1)


def _switch(value: object, called: str) -> str:
    word = {"true": "on", "1": "on", "false": "off", "0": "off"}.get(
        str(value).lower(), value
    )
    if word not in _SWITCH:
        raise LocalSettingsError(f"{called} is auto, on or off, not {value!r}")
    return str(word)


def _kind(value: object, called: str) -> str:
    if value not in KV_CACHES:
        raise LocalSettingsError(f"{called} is f16, q8_0 or q4_0, not {value!r}")
    return str(value)


def _span(value: object, called: str) -> float:
    from llmtui.chat.options import OptionError
    from llmtui.chat.request import parse_keep_alive

    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise LocalSettingsError(
            f"{called} is seconds or a span like 5m, not {value!r}"
        )
    try:
        return parse_keep_alive(str(value))
    except OptionError as error:
        raise LocalSettingsError(f"{called}: {error}") from None


def _names(value: object, called: str) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [None]
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise LocalSettingsError(
            f'{called} is a list of models, like ["qwen3:0.6b"], not {value!r}'
        )
    return tuple(str(name).strip() for name in names)


_READERS: Mapping[str, Callable[[object, str], Any]] = {
    "context": _count,
    "threads": _count,
    "gpu_layers": _layers,
    "flash_attention": _switch,
    "kv_cache": _kind,
    "keep_alive": _span,
    "max_loaded": _count,
    "suggestions": _names,
}
