"""The fields that both APIs have, out of JSON; what is wrong is said as Ollama does."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from llmtui.chat.options import OPTIONS, OptionError
from llmtui.chat.request import Format, parse_keep_alive
from llmtui.serve.errors import ApiError

_GO_NAMES = {int: "integer", float: "float32", bool: "boolean", list: "array"}
_GO_KINDS = {str: "string", bool: "bool", int: "number", float: "number", list: "array"}


def parse(body: bytes) -> dict[str, Any]:
    """The object that a request brings; raises ``ApiError``."""
    if not body.strip():
        raise ApiError(400, "missing request body")
    try:
        found = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, _json_fault(body, error)) from None
    if not isinstance(found, dict):
        raise ApiError(400, f"json: cannot unmarshal {_kind(found)} into an object")
    return found


def _no_number(word: str) -> Any:
    """Python would read ``NaN`` and ``Infinity``, which JSON does not have."""
    raise ValueError(f"invalid character {word[0]!r} looking for beginning of value")


def _json_fault(body: bytes, error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError) and error.pos >= len(error.doc.rstrip()):
        return "unexpected EOF"
    return f"invalid JSON: {error}"


def _kind(value: object) -> str:
    return "object" if isinstance(value, dict) else _GO_KINDS.get(type(value), "null")


def text(data: Mapping[str, Any], name: str) -> str:
    """A text, "" where there is none; raises ``ApiError``."""
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(name, value, "string")
    return value


def switch(data: Mapping[str, Any], name: str, default: bool) -> bool:
    """A truth; raises ``ApiError``."""
    value = data.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise _wrong(name, value, "bool")
    return value


def objects(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """An array of objects; raises ``ApiError``."""
    value = data.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong(name, value, "array")
    for entry in value:
        if not isinstance(entry, dict):
            raise _wrong(name, entry, "object")
    return value


def _wrong(name: str, value: object, kind: str) -> ApiError:
    return ApiError(
        400, f"json: cannot unmarshal {_kind(value)} into field {name} of type {kind}"
    )


def model_name(data: Mapping[str, Any]) -> str:
    """Which model; raises ``ApiError``. Old clients call it ``name``."""
    found = text(data, "model") or text(data, "name")
    if not found:
        raise ApiError(400, "model is required")
    return found


def options(data: Mapping[str, Any], field: str = "options") -> dict[str, Any]:
    """The options that are known, each as its own type; raises ``ApiError``.

    They are in ``field``. Unknown ones are ignored and ``null`` is as not given, as
    in Ollama (``api/types.go``, ``FromMap``).

    >>> options({"options": {"top_k": 5.7, "seed": None, "temprature": 1}})
    {'top_k': 5}
    """
    given = data.get(field)
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _wrong(field, given, "map[string]interface {}")
    found = {}
    for name, value in given.items():
        if value is not None and (option := OPTIONS.get(name)):
            found[name] = _option(name, option.kind, value)
    return found


def _option(name: str, kind: type, value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind in (int, float) and is_number:
        return kind(value)
    if kind is bool and isinstance(value, bool):
        return value
    is_list = kind is list and isinstance(value, list)
    if is_list and all(isinstance(entry, str) for entry in value):
        return value
    raise ApiError(500, f'option "{name}" must be of type {_GO_NAMES[kind]}')


def keep_alive(data: Mapping[str, Any]) -> float | None:
    """Seconds, negative for ever, None where it is not given; raises ``ApiError``.

    >>> [keep_alive({"keep_alive": v}) for v in (0, "5m", -1, "-1m", 1.5, None)]
    [0.0, 300.0, -1.0, -60.0, 1.5, None]
    """
    value = data.get("keep_alive")
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, str):
        raise _wrong("keep_alive", value, "api.Duration")
    if re.fullmatch(r"-?\d+(\.\d+)?", value.strip()) and value.strip("-0."):
        raise ApiError(400, f'time: missing unit in duration "{value}"')
    try:
        return parse_keep_alive(value)
    except OptionError:
        raise ApiError(400, f'time: invalid duration "{value}"') from None


def form(data: Mapping[str, Any]) -> Format:
    """``format``: free, JSON, or a schema; raises ``ApiError``."""
    value = data.get("format")
    if value is None or value == "":
        return None
    if value == "json":
        return "json"
    if isinstance(value, dict):
        return value
    raw = json.dumps(json.dumps(value))
    raise ApiError(
        500, f'invalid format: {raw}; expected "json" or a valid JSON Schema object'
    )


def image(value: object) -> bytes:
    """An image in base64; raises ``ApiError``."""
    if not isinstance(value, str):
        raise _wrong("images", value, "string")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise ApiError(400, "illegal base64 data in an image") from None
