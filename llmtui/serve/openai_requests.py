"""The body of ``/v1/chat/completions``, as Ollama takes it (``openai/openai.go``).

OpenAI's API reference, "Create chat completion". Sampling that is not given is
left to the model, whose makers know better than the 1.0 of that reference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from llmtui.chat.events import ToolCall
from llmtui.chat.lenient import as_mapping, as_text
from llmtui.chat.request import ChatRequest, Format, Think, Turn
from llmtui.serve import reading
from llmtui.serve.errors import ApiError

_ROLES = {"developer": "system", "function": "tool"}
_OPTIONS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "seed": "seed",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
    "max_tokens": "num_predict",
    "max_completion_tokens": "num_predict",
}


def chat_request(data: Mapping[str, Any]) -> ChatRequest:
    """Raises ``ApiError``."""
    messages = reading.objects(data, "messages")
    if not messages:
        raise ApiError(400, "[] is too short - 'messages'")
    return ChatRequest(
        reading.model_name(data),
        tuple(map(_turn, messages)),
        options=_options(data),
        think=_think(data),
        format=_form(data),
        tools=tuple(reading.objects(data, "tools")),
    )


def wants_usage(data: Mapping[str, Any]) -> bool:
    """Whether a streamed answer ends with what it cost."""
    return as_mapping(data.get("stream_options")).get("include_usage") is True


def _options(data: Mapping[str, Any]) -> dict[str, Any]:
    given = {ours: data.get(theirs) for theirs, ours in _OPTIONS.items()}
    for theirs, ours in _OPTIONS.items():
        if data.get(theirs) is not None:
            given[ours] = data[theirs]
    stop = data.get("stop")
    given["stop"] = [stop] if isinstance(stop, str) else stop
    return reading.options({"options": given})


def _think(data: Mapping[str, Any]) -> Think:
    effort = data.get("reasoning_effort")
    if effort is None:
        effort = as_mapping(data.get("reasoning")).get("effort")
    if effort == "none":
        return False
    if effort in ("low", "medium", "high", "max"):
        level: Think = effort
        return level
    if effort is None:
        return None
    raise ApiError(400, f"invalid reasoning value: {effort!r}")


def _form(data: Mapping[str, Any]) -> Format:
    form = as_mapping(data.get("response_format"))
    if form.get("type") == "json_object":
        return "json"
    if form.get("type") == "json_schema":
        schema = as_mapping(form.get("json_schema")).get("schema")
        return schema if isinstance(schema, Mapping) else "json"
    return None


def _turn(message: Mapping[str, Any]) -> Turn:
    role = reading.text(message, "role")
    role = _ROLES.get(role, role)
    if role not in ("system", "user", "assistant", "tool"):
        raise ApiError(400, f"invalid role: {role!r}")
    content, images = _content(message.get("content"))
    return Turn(
        role,  # type: ignore[arg-type]
        content,
        images=images,
        tool_calls=tuple(map(_call, reading.objects(message, "tool_calls"))),
        tool_name=reading.text(message, "name"),
        tool_call_id=reading.text(message, "tool_call_id"),
    )


def _content(content: object) -> tuple[str, tuple[bytes, ...]]:
    """A text, or a list of parts: texts and images."""
    if content is None or isinstance(content, str):
        return content or "", ()
    if not isinstance(content, list):
        raise ApiError(400, "invalid message content type")
    texts, images = [], []
    for part in map(as_mapping, content):
        if part.get("type") == "text":
            texts.append(as_text(part.get("text")))
        elif part.get("type") == "image_url":
            images.append(_image(part.get("image_url")))
        else:
            raise ApiError(400, "invalid message format")
    return "\n".join(texts), tuple(images)


def _image(part: object) -> bytes:
    url = as_text(part if isinstance(part, str) else as_mapping(part).get("url"))
    head, comma, data = url.partition(",")
    if not comma or not head.startswith("data:image/") or not head.endswith("base64"):
        raise ApiError(400, "invalid image input: only data: URLs in base64 are taken")
    return reading.image(data)


def _call(call: Mapping[str, Any]) -> ToolCall:
    function = as_mapping(call.get("function"))
    try:
        arguments = json.loads(as_text(function.get("arguments")) or "{}")
    except (ValueError, RecursionError):
        raise ApiError(400, "invalid tool call arguments") from None
    return ToolCall(
        as_text(function.get("name")), as_mapping(arguments), as_text(call.get("id"))
    )
