"""The bodies of ``/api/chat``, ``generate`` and ``create`` (``api/types.go``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmtui.chat.events import ToolCall
from llmtui.chat.lenient import as_mapping, as_text
from llmtui.chat.models import NewModel
from llmtui.chat.request import ChatRequest, GenerateRequest, Think, Turn
from llmtui.chat.think_levels import THINK_LEVELS
from llmtui.serve import reading
from llmtui.serve.errors import ApiError

_ROLES = ("system", "user", "assistant", "tool")


def chat_request(data: Mapping[str, Any]) -> ChatRequest:
    """Raises ``ApiError``. Without turns it is a wish to load or to unload."""
    return ChatRequest(
        reading.model_name(data),
        tuple(_turn(message) for message in reading.objects(data, "messages")),
        options=reading.options(data),
        think=think(data),
        format=reading.form(data),
        keep_alive=reading.keep_alive(data),
        tools=tuple(reading.objects(data, "tools")),
        truncate=reading.switch(data, "truncate", True),
    )


def generate_request(data: Mapping[str, Any]) -> GenerateRequest:
    """Raises ``ApiError``. Without a prompt it is a wish to load or to unload."""
    for name in ("suffix", "template"):
        if reading.text(data, name):
            raise ApiError(400, f"{name} is not supported by this server")
    raw = reading.switch(data, "raw", False)
    if raw and (data.get("system") or data.get("context")):
        raise ApiError(400, "raw mode does not support template, system, or context")
    return GenerateRequest(
        reading.model_name(data),
        reading.text(data, "prompt"),
        system=reading.text(data, "system") or None,
        images=_images(data),
        options=reading.options(data),
        think=think(data),
        format=reading.form(data),
        keep_alive=reading.keep_alive(data),
        raw=raw,
    )


def new_model(data: Mapping[str, Any]) -> NewModel:
    """``/api/create``; raises ``ApiError``. Weights that were sent before are none of
    what this server has: it takes no blobs."""
    base = reading.text(data, "from")
    if not base:
        raise ApiError(400, "neither 'from' or 'files' was specified")
    license_ = data.get("license")
    licenses = license_ if isinstance(license_, list) else [license_]
    return NewModel(
        reading.model_name(data),
        base,
        reading.text(data, "system") if "system" in data else None,
        reading.options(data, "parameters"),
        tuple(_turn(message) for message in reading.objects(data, "messages")),
        template=reading.text(data, "template"),
        licenses=tuple(filter(None, map(as_text, licenses))),
        quantise=reading.text(data, "quantize"),
    )


def think(data: Mapping[str, Any]) -> Think:
    """``think``: a truth or a level; raises ``ApiError``."""
    value = data.get("think")
    if value is None or isinstance(value, bool):
        return value
    if value in THINK_LEVELS:
        level: Think = value
        return level
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    raise ApiError(
        400,
        f'invalid think value: {shown} (must be "high", "medium", "low", "max", '
        "true, or false)",
    )


def _turn(message: Mapping[str, Any]) -> Turn:
    role = reading.text(message, "role").lower()
    if role not in _ROLES:
        raise ApiError(400, f'invalid role: "{role}"')
    return Turn(
        role,  # type: ignore[arg-type]
        reading.text(message, "content"),
        images=_images(message),
        tool_calls=tuple(map(_call, reading.objects(message, "tool_calls"))),
        tool_name=reading.text(message, "tool_name"),
        tool_call_id=reading.text(message, "tool_call_id"),
    )


def _images(data: Mapping[str, Any]) -> tuple[bytes, ...]:
    found = data.get("images")
    if found is None:
        return ()
    if not isinstance(found, list):
        raise ApiError(400, "images is an array of base64 strings")
    return tuple(map(reading.image, found))


def _call(call: Mapping[str, Any]) -> ToolCall:
    function = as_mapping(call.get("function"))
    return ToolCall(
        as_text(function.get("name")),
        as_mapping(function.get("arguments")),
        as_text(call.get("id")),
    )
